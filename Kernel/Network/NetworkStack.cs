using System;
using Cosmos.HAL;
using Reservoir.Devices;

namespace Reservoir.Network;

/// <summary>
/// The protocols of one network device: ARP, IPv4, ICMP echo and UDP. A frame goes in, at most one frame goes out, and a verdict comes back.
/// </summary>
/// <remarks>
/// Everything on the wire is taken for hostile. Each layer first turns bytes into a view, which checks all lengths and checksums, and only then asks whom
/// the addresses name; so nothing reads outside the frame, and nothing loops longer than the frame is. A frame allocates nothing, throws
/// nothing and changes nothing but counters, the ARP cache and what a service keeps. An answer goes only to a single other host,
/// never to a group, to everybody or to nobody, so this host can't be used to multiply traffic.
/// One thread at a time: the protocol thread. Counters and tables may be read by others for display.
/// </remarks>
public sealed class NetworkStack
{
    /// <summary>Neighbours in the ARP cache.</summary>
    public const int Neighbours = 32;

    private readonly FrameTransmitter _transmitter;

    /// <summary>Makes a stack that only answers ARP and echo requests; services are added to <see cref="Ports"/>. Boot context.</summary>
    /// <param name="device">The device it speaks through, and whose Ethernet address this host has.</param>
    /// <param name="configuration">The IPv4 address of this host.</param>
    /// <param name="output">The device's transmitter, so that it can insert checksums and be waited for; null if it has only <see cref="NetworkDevice.QueueBytes"/>.</param>
    public NetworkStack(NetworkDevice device, Ipv4Configuration configuration, FrameOutput? output = null)
    {
        Device = device;
        Output = output;
        _transmitter = new FrameTransmitter(device, configuration, output);
    }

    /// <summary>The device it speaks through.</summary>
    public NetworkDevice Device { get; }

    /// <summary>Its transmitter; null if it has only <see cref="NetworkDevice.QueueBytes"/>.</summary>
    public FrameOutput? Output { get; }

    /// <summary>This host's Ethernet address.</summary>
    public MacAddress HardwareAddress => _transmitter.HardwareAddress;

    /// <summary>This host's IPv4 address and network.</summary>
    public Ipv4Configuration Configuration => _transmitter.Configuration;

    /// <summary>Frames given to the device.</summary>
    public ulong Sent => _transmitter.Sent;

    /// <summary>Frames that the device had no buffer for.</summary>
    public ulong SendRefused => _transmitter.Refused;

    /// <summary>What became of each frame.</summary>
    public NetworkCounters Counters { get; } = new();

    /// <summary>The neighbours' addresses.</summary>
    public ArpCache Arp { get; } = new(Neighbours);

    /// <summary>Who listens at which port.</summary>
    public UdpPortTable Ports { get; } = new();

    /// <summary>Deals with one frame and counts the verdict. Protocol thread.</summary>
    /// <param name="frame">The frame without its check sequence; not changed, not kept.</param>
    /// <param name="checks">Checksums that the device has found right; they are not computed again.</param>
    /// <returns><see cref="DropReason.None"/> if it did what its sender wanted, or why not.</returns>
    public DropReason Process(ReadOnlySpan<byte> frame, ReceiveChecks checks = ReceiveChecks.None)
    {
        DropReason verdict = EthernetFrame.Parse(frame, out EthernetFrame view);
        if (verdict == DropReason.None)
        {
            verdict = Dispatch(in view, checks);
        }

        Counters.CountFrame(frame.Length, verdict);
        return verdict;
    }

    /// <summary>Counts a frame that could not be read, because its pool refused the buffer or its length can't be right. Protocol thread.</summary>
    public void CountLost() => Counters.CountFrame(0, DropReason.BufferRefused);

    /// <summary>
    /// For a service that speaks first: looks up a neighbour's Ethernet address and, if it isn't known, asks for it, so that a
    /// later call may succeed. Protocol thread.
    /// </summary>
    /// <param name="address">The neighbour's IPv4 address.</param>
    /// <param name="hardware">Its Ethernet address; zero if it isn't known yet.</param>
    /// <returns>False if it isn't known yet, or can't be a neighbour's.</returns>
    public bool TryResolve(Ipv4Address address, out MacAddress hardware)
    {
        if (Arp.TryLookUp(address, out hardware))
        {
            return true;
        }

        if (Configuration.IsOnLink(address) && Configuration.IsAnswerable(address))
        {
            Arp.Expect(address);
            _transmitter.SendArp(ArpOperation.Request, MacAddress.Broadcast, default, address);
        }

        return false;
    }

    private DropReason Dispatch(in EthernetFrame frame, ReceiveChecks checks)
    {
        bool forAll = frame.Destination.IsBroadcast;
        if (!forAll && frame.Destination != HardwareAddress)
        {
            return DropReason.LinkNotForUs;
        }

        return frame.Type switch
        {
            EtherType.Arp => ReceiveArp(frame.Payload, frame.Source),
            EtherType.Ipv4 => ReceiveIpv4(frame.Payload, frame.Source, forAll, checks),
            EtherType.VlanTag => DropReason.VlanTagged,
            _ => DropReason.EtherTypeUnknown,
        };
    }

