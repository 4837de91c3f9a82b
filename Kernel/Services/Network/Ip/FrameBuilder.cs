using System;
using Reservoir.Devices;
using Reservoir.Network.Wire;

namespace Reservoir.Network.Ip;

/// <summary>
/// Builds frames to send, one at a time, in a buffer of its own: the only place where the headers of an outgoing frame are put together.
/// </summary>
/// <remarks>
/// The data are written first, by the code that knows them, to where they will be in the frame (<see cref="UdpPayload"/>,
/// <see cref="Ipv4Payload"/>); then a <c>Build</c> method writes each header in front of it and returns the frame. A short frame is filled
/// up with zeros, so that none carries bytes of an earlier one to another host. One thread at a time; no allocation; time in proportion to
/// the data where a checksum is computed, else constant.
/// </remarks>
public sealed class FrameBuilder
{
    /// <summary>What a card inserts where <see cref="CardFinishesUdp"/> says so.</summary>
    public const TransmitChecksums UdpChecksums = TransmitChecksums.Ipv4Header | TransmitChecksums.Udp;

    private const int Ipv4PayloadOffset = EthernetFrame.HeaderLength + Ipv4Packet.MinimumHeaderLength;
    private const int UdpPayloadOffset = Ipv4PayloadOffset + UdpDatagram.HeaderLength;

    private readonly byte[] _frame = new byte[EthernetFrame.MaximumLength];

    /// <summary>Where the payload of the next datagram is written: 1,480 bytes, with what the last one left there.</summary>
    public Span<byte> Ipv4Payload => _frame.AsSpan(Ipv4PayloadOffset);

    /// <summary>Where the data of the next UDP datagram are written: <see cref="UdpDatagram.MaximumPayload"/> bytes, with what the last one
    /// left there.</summary>
    public Span<byte> UdpPayload => _frame.AsSpan(UdpPayloadOffset);

    /// <summary>
    /// Whether a card inserts the checksums of a UDP datagram and of the IPv4 header before it. Not those of a datagram that fills no
    /// frame: QEMU's 82574 takes the filling for a part of it, and the header's length with it; nor is there anything to gain.
    /// </summary>
    /// <param name="offload">What the card inserts (<see cref="NetworkCard.Offload"/>).</param>
    /// <param name="dataLength">Bytes of data in the datagram.</param>
    public static bool CardFinishesUdp(TransmitChecksums offload, int dataLength) =>
        dataLength >= EthernetFrame.MinimumLength - UdpPayloadOffset && (offload & UdpChecksums) == UdpChecksums;

    /// <summary>Builds an ARP packet (RFC 826).</summary>
    /// <param name="source">The sender.</param>
    /// <param name="station">The station that takes the frame.</param>
    /// <param name="operation">A request or a reply.</param>
    /// <param name="targetHardware">The target's Ethernet address; zero in a request.</param>
    /// <param name="targetProtocol">The target's IPv4 address.</param>
    public ReadOnlySpan<byte> BuildArp(in FrameSource source, MacAddress station, ArpOperation operation, MacAddress targetHardware,
        Ipv4Address targetProtocol)
    {
        EthernetFrame.WriteHeader(_frame, station, source.Station, EtherType.Arp);
        ArpPacket.Write(
            _frame.AsSpan(EthernetFrame.HeaderLength), operation, source.Station, source.Host, targetHardware, targetProtocol);
        return Fill(EthernetFrame.HeaderLength + ArpPacket.Length);
    }

    /// <summary>Builds the datagram whose data have been written to <see cref="UdpPayload"/>.</summary>
    /// <param name="source">The sender.</param>
    /// <param name="sourcePort">Its port.</param>
    /// <param name="route">The way to the receiver.</param>
    /// <param name="destinationPort">The receiver's port.</param>
    /// <param name="dataLength">Bytes of data, zero to <see cref="UdpDatagram.MaximumPayload"/>.</param>
    /// <param name="cardFinishes">Whether the card will insert <see cref="UdpChecksums"/>: their fields are prepared for that.</param>
    public ReadOnlySpan<byte> BuildUdp(in FrameSource source, ushort sourcePort, in ReplyRoute route, ushort destinationPort,
        int dataLength, bool cardFinishes)
    {
        int length = UdpDatagram.HeaderLength + dataLength;
        UdpDatagram.WriteHeader(
            _frame.AsSpan(Ipv4PayloadOffset, length), source.Host, route.Host, sourcePort, destinationPort, cardFinishes);
        ReadOnlySpan<byte> frame = BuildIpv4(in source, in route, Ipv4Protocol.Udp, length);
        if (cardFinishes)
        {
            Ipv4Packet.ClearChecksum(_frame.AsSpan(EthernetFrame.HeaderLength));
        }

        return frame;
    }

    /// <summary>Builds the datagram, or the fragment of one, whose payload has been written to <see cref="Ipv4Payload"/>.</summary>
    /// <param name="source">The sender.</param>
    /// <param name="route">The way to the receiver.</param>
    /// <param name="protocol">What it carries.</param>
    /// <param name="length">Bytes of payload, zero to the length of <see cref="Ipv4Payload"/>.</param>
    /// <param name="identification">Names the datagram that a fragment belongs to.</param>
    /// <param name="fragment">The fragment's place in it, in units of eight bytes, and <see cref="Ipv4Packet.MoreFragments"/>.</param>
    public ReadOnlySpan<byte> BuildIpv4(in FrameSource source, in ReplyRoute route, Ipv4Protocol protocol, int length,
        ushort identification = 0, ushort fragment = 0)
    {
        EthernetFrame.WriteHeader(_frame, route.Station, source.Station, EtherType.Ipv4);
        Ipv4Packet.WriteHeader(_frame.AsSpan(EthernetFrame.HeaderLength), route.TypeOfService, protocol, source.Host, route.Host, length,
            identification, fragment);
        return Fill(Ipv4PayloadOffset + length);
    }

    private ReadOnlySpan<byte> Fill(int length)
    {
        if (length < EthernetFrame.MinimumLength)
        {
            _frame.AsSpan(length, EthernetFrame.MinimumLength - length).Clear();
            length = EthernetFrame.MinimumLength;
        }

        return _frame.AsSpan(0, length);
    }
}
