namespace Reservoir.Volume;

/// <summary>Where a recorded datagram came from, and when. A value; any context.</summary>
public readonly struct RecordOrigin
{
    /// <summary>Describes an origin.</summary>
    /// <param name="sourceAddress">The host's IPv4 address, the first byte of the dotted notation in bits 24 to 31.</param>
    /// <param name="sourcePort">Its port.</param>
    /// <param name="nanoseconds">When it was taken, in nanoseconds since the boot that recorded it.</param>
    public RecordOrigin(uint sourceAddress, ushort sourcePort, ulong nanoseconds)
    {
        SourceAddress = sourceAddress;
        SourcePort = sourcePort;
        Nanoseconds = nanoseconds;
    }

    /// <summary>The IPv4 address of the host it came from, the first byte of the dotted notation in bits 24 to 31.</summary>
    public uint SourceAddress { get; }

    /// <summary>The port it came from; zero if the sender named none.</summary>
    public ushort SourcePort { get; }

    /// <summary>When it was taken, in nanoseconds since the boot that recorded it.</summary>
    public ulong Nanoseconds { get; }
}