    private DropReason ReceiveArp(ReadOnlySpan<byte> payload, MacAddress station)
    {
        DropReason verdict = ArpPacket.Parse(payload, out ArpPacket packet);
        if (verdict != DropReason.None)
        {
            return verdict;
        }

        // A probe has no sender yet and is answered, so that its sender learns that the address is taken (RFC 5227 section 2.1.1).
        Ipv4Address sender = packet.SenderProtocol;
        bool isProbe = sender.IsZero && packet.Operation == ArpOperation.Request;
        if (sender == Configuration.Address)
        {
            return DropReason.ArpConflict;
        }

        if (packet.SenderHardware != station || (!isProbe && !(Configuration.IsOnLink(sender) && Configuration.IsAnswerable(sender))))
        {
            return DropReason.ArpSenderInvalid;
        }

        if (packet.Operation == ArpOperation.Reply)
        {
            verdict = Arp.TryLearnFromReply(sender, station) ? DropReason.None : DropReason.ArpUnsolicited;
        }
        else if (packet.TargetProtocol != Configuration.Address)
        {
            verdict = DropReason.ArpNotForUs;
        }
        else
        {
            verdict = AnswerArp(sender, station, isProbe);
        }

        if (verdict == DropReason.None)
        {
            Counters.CountArp();
        }

        return verdict;
    }

    private DropReason AnswerArp(Ipv4Address sender, MacAddress station, bool isProbe)
    {
        if (!isProbe)
        {
            Arp.LearnFromRequest(sender, station);
        }

        return _transmitter.SendArp(ArpOperation.Reply, station, station, sender) ? DropReason.None : DropReason.ReplyNotSent;
    }

    private DropReason ReceiveIpv4(ReadOnlySpan<byte> payload, MacAddress station, bool forAll, ReceiveChecks checks)
    {
        DropReason verdict = Ipv4Packet.Parse(payload, out Ipv4Packet packet, (checks & ReceiveChecks.Ipv4Header) != 0);
        if (verdict != DropReason.None)
        {
            return verdict;
        }

        verdict = CheckAddresses(packet.Source, packet.Destination, forAll);
        if (verdict != DropReason.None)
        {
            return verdict;
        }

        var route = new ReplyRoute(station, packet.Source, packet.TypeOfService);
        return packet.Protocol switch
        {
            Ipv4Protocol.Icmp => ReceiveIcmp(packet.Payload, in route),
            Ipv4Protocol.Udp => ReceiveUdp(in packet, in route, (checks & ReceiveChecks.Transport) != 0),
            _ => DropReason.Ipv4ProtocolUnknown,
        };
    }

    private DropReason CheckAddresses(Ipv4Address source, Ipv4Address destination, bool forAll)
    {
        if (!Configuration.IsAnswerable(source))
        {
            return DropReason.Ipv4SourceInvalid;
        }

        if (destination.IsMulticast || Configuration.IsBroadcast(destination))
        {
            return DropReason.Ipv4Broadcast;
        }

        if (destination != Configuration.Address)
        {
            return DropReason.Ipv4NotForUs;
        }

        return forAll ? DropReason.LinkBroadcastUnicast : DropReason.None;
    }

    private DropReason ReceiveIcmp(ReadOnlySpan<byte> payload, in ReplyRoute route)
    {
        DropReason verdict = IcmpPacket.Parse(payload, out IcmpPacket packet);
        if (verdict != DropReason.None)
        {
            return verdict;
        }

        if (packet.Type != IcmpPacket.EchoRequest || packet.Code != 0)
        {
            return DropReason.IcmpTypeUnknown;
        }

        int length = IcmpPacket.WriteEchoReply(_transmitter.Ipv4Payload, packet.Rest);
        if (!_transmitter.SendIpv4(in route, Ipv4Protocol.Icmp, length))
        {
            return DropReason.ReplyNotSent;
        }

        Counters.CountEcho();
        return DropReason.None;
    }

    private DropReason ReceiveUdp(in Ipv4Packet packet, in ReplyRoute route, bool isChecked)
    {
        DropReason verdict = UdpDatagram.Parse(packet.Payload, packet.Source, packet.Destination, out UdpDatagram datagram, isChecked);
        if (verdict != DropReason.None)
        {
            return verdict;
        }

        UdpService? service = Ports.Find(datagram.DestinationPort);
        if (service is null)
        {
            return DropReason.UdpPortClosed;
        }

        verdict = service.Receive(in datagram, new UdpReply(_transmitter, in route, datagram.DestinationPort, datagram.SourcePort));
        if (verdict == DropReason.None)
        {
            Counters.CountUdp();
        }

        return verdict;
    }
}
