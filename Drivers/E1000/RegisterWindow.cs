namespace Reservoir.Drivers.E1000;

/// <summary>
/// A device's registers, by their offset. The driver is written against this class, so that it can be tested on a host with a device made
/// of code; whole-program compilation finds the single implementation in the kernel and calls it directly.
/// </summary>
public abstract class RegisterWindow
{
    /// <summary>Reads a register. Reading may change the device.</summary>
    /// <param name="register">Its offset in bytes, a multiple of 4.</param>
    public abstract uint Read(uint register);

    /// <summary>Writes a register.</summary>
    /// <param name="register">Its offset in bytes, a multiple of 4.</param>
    /// <param name="value">The value.</param>
    public abstract void Write(uint register, uint value);
}
