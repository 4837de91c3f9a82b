namespace Cosmos.HAL;

/// <summary>Speeds of a serial port, as the divisor of 115200 bits a second.</summary>
public enum BaudRate
{
    /// <summary>115200 bits a second.</summary>
    BaudRate115200 = 1,

    /// <summary>57600 bits a second.</summary>
    BaudRate57600 = 2,

    /// <summary>38400 bits a second.</summary>
    BaudRate38400 = 3,

    /// <summary>19200 bits a second.</summary>
    BaudRate19200 = 6,

    /// <summary>9600 bits a second.</summary>
    BaudRate9600 = 12,
}
