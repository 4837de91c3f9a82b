using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Cosmos.HAL;
using Reservoir.Devices;
using Reservoir.Network.Dhcp;
using Reservoir.Pools;
using Reservoir.Time;

namespace Reservoir.Network;

/// <summary>
/// The protocols of one network device: ARP, IPv4 with reassembly, ICMP, UDP and DHCP. A frame goes in and a verdict comes back; at most
/// one frame goes out, or as many fragments as came in.
/// </summary>
/// <remarks>
/// <para>Everything on the wire is taken for hostile. Each layer first turns bytes into a view, which checks all lengths and checksums, and
/// only then asks whom
/// the addresses name; so nothing reads outside the frame, and nothing loops longer than the frame is. A frame allocates nothing, throws
/// nothing and changes nothing but counters, the ARP cache, the datagrams in the making and what a service keeps; all these are bounded. An
/// answer goes only to a single other host,
/// never to a group, to everybody or to nobody, so this host can't be used to multiply traffic.</para>
/// <para>Most frames are plain (see <see cref="PlainPattern"/>) and take a short way that asks the same questions in one go. Whatever isn't
/// plain in each respect goes through the layers, which say
/// what is wrong with it; so a frame's verdict never depends on the way.</para>
/// <para>What has to happen later (a neighbour asked again, a datagram given up, a lease renewed) happens in
/// <see cref="RunTimers"/>.</para>
/// <para>One thread at a time: the protocol thread. Counters and tables may be read by others for display.</para>
/// </remarks>
public sealed partial class NetworkStack
{
    /// <summary>Neighbours in the ARP cache.</summary>
    public const int Neighbours = 32;

    private readonly FrameTransmitter _transmitter;
    private readonly ArpResolver _arp;

    /// <summary>Makes a stack that only answers ARP and echo requests; services are added to <see cref="Ports"/>. Boot context.</summary>
    /// <param name="device">The device it speaks through, and whose Ethernet address this host has.</param>
    /// <param name="clock">The time.</param>
    /// <param name="configuration">The IPv4 address of this host; none if a DHCP server shall give it.</param>
    /// <param name="reassembly">The pool for datagrams in the making, with buffers of <see cref="Ipv4Reassembly.BufferSize"/>
    /// bytes.</param>
    /// <param name="output">The device's transmitter, so that it can insert checksums and be waited for; null if it has only
    /// <see cref="NetworkDevice.QueueBytes"/>.</param>
    public NetworkStack(NetworkDevice device, Clock clock, Ipv4Configuration configuration, NonBlockingPool reassembly,
        FrameOutput? output = null)
    {
        Device = device;
        Clock = clock;
        Output = output;
        _transmitter = new FrameTransmitter(device, configuration, output);
        _arp = new ArpResolver(_transmitter, clock, Neighbours);
        Reassembly = new Ipv4Reassembly(reassembly);
        Errors = new IcmpErrors(_transmitter);
        _plain = new PlainPattern(HardwareAddress, configuration.Address);
    }

    /// <summary>The device it speaks through.</summary>
    public NetworkDevice Device { get; }

    /// <summary>Its transmitter; null if it has only <see cref="NetworkDevice.QueueBytes"/>.</summary>
    public FrameOutput? Output { get; }

    /// <summary>The time.</summary>
    public Clock Clock { get; }

    /// <summary>This host's Ethernet address.</summary>
    public MacAddress HardwareAddress => _transmitter.HardwareAddress;

    /// <summary>This host's IPv4 address and network; none before a DHCP server has given them.</summary>
    public Ipv4Configuration Configuration => _transmitter.Configuration;

    /// <summary>The router to hosts that are not on the link; zero if there is none. Boot context, or the protocol thread.</summary>
    public Ipv4Address Router { get; set; }

    /// <summary>Asks a DHCP server for the address; null if it is given by hand. Set at boot, once.</summary>
    public DhcpClient? Dhcp { get; set; }

    /// <summary>Frames given to the device.</summary>
    public ulong Sent => _transmitter.Sent;

    /// <summary>Frames that the device had no buffer for.</summary>
    public ulong SendRefused => _transmitter.Refused;

    /// <summary>What became of each frame.</summary>
    public NetworkCounters Counters { get; } = new();

