using System;
using Reservoir.Devices;
using Reservoir.Network.Wire;

namespace Reservoir.Network.Ip;

/// <summary>
/// Sends frames in this host's name from the protocol thread: builds each with a <see cref="FrameBuilder"/>, gives it to the card as an
/// answer, and counts.
/// </summary>
/// <remarks>One frame at a time: protocol thread only. The card has copied the frame when a method returns; it never waits.</remarks>
public sealed class FrameTransmitter
{
    private const int FragmentUnit = 8;

    private readonly NetworkCard _card;
    private readonly FrameBuilder _builder = new();
    private ushort _identification;

    /// <summary>Makes a transmitter. Boot context.</summary>
    /// <param name="card">The card that sends.</param>
    /// <param name="identity">Who this host is.</param>
    public FrameTransmitter(NetworkCard card, HostIdentity identity)
    {
        _card = card;
        Identity = identity;
    }

    /// <summary>Who this host is.</summary>
    public HostIdentity Identity { get; }

    /// <summary>Frames the card has taken.</summary>
    public ulong Sent { get; private set; }

    /// <summary>Frames the card refused for want of a buffer.</summary>
    public ulong Refused { get; private set; }

    /// <summary>Where the payload of the next datagram is written: 1,480 bytes, with what the last one left there.</summary>
    public Span<byte> Ipv4Payload => _builder.Ipv4Payload;

    /// <summary>Where the data of the next UDP datagram are written: <see cref="UdpDatagram.MaximumPayload"/> bytes, with what the last one
    /// left there.</summary>
    public Span<byte> UdpPayload => _builder.UdpPayload;

    private FrameSource Source => new(Identity.Station, Identity.Configuration.Address);

    /// <summary>Sends an ARP packet.</summary>
    /// <param name="operation">A request or a reply.</param>
    /// <param name="station">The station that takes the frame.</param>
    /// <param name="targetHardware">The target's Ethernet address; zero in a request.</param>
    /// <param name="targetProtocol">The target's IPv4 address.</param>
    /// <returns>False if the card has no buffer.</returns>
    public bool SendArp(ArpOperation operation, MacAddress station, MacAddress targetHardware, Ipv4Address targetProtocol) =>
        Send(_builder.BuildArp(Source, station, operation, targetHardware, targetProtocol), TransmitChecksums.None);

    /// <summary>Sends the UDP datagram whose data have been written to <see cref="UdpPayload"/>.</summary>
    /// <param name="route">The way to its receiver.</param>
    /// <param name="sourcePort">The port it comes from.</param>
    /// <param name="destinationPort">The port it is for.</param>
    /// <param name="length">Bytes of data, zero to <see cref="UdpDatagram.MaximumPayload"/>.</param>
    /// <returns>False if the card has no buffer, or the data are longer than fits.</returns>
    public bool SendUdp(in ReplyRoute route, ushort sourcePort, ushort destinationPort, int length)
    {
        if ((uint)length > UdpDatagram.MaximumPayload)
        {
            Refused++;
            return false;
        }

        bool cardFinishes = FrameBuilder.CardFinishesUdp(_card.Offload, length);
        return Send(_builder.BuildUdp(Source, sourcePort, in route, destinationPort, length, cardFinishes),
            cardFinishes ? FrameBuilder.UdpChecksums : TransmitChecksums.None);
    }

    /// <summary>Sends the datagram whose payload, finished, has been written to <see cref="Ipv4Payload"/>.</summary>
    /// <param name="route">The way to its receiver.</param>
    /// <param name="protocol">What it carries.</param>
    /// <param name="length">Bytes of payload, zero to the length of <see cref="Ipv4Payload"/>.</param>
    /// <returns>False if the card has no buffer, or the payload is longer than fits.</returns>
    public bool SendIpv4(in ReplyRoute route, Ipv4Protocol protocol, int length)
    {
        if ((uint)length > (uint)Ipv4Payload.Length)
        {
            Refused++;
            return false;
        }

        return Send(_builder.BuildIpv4(Source, in route, protocol, length), TransmitChecksums.None);
    }

    /// <summary>Sends a datagram that doesn't fit a frame, in fragments (RFC 791 section 3.2), one after the other as long as the card has
    /// buffers.</summary>
    /// <param name="route">The way to its receiver.</param>
    /// <param name="protocol">What it carries.</param>
    /// <param name="header">The beginning of its payload, not more than fits a frame.</param>
    /// <param name="data">The rest of its payload; with the header at most 65,515 bytes. Not <see cref="Ipv4Payload"/>, which is
    /// overwritten.</param>
    /// <returns>False if the card had no buffer for some fragment; the ones behind it have not been sent.</returns>
    public bool SendIpv4Fragments(in ReplyRoute route, Ipv4Protocol protocol, ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        _identification++;
        Span<byte> payload = Ipv4Payload;
        int total = header.Length + data.Length;
        int most = payload.Length & ~(FragmentUnit - 1);
        header.CopyTo(payload);
        for (int sent = 0, filled = header.Length; sent < total; filled = 0)
        {
            int length = Math.Min(most, total - sent);
            data.Slice(sent + filled - header.Length, length - filled).CopyTo(payload.Slice(filled));
            int offset = sent / FragmentUnit;
            sent += length;
            ushort place = (ushort)(offset | (sent < total ? Ipv4Packet.MoreFragments : 0));
            if (!Send(_builder.BuildIpv4(Source, in route, protocol, length, _identification, place), TransmitChecksums.None))
            {
                return false;
            }
        }

        return true;
    }

    private bool Send(ReadOnlySpan<byte> frame, TransmitChecksums checksums)
    {
        bool taken = _card.TryAnswer(frame, checksums) == SendResult.Sent;
        Sent += taken ? 1UL : 0;
        Refused += taken ? 0UL : 1;
        return taken;
    }
}
