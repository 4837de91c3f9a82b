using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Network.Dhcp;
using Reservoir.Network.Ip;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Time;

namespace Reservoir.Network;

/// <summary>
/// The protocols of one network device: ARP, IPv4 with reassembly, ICMP, UDP and DHCP. A frame goes in and a result comes back; at most one
/// frame goes out, or as many fragments as came in.
/// </summary>
/// <remarks>
/// <para>The namespaces of this assembly, lowest first; each knows only those before it: <c>Reservoir.Network.Wire</c> (formats),
/// <c>Reservoir.Network.Ip</c> (addresses, neighbours, reassembly, frames to send), <c>Reservoir.Network.Udp</c> (ports and services),
/// <c>Reservoir.Network.Dhcp</c> (the client), <c>Reservoir.Network</c> (this stack and its threads).</para>
/// <para>Everything on the wire is taken for hostile. Each layer first turns bytes into a view, which checks all lengths and checksums, and
/// only then compares addresses; so nothing reads outside the frame, and nothing loops longer than the frame is. A frame allocates nothing,
/// throws nothing and changes nothing but counters, the ARP cache, the datagrams in the making and what a service keeps; all these are
/// bounded. An answer goes only to a single other host, never to a group or to all, so this host can't be used to multiply traffic.</para>
/// <para>Most frames are plain (see <see cref="PlainPattern"/>) and take a short way that asks the same questions in one go. A frame that
/// isn't plain in each respect goes through the layers, which say what is wrong with it; so the result never depends on the way.</para>
/// <para>What has to happen later (a neighbour asked again, a datagram given up, a lease renewed) happens in
/// <see cref="RunTimers"/>.</para>
/// <para>One thread at a time: the protocol thread. Counters and tables may be read by others for display.</para>
/// </remarks>
public sealed partial class NetworkStack
{
    private readonly HostIdentity _identity;
    private readonly FrameTransmitter _transmitter;
    private readonly ArpResolver _arp;

    /// <summary>Makes a stack that only answers ARP and echo requests; services are added to <see cref="Ports"/>. Boot context.</summary>
    /// <param name="card">The card it speaks through, and whose Ethernet address this host has.</param>
    /// <param name="clock">The time.</param>
    /// <param name="configuration">The IPv4 address of this host; none if a DHCP server shall give it.</param>
    /// <param name="reassembly">The pool for datagrams in the making, with buffers of <see cref="Ipv4Reassembly.BufferSize"/>
    /// bytes.</param>
    /// <param name="messages">Where it says what can't be set up.</param>
    public NetworkStack(NetworkCard card, Clock clock, Ipv4Configuration configuration, NonBlockingPool reassembly, TextOutput messages)
    {
        Host = new Ipv4Host(card, clock, configuration, reassembly);
        _identity = Host.Identity;
        _transmitter = Host.Transmitter;
        _arp = Host.Arp;
        UdpOutput = new UdpOutput(Host);
        Ports = new UdpPortTable(messages);
    }

    /// <summary>This host's addresses, neighbours and way out.</summary>
    public Ipv4Host Host { get; }

    /// <summary>The card it speaks through.</summary>
    public NetworkCard Card => Host.Card;

    /// <summary>The time.</summary>
    public Clock Clock => Host.Clock;

    /// <summary>This host's Ethernet address.</summary>
    public MacAddress HardwareAddress => _identity.Station;

    /// <summary>This host's IPv4 address and network; none before a DHCP server has given them.</summary>
    public Ipv4Configuration Configuration => _identity.Configuration;

    /// <summary>The neighbour that takes datagrams for other networks; zero if there is none. Set at boot, or by the DHCP client.</summary>
    public Ipv4Address Router
    {
        get => _identity.Router;
        init => _identity.Router = value;
    }

    /// <summary>Asks a DHCP server for the address; null if the address was given at boot. Set at boot, once.</summary>
    public DhcpClient? Dhcp { get; set; }

    /// <summary>Frames given to the card.</summary>
    public ulong Sent => _transmitter.Sent;

    /// <summary>Frames that the card had no buffer for.</summary>
    public ulong SendRefused => _transmitter.Refused;

    /// <summary>What became of each frame.</summary>
    public NetworkCounters Counters { get; } = new();

    /// <summary>The neighbours' addresses.</summary>
    public ArpCache Arp => _arp.Cache;

    /// <summary>What waits for neighbours' addresses.</summary>
    public PendingDatagrams Pending => _arp.Pending;

    /// <summary>Datagrams in the making.</summary>
    public Ipv4Reassembly Reassembly => Host.Reassembly;

    /// <summary>What tells senders of errors.</summary>
    public IcmpErrors Errors => Host.Errors;

    /// <summary>The services.</summary>
    public UdpPortTable Ports { get; }

    /// <summary>Sends datagrams to hosts that have not asked.</summary>
    public UdpOutput UdpOutput { get; }

