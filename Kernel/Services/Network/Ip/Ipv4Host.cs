using Reservoir.Devices;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Time;

namespace Reservoir.Network.Ip;

/// <summary>
/// IPv4 on one card, without what datagrams carry: this host's identity, its neighbours, datagrams in the making, and the way out.
/// </summary>
/// <remarks>Protocol thread only. Services on other threads use its <see cref="Identity"/> and <see cref="Card"/>.</remarks>
public sealed class Ipv4Host
{
    /// <summary>Neighbours in the ARP cache.</summary>
    public const int Neighbours = 32;

    /// <summary>Makes it. Boot context.</summary>
    /// <param name="card">The card it speaks through, and whose Ethernet address this host has.</param>
    /// <param name="clock">The time.</param>
    /// <param name="configuration">The IPv4 address of this host; none if a DHCP server shall give it.</param>
    /// <param name="reassembly">The pool for datagrams in the making, with buffers of <see cref="Ipv4Reassembly.BufferSize"/>
    /// bytes.</param>
    public Ipv4Host(NetworkCard card, Clock clock, Ipv4Configuration configuration, NonBlockingPool reassembly)
    {
        Card = card;
        Clock = clock;
        Identity = new HostIdentity(card.Address, configuration);
        Transmitter = new FrameTransmitter(card, Identity);
        Arp = new ArpResolver(Transmitter, clock, Neighbours);
        Reassembly = new Ipv4Reassembly(reassembly);
        Errors = new IcmpErrors(Transmitter);
    }

    /// <summary>The card it speaks through.</summary>
    public NetworkCard Card { get; }

    /// <summary>The time.</summary>
    public Clock Clock { get; }

    /// <summary>Who this host is.</summary>
    public HostIdentity Identity { get; }

    /// <summary>What sends its frames.</summary>
    public FrameTransmitter Transmitter { get; }

    /// <summary>Datagrams in the making.</summary>
    public Ipv4Reassembly Reassembly { get; }

    /// <summary>What tells senders of errors.</summary>
    public IcmpErrors Errors { get; }

    /// <summary>Finds neighbours, and answers them.</summary>
    internal ArpResolver Arp { get; }

    /// <summary>
    /// For a service that speaks first: looks up a neighbour's Ethernet address and, if it isn't known, asks for it, so that a later call
    /// may succeed.
    /// </summary>
    /// <param name="address">The neighbour's IPv4 address.</param>
    /// <param name="hardware">Its Ethernet address; zero if it isn't known yet.</param>
    /// <returns>False if it isn't known yet, or can't be a neighbour's.</returns>
    public bool TryResolve(Ipv4Address address, out MacAddress hardware) => Arp.TryResolve(address, out hardware);

    /// <summary>Forgets what was learned or begun: neighbours, datagrams that wait for them, datagrams in the making.</summary>
    internal void Clear()
    {
        Arp.Clear();
        Reassembly.Clear();
    }

    /// <summary>Gives this host an address, or takes it away. What was learned with the old one is forgotten.</summary>
    internal void Configure(Ipv4Configuration configuration, Ipv4Address router)
    {
        Clear();
        Identity.Configure(configuration, router);
    }
}
