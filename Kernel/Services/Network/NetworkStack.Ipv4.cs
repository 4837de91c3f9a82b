using System;
using System.Runtime.CompilerServices;
using Reservoir.Devices;
using Reservoir.Network.Dhcp;
using Reservoir.Network.Ip;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Pools;

namespace Reservoir.Network;

/// <content>What is in an IPv4 datagram: fragments, ICMP, UDP.</content>
public sealed partial class NetworkStack
{
    private DropReason ReceiveIpv4(ReadOnlySpan<byte> payload, MacAddress station, bool forAll, ReceiveChecks checks,
        ref BufferHandle buffer)
    {
        DropReason reason = Ipv4Packet.Parse(payload, out Ipv4Packet packet, (checks & ReceiveChecks.Ipv4Header) != 0);
        if (reason != DropReason.None)
        {
            return reason;
        }

        Ipv4Configuration own = Configuration;
        Ipv4Address source = packet.Source;
        if (forAll || packet.Destination != own.Address || !own.IsAnswerable(source))
        {
            return ReceiveUnusual(in packet, forAll);
        }

        var route = new ReplyRoute(station, source, packet.TypeOfService);
        return packet.IsFragment
            ? ReceiveFragment(in packet, in route)
            : ReceiveData(packet.Protocol, packet.Payload, packet.Header, in route, (checks & ReceiveChecks.Transport) != 0,
                ref buffer);
    }

    /// <summary>What isn't from one other host to this one alone is dropped, but for answers to a host that has no address yet (RFC 2131
    /// section 4.1).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DropReason ReceiveUnusual(in Ipv4Packet packet, bool forAll)
    {
        DropReason reason = Configuration.CheckSource(packet.Source);
        if (reason != DropReason.None)
        {
            return reason;
        }

        Ipv4Address destination = packet.Destination;
        bool isBroadcast = Configuration.IsBroadcast(destination);
        if (Dhcp is { IsAsking: true } && !packet.IsFragment && packet.Protocol == Ipv4Protocol.Udp
            && (isBroadcast || (!Configuration.IsSet && !forAll && destination.IsHost)))
        {
            reason = UdpDatagram.Parse(packet.Payload, packet.Source, destination, out UdpDatagram datagram);
            if (reason != DropReason.None)
            {
                return reason;
            }

            if (datagram.DestinationPort == DhcpClient.ClientPort)
            {
                return Count(Dhcp.Receive(in datagram));
            }
        }

        return destination.IsMulticast || isBroadcast ? DropReason.Ipv4Broadcast
            : destination != Configuration.Address ? DropReason.Ipv4NotForUs
            : DropReason.LinkBroadcastUnicast;
    }

    private DropReason ReceiveFragment(in Ipv4Packet packet, in ReplyRoute route)
    {
        DropReason reason = Reassembly.Add(in packet, in route, Clock.Nanoseconds, out int completed);
        if (completed >= 0)
        {
            ref readonly Ipv4FragmentSet datagram = ref Reassembly.Get(completed);
            BufferHandle none = default;
            reason = ReceiveData(datagram.Protocol, Reassembly.GetPayload(completed), Reassembly.GetHeader(completed), datagram.Route,
                isChecked: false, ref none);
            Reassembly.Free(completed);
        }

        return reason;
    }

