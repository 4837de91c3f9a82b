using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>
/// What a driver asks of the machine to reach its device: windows on the device's ports, and calls at its interrupts. The kernel has one,
/// <see cref="ProcessorBus"/>; tests have others, with devices made of code.
/// </summary>
public abstract class DeviceBus
{
    /// <summary>Opens a window on ports. Boot context.</summary>
    /// <param name="first">The first port, 0 to 65535.</param>
    /// <param name="ports">How many, at least 1.</param>
    [MayAllocate("boot")]
    public abstract PortWindow OpenPorts(int first, int ports);

    /// <summary>Adds a handler to an interrupt line and unmasks the line. Boot context.</summary>
    /// <param name="line">The line, 0 to 15.</param>
    /// <param name="handler">The handler; runs with interrupts masked, may not allocate or wait.</param>
    /// <returns>False if the line does not exist or has no room for another handler; then nothing has changed.</returns>
    [MayAllocate("boot")]
    public abstract bool SetIrqHandler(byte line, INTs.IRQDelegate handler);
}
