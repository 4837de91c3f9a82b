using Reservoir.Devices;
using Reservoir.Network.Wire;

namespace Reservoir.Network.Ip;

/// <summary>One place of the ARP cache, for display. A value; any context.</summary>
public readonly struct ArpNeighbour
{
    internal ArpNeighbour(Ipv4Address address, MacAddress hardware, ArpState state, ulong since)
    {
        Address = address;
        Hardware = hardware;
        State = state;
        Since = since;
    }

    /// <summary>The neighbour's IPv4 address.</summary>
    public Ipv4Address Address { get; }

    /// <summary>Its Ethernet address; zero while it is expected.</summary>
    public MacAddress Hardware { get; }

    /// <summary>What is known of it.</summary>
    public ArpState State { get; }

    /// <summary>Since when, in nanoseconds since boot.</summary>
    public ulong Since { get; }
}