    /// <summary>Gives up datagrams that were not complete in time, and says so if the first fragment has come, which names the sender's
    /// service (RFC 1122 section 3.3.2).</summary>
    private void ExpireDatagrams(ulong now)
    {
        while (Reassembly.TryTakeExpired(now, out int index))
        {
            ref readonly Ipv4FragmentSet datagram = ref Reassembly.Get(index);
            ReadOnlySpan<byte> header = Reassembly.GetHeader(index);
            ReadOnlySpan<byte> payload = Reassembly.GetPayload(index);
            bool isAboutError = datagram.Protocol == Ipv4Protocol.Icmp && (payload.IsEmpty || IcmpPacket.IsError((IcmpType)payload[0]));
            if (!datagram.IsAbandoned && !header.IsEmpty && !isAboutError)
            {
                Errors.Send(IcmpType.TimeExceeded, IcmpErrors.ReassemblyTime, datagram.Route, header, payload, now);
            }

            Reassembly.Free(index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private DropReason ReceiveData(Ipv4Protocol protocol, ReadOnlySpan<byte> data, ReadOnlySpan<byte> header, in ReplyRoute route,
        bool isChecked, ref BufferHandle buffer)
    {
        if (protocol == Ipv4Protocol.Udp)
        {
            return ReceiveUdp(data, header, in route, isChecked, ref buffer);
        }

        if (protocol == Ipv4Protocol.Icmp)
        {
            return ReceiveIcmp(data, in route);
        }

        Errors.Send(IcmpType.DestinationUnreachable, IcmpErrors.ProtocolUnreachable, in route, header, data, Clock.Nanoseconds);
        return DropReason.Ipv4ProtocolUnknown;
    }

    private DropReason ReceiveUdp(ReadOnlySpan<byte> data, ReadOnlySpan<byte> header, in ReplyRoute route, bool isChecked,
        ref BufferHandle buffer)
    {
        DropReason reason = UdpDatagram.Parse(data, route.Host, Configuration.Address, out UdpDatagram datagram, isChecked);
        if (reason != DropReason.None)
        {
            return reason;
        }

        UdpService? service = Ports.Find(datagram.DestinationPort);
        if (service is null)
        {
            return ReceiveWithoutService(in datagram, data, header, in route);
        }

        return datagram.Payload.Length > service.LongestPayload
            ? DropReason.UdpTooLong
            : Count(service.Receive(
                in datagram, new UdpReply(_transmitter, in route, datagram.DestinationPort, datagram.SourcePort, ref buffer)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private DropReason ReceiveWithoutService(in UdpDatagram datagram, ReadOnlySpan<byte> data, ReadOnlySpan<byte> header,
        in ReplyRoute route)
    {
        if (datagram.DestinationPort == DhcpClient.ClientPort && Dhcp is not null)
        {
            return Count(Dhcp.Receive(in datagram));
        }

        Errors.Send(IcmpType.DestinationUnreachable, IcmpErrors.PortUnreachable, in route, header, data, Clock.Nanoseconds);
        return DropReason.UdpPortClosed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private DropReason Count(DropReason reason)
    {
        if (reason == DropReason.None)
        {
            Counters.CountUdp();
        }

        return reason;
    }

    private DropReason ReceiveIcmp(ReadOnlySpan<byte> data, in ReplyRoute route)
    {
        DropReason reason = IcmpPacket.Parse(data, out IcmpPacket packet);
        if (reason != DropReason.None)
        {
            return reason;
        }

        return packet.Type switch
        {
            IcmpType.EchoRequest when packet.Code == 0 => AnswerEcho(in packet, in route),
            IcmpType.EchoReply when packet.Code == 0 => DropReason.IcmpUnsolicited,
            IcmpType.Redirect => DropReason.IcmpRedirect,
            IcmpType.DestinationUnreachable or IcmpType.TimeExceeded or IcmpType.ParameterProblem => ReceiveError(in packet),
            _ => DropReason.IcmpTypeUnknown,
        };
    }

    private DropReason AnswerEcho(in IcmpPacket packet, in ReplyRoute route)
    {
        ReadOnlySpan<byte> data = packet.Data;
        int length = IcmpPacket.HeaderLength + data.Length;
        Span<byte> place = _transmitter.Ipv4Payload;
        bool isSent;
        if (length <= place.Length)
        {
            packet.WriteEchoReplyHeader(place);
            data.CopyTo(place.Slice(IcmpPacket.HeaderLength));
            isSent = _transmitter.SendIpv4(in route, Ipv4Protocol.Icmp, length);
        }
        else
        {
            Span<byte> header = stackalloc byte[IcmpPacket.HeaderLength];
            packet.WriteEchoReplyHeader(header);
            isSent = _transmitter.SendIpv4Fragments(in route, Ipv4Protocol.Icmp, header, data);
        }

        if (!isSent)
        {
            return DropReason.ReplyNotSent;
        }

        Counters.CountEcho();
        return DropReason.None;
    }

    /// <summary>An error about a datagram of this host's is counted; no service waits for an answer that it could call off.</summary>
    private DropReason ReceiveError(in IcmpPacket packet)
    {
        if (!Ipv4Packet.TryReadQuoted(packet.Data, out Ipv4Address source) || source != Configuration.Address)
        {
            return DropReason.IcmpErrorInvalid;
        }

        Counters.CountIcmpError(packet.Type);
        return DropReason.None;
    }
}
