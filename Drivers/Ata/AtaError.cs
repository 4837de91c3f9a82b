namespace Reservoir.Drivers.Ata;

/// <summary>A drive's registers after a request that failed.</summary>
public readonly struct AtaError
{
    /// <summary>Describes a failure.</summary>
    /// <param name="status">The status register.</param>
    /// <param name="error">The error register.</param>
    /// <param name="block">The block that it failed at.</param>
    public AtaError(byte status, byte error, ulong block)
    {
        Status = status;
        Error = error;
        Block = block;
    }

    /// <summary>The status register (ATA/ATAPI-6, 7.15).</summary>
    public byte Status { get; }

    /// <summary>The error register (7.11).</summary>
    public byte Error { get; }

    /// <summary>The block that it failed at, as far as the drive tells: otherwise the command's first.</summary>
    public ulong Block { get; }
}