    /// <summary>The neighbours' addresses.</summary>
    public ArpCache Arp => _arp.Cache;

    /// <summary>What waits for neighbours' addresses.</summary>
    public PendingDatagrams Pending => _arp.Pending;

    /// <summary>Datagrams in the making.</summary>
    public Ipv4Reassembly Reassembly { get; }

    /// <summary>What tells senders of errors.</summary>
    public IcmpErrors Errors { get; }

    /// <summary>Who listens at which port.</summary>
    public UdpPortTable Ports { get; } = new();

    /// <summary>Forgets what a thread that has died may have left half done: neighbours, datagrams in the making; a DHCP client begins
    /// anew. Protocol thread, before its first frame.</summary>
    public void Restart()
    {
        _arp.Clear();
        Reassembly.Clear();
        Dhcp?.Restart();
    }

    /// <summary>Deals with one frame and counts the verdict. Protocol thread.</summary>
    /// <param name="frame">The frame without its check sequence; not changed, not kept.</param>
    /// <param name="checks">Checksums that the device has found right; they are not computed again.</param>
    /// <returns><see cref="DropReason.None"/> if it did what its sender wanted, or why not.</returns>
    public DropReason Process(ReadOnlySpan<byte> frame, ReceiveChecks checks = ReceiveChecks.None)
    {
        if (!TryReceivePlain(frame, checks, out DropReason verdict))
        {
            verdict = ReceiveLayered(frame, checks);
        }

        Counters.CountFrame(frame.Length, verdict);
        return verdict;
    }

    /// <summary>Counts a frame that could not be read, because its pool refused the buffer or its length can't be right. Protocol
    /// thread.</summary>
    public void CountLost() => Counters.CountFrame(0, DropReason.BufferRefused);

    /// <summary>Lets the answers to several frames gather, or sends those that have. Protocol thread, which ends it before it
    /// waits.</summary>
    /// <param name="on">Whether they gather from now on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void GatherAnswers(bool on) => _transmitter.GatherAnswers(on);

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

    /// <summary>
    /// For a service that speaks first: looks up a neighbour's Ethernet address and, if it isn't known, asks for it, so that a
    /// later call may succeed. Protocol thread.
    /// </summary>
    /// <param name="address">The neighbour's IPv4 address.</param>
    /// <param name="hardware">Its Ethernet address; zero if it isn't known yet.</param>
    /// <returns>False if it isn't known yet, or can't be a neighbour's.</returns>
    public bool TryResolve(Ipv4Address address, out MacAddress hardware) => _arp.TryResolve(address, out hardware);

    /// <summary>Finds the neighbour that a datagram for a host goes to first: the host itself, or the router (RFC 1122 section
    /// 3.3.1.1).</summary>
    /// <param name="host">The host.</param>
    /// <param name="hop">The neighbour.</param>
    /// <returns>False if no datagram can be sent there: the host is none, or neither on the link nor is there a router.</returns>
    public bool TryRoute(Ipv4Address host, out Ipv4Address hop)
    {
        hop = Configuration.IsOnLink(host) ? host : Router;
        return Configuration.IsSet && Configuration.IsAnswerable(host) && !hop.IsZero;
    }

    /// <summary>Sends a UDP datagram to a host, by way of the router if need be, at once or when the neighbour has answered who it is.
    /// Protocol thread.</summary>
    /// <param name="host">The host.</param>
    /// <param name="sourcePort">The port it comes from.</param>
    /// <param name="destinationPort">The port it is for.</param>
    /// <param name="data">The data, at most <see cref="UdpDatagram.MaximumPayload"/> bytes.</param>
    /// <returns>False if it can't be sent: no route, no buffer, or too long.</returns>
    public bool TrySendUdp(Ipv4Address host, ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> data)
    {
        if (data.Length > UdpDatagram.MaximumPayload || !TryRoute(host, out Ipv4Address hop))
        {
            return false;
        }

        Span<byte> payload = _transmitter.Ipv4Payload.Slice(0, UdpDatagram.HeaderLength + data.Length);
        bool isKnown = _arp.TryResolve(hop, out MacAddress station);
        data.CopyTo(payload.Slice(UdpDatagram.HeaderLength));
        UdpDatagram.WriteHeader(payload, Configuration.Address, host, sourcePort, destinationPort,
            _transmitter.InsertsUdpChecksum(payload.Length));
        return isKnown
            ? _transmitter.SendIpv4(new ReplyRoute(station, host, typeOfService: 0), Ipv4Protocol.Udp, payload.Length)
            : _arp.Pending.TryKeep(hop, host, Ipv4Protocol.Udp, payload);
    }

