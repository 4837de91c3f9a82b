namespace Cosmos.HAL;

/// <summary>First I/O ports of the serial ports.</summary>
public enum COMPort
{
    /// <summary>The first, on line 4.</summary>
    COM1 = 0x3F8,

    /// <summary>The second, on line 3.</summary>
    COM2 = 0x2F8,

    /// <summary>The third, on line 4.</summary>
    COM3 = 0x3E8,

    /// <summary>The fourth, on line 3.</summary>
    COM4 = 0x2E8,
}
