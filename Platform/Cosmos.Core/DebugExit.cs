namespace Cosmos.Core;

/// <summary>QEMU's <c>isa-debug-exit</c> device: ends the emulator with a status. On any other machine nothing happens.</summary>
public static class DebugExit
{
    private const int Port = 0xF4;

    /// <summary>Ends QEMU with the status 2 * <paramref name="code"/> + 1, if the device is there. Any context.</summary>
    /// <param name="code">0 to 127.</param>
    public static void Write(uint code) => IOPort.Write32(Port, code);
}