    /// <summary>Forgets what a thread that has died may have left half done: neighbours, datagrams in the making; a DHCP client begins
    /// anew. Protocol thread, before its first frame.</summary>
    public void Restart()
    {
        Host.Clear();
        Dhcp?.Restart();
    }

    /// <summary>Deals with one frame and counts the result. Protocol thread.</summary>
    /// <param name="frame">The frame without its check sequence.</param>
    /// <param name="checks">Checksums that the card has found right; they are not computed again.</param>
    /// <param name="buffer">The buffer that the frame lies in; none afterwards if a service has kept it.</param>
    /// <returns><see cref="DropReason.None"/> if it did what its sender wanted, or why not.</returns>
    /// <remarks>Never inlined: the proof that nothing allocates for a packet begins here, by name.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public DropReason Process(ReadOnlySpan<byte> frame, ReceiveChecks checks, ref BufferHandle buffer)
    {
        if (!TryReceivePlain(frame, checks, ref buffer, out DropReason reason))
        {
            reason = ReceiveLayered(frame, checks, ref buffer);
        }

        Counters.CountFrame(frame.Length, reason);
        return reason;
    }

    /// <summary>Counts a frame that could not be read, because its pool refused the buffer or its length can't be right. Protocol
    /// thread.</summary>
    public void CountLost() => Counters.CountFrame(0, DropReason.BufferRefused);

    /// <summary>Does what has become due. Protocol thread, before it waits and from time to time while it doesn't.</summary>
    /// <returns>How long until something becomes due again, in nanoseconds; <see cref="Clock.Forever"/> if nothing will by
    /// itself.</returns>
    public ulong RunTimers()
    {
        ulong deadline = NextDeadline;
        if (deadline == Clock.Forever)
        {
            return Clock.Forever;
        }

        ulong now = Clock.Nanoseconds;
        if (now >= deadline)
        {
            _arp.RunTimers(now);
            ExpireDatagrams(now);
            Dhcp?.RunTimers(now);
            deadline = NextDeadline;
        }

        return deadline == Clock.Forever ? Clock.Forever : Math.Max(deadline, now + 1) - now;
    }

    private ulong NextDeadline =>
        Math.Min(Math.Min(Arp.NextDeadline, Reassembly.NextDeadline), Dhcp is null ? Clock.Forever : Dhcp.NextDeadline);

    /// <summary>Deals with one frame, whatever it is, layer by layer.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal DropReason ReceiveLayered(ReadOnlySpan<byte> frame, ReceiveChecks checks, ref BufferHandle buffer)
    {
        DropReason reason = EthernetFrame.Parse(frame, out EthernetFrame view);
        return reason == DropReason.None ? Dispatch(in view, checks, ref buffer) : reason;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private DropReason Dispatch(in EthernetFrame frame, ReceiveChecks checks, ref BufferHandle buffer)
    {
        bool forAll = frame.Destination.IsBroadcast;
        if (!forAll && frame.Destination != HardwareAddress)
        {
            return DropReason.LinkNotForUs;
        }

        return frame.Type switch
        {
            EtherType.Ipv4 => ReceiveIpv4(frame.Payload, frame.Source, forAll, checks, ref buffer),
            EtherType.Arp => ReceiveArp(frame.Payload, frame.Source),
            EtherType.VlanTag => ReceiveTagged(in frame, forAll, ref buffer),
            _ => DropReason.EtherTypeUnknown,
        };
    }

    /// <summary>
    /// A tag that names no VLAN only gives a priority: the frame is dealt with as if it had none (IEEE 802.1Q-2018, table 9-2), and so is
    /// the answer. No card has checked what lies behind a tag.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DropReason ReceiveTagged(in EthernetFrame frame, bool forAll, ref BufferHandle buffer)
    {
        const int vlan = 0xFFF;
        ReadOnlySpan<byte> tag = frame.Payload;
        if (tag.Length < EthernetFrame.VlanTagLength)
        {
            return DropReason.FrameTooShort;
        }

        if ((BinaryPrimitives.ReadUInt16BigEndian(tag) & vlan) != 0)
        {
            return DropReason.VlanTagged;
        }

        ReadOnlySpan<byte> payload = tag.Slice(EthernetFrame.VlanTagLength);
        return (EtherType)BinaryPrimitives.ReadUInt16BigEndian(tag.Slice(sizeof(ushort))) switch
        {
            EtherType.Ipv4 => ReceiveIpv4(payload, frame.Source, forAll, ReceiveChecks.None, ref buffer),
            EtherType.Arp => ReceiveArp(payload, frame.Source),
            EtherType.VlanTag => DropReason.VlanTagged,
            _ => DropReason.EtherTypeUnknown,
        };
    }

    private DropReason ReceiveArp(ReadOnlySpan<byte> payload, MacAddress station)
    {
        DropReason reason = _arp.Receive(payload, station);
        if (reason == DropReason.None)
        {
            Counters.CountArp();
        }

        return reason;
    }
}
