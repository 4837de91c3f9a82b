using Reservoir.Network.Wire;
using Reservoir.Pools;

namespace Reservoir.Network.Ip;

/// <summary>What is known of one datagram in the making: whose it is, and how much of it has come. <see cref="Ipv4Reassembly"/> keeps
/// these.</summary>
internal struct Ipv4FragmentSet
{
    public Ipv4FragmentSet(in Ipv4Packet packet, BufferHandle buffer, ulong deadline)
    {
        this = default;
        IsUsed = true;
        Source = packet.Source;
        Destination = packet.Destination;
        Identification = packet.Identification;
        Protocol = packet.Protocol;
        Buffer = buffer;
        Deadline = deadline;
    }

    public bool IsUsed { get; }

    public Ipv4Address Source { get; }

    public Ipv4Address Destination { get; }

    public ushort Identification { get; }

    public Ipv4Protocol Protocol { get; }

    /// <summary>Holds the data; not its own any more once it is abandoned.</summary>
    public BufferHandle Buffer { get; }

    /// <summary>When it must be complete, in nanoseconds since boot.</summary>
    public ulong Deadline { get; }

    /// <summary>Whether it has been given up and stays only to recognise what still comes of it.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Bytes that have come, all different ones.</summary>
    public int Received { get; set; }

    /// <summary>Where the furthest byte that has come ends.</summary>
    public int Highest { get; set; }

    /// <summary>Where the data end; negative as long as the last fragment has not come.</summary>
    public int End { get; set; }

    /// <summary>Bytes of the first fragment's header; zero as long as that has not come.</summary>
    public int HeaderLength { get; set; }

    /// <summary>The way back to the sender, from the first fragment.</summary>
    public ReplyRoute Route { get; set; }

    /// <summary>Whether a fragment is of this datagram (RFC 791 section 3.2).</summary>
    public readonly bool Matches(in Ipv4Packet packet) =>
        IsUsed && Identification == packet.Identification && Source == packet.Source && Destination == packet.Destination
            && Protocol == packet.Protocol;
}
