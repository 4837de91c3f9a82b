using Reservoir.Network;

namespace Reservoir.Storage;

/// <summary>Where a recorded datagram came from, and when. A value; any context.</summary>
public readonly struct RecordOrigin
{
    /// <summary>Describes an origin.</summary>
    /// <param name="source">The host.</param>
    /// <param name="sourcePort">Its port.</param>
    /// <param name="nanoseconds">When it was taken, in nanoseconds since the boot that recorded it.</param>
    public RecordOrigin(Ipv4Address source, ushort sourcePort, ulong nanoseconds)
    {
        Source = source;
        SourcePort = sourcePort;
        Nanoseconds = nanoseconds;
    }

    /// <summary>The host it came from.</summary>
    public Ipv4Address Source { get; }

    /// <summary>The port it came from; zero if the sender named none.</summary>
    public ushort SourcePort { get; }

    /// <summary>When it was taken, in nanoseconds since the boot that recorded it.</summary>
    public ulong Nanoseconds { get; }
}