    /// <summary>Whether the device inserts the checksums of a UDP datagram of this length. Any context.</summary>
    internal bool InsertsUdpChecksum(int length) => _transmitter.InsertsUdpChecksum(length);

    /// <summary>Sends a UDP datagram to everybody on the link, also without an address (RFC 2131 section 4.1). Protocol thread.</summary>
    internal bool TryBroadcastUdp(ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> data)
    {
        Span<byte> payload = _transmitter.Ipv4Payload.Slice(0, UdpDatagram.HeaderLength + data.Length);
        data.CopyTo(payload.Slice(UdpDatagram.HeaderLength));
        UdpDatagram.WriteHeader(payload, Configuration.Address, Ipv4Address.Broadcast, sourcePort, destinationPort,
            _transmitter.InsertsUdpChecksum(payload.Length));
        return _transmitter.SendIpv4(new ReplyRoute(MacAddress.Broadcast, Ipv4Address.Broadcast, typeOfService: 0), Ipv4Protocol.Udp,
            payload.Length);
    }

    /// <summary>What the DHCP client uses to make sure that nobody else has an address. Protocol thread.</summary>
    internal ArpResolver Neighbourhood => _arp;

    /// <summary>Gives this host an address, or takes it away. What was learned with the old one is forgotten. Protocol thread.</summary>
    internal void Configure(Ipv4Configuration configuration, Ipv4Address router)
    {
        _arp.Clear();
        Reassembly.Clear();
        _transmitter.Configuration = configuration;
        _plain = new PlainPattern(HardwareAddress, configuration.Address);
        Router = configuration.IsSet && router != configuration.Address && configuration.IsOnLink(router)
            && configuration.IsAnswerable(router) ? router : default;
    }

    private ulong NextDeadline =>
        Math.Min(Math.Min(Arp.NextDeadline, Reassembly.NextDeadline), Dhcp is null ? Clock.Forever : Dhcp.NextDeadline);

    /// <summary>Deals with one frame, whatever it is, layer by layer.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal DropReason ReceiveLayered(ReadOnlySpan<byte> frame, ReceiveChecks checks)
    {
        DropReason verdict = EthernetFrame.Parse(frame, out EthernetFrame view);
        return verdict == DropReason.None ? Dispatch(in view, checks) : verdict;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private DropReason Dispatch(in EthernetFrame frame, ReceiveChecks checks)
    {
        bool forAll = frame.Destination.IsBroadcast;
        if (!forAll && frame.Destination != HardwareAddress)
        {
            return DropReason.LinkNotForUs;
        }

        return frame.Type switch
        {
            EtherType.Ipv4 => ReceiveIpv4(frame.Payload, frame.Source, forAll, checks),
            EtherType.Arp => ReceiveArp(frame.Payload, frame.Source),
            EtherType.VlanTag => ReceiveTagged(in frame, forAll),
            _ => DropReason.EtherTypeUnknown,
        };
    }

    /// <summary>
    /// A tag that names no VLAN only gives a priority: the frame is dealt with as if it had none (IEEE 802.1Q-2018, table 9-2), and so is
    /// the answer. No device has looked at checksums behind a tag.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DropReason ReceiveTagged(in EthernetFrame frame, bool forAll)
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
            EtherType.Ipv4 => ReceiveIpv4(payload, frame.Source, forAll, ReceiveChecks.None),
            EtherType.Arp => ReceiveArp(payload, frame.Source),
            EtherType.VlanTag => DropReason.VlanTagged,
            _ => DropReason.EtherTypeUnknown,
        };
    }

    private DropReason ReceiveArp(ReadOnlySpan<byte> payload, MacAddress station)
    {
        DropReason verdict = _arp.Receive(payload, station);
        if (verdict == DropReason.None)
        {
            Counters.CountArp();
        }

        return verdict;
    }
}
