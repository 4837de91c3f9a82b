using System;
using Cosmos.HAL;
using Reservoir.Devices;

namespace Reservoir.Network;

/// <summary>
/// Builds answers in one buffer of its own and gives them to the device.
/// </summary>
/// <remarks>
/// An answer is written where it will be in the frame: the payload first, by whoever knows it, then each header in front of it. There is
/// one buffer, so
/// one answer is built at a time: protocol thread only. The device copies the frame before <see cref="NetworkDevice.QueueBytes"/> returns.
/// </remarks>
public sealed class FrameTransmitter
{
    private const int FragmentUnit = 8;

    /// <summary>What a device inserts where <see cref="InsertsUdpChecksum"/> says so.</summary>
    internal const TransmitChecksums UdpChecksums = TransmitChecksums.Ipv4Header | TransmitChecksums.Udp;
    private const int Ipv4PayloadOffset = EthernetFrame.HeaderLength + Ipv4Packet.MinimumHeaderLength;
    private readonly NetworkDevice _device;
    private readonly FrameOutput? _output;
    private readonly byte[] _frame = new byte[EthernetFrame.MaximumLength];
    private ushort _identification;

    /// <summary>Makes a transmitter. Boot context.</summary>
    /// <param name="device">The device that sends, and whose Ethernet address this host has.</param>
    /// <param name="configuration">This host's IPv4 address.</param>
    /// <param name="output">The device's transmitter; null if it has only <see cref="NetworkDevice.QueueBytes"/>, and inserts no
    /// checksums.</param>
    public FrameTransmitter(NetworkDevice device, Ipv4Configuration configuration, FrameOutput? output = null)
    {
        _device = device;
        _output = output;
        HardwareAddress = new MacAddress(device.MACAddress.ToNumber());
        Configuration = configuration;
    }

    /// <summary>This host's Ethernet address.</summary>
    public MacAddress HardwareAddress { get; }

    /// <summary>This host's IPv4 address and network; none before a DHCP server has given them.</summary>
    public Ipv4Configuration Configuration { get; internal set; }

    /// <summary>Frames the device has taken.</summary>
    public ulong Sent { get; private set; }

    /// <summary>Frames the device refused for want of a buffer.</summary>
    public ulong Refused { get; private set; }

    /// <summary>
    /// Whether the device inserts the checksums of a UDP datagram and of the IPv4 header before it: whoever writes the header
    /// (<see cref="UdpDatagram"/>) has to know. Not those of a datagram that fills no frame: QEMU's
    /// 82574 takes the filling for a part of it, and the header's length with it; nor is there anything to gain.
    /// </summary>
    /// <param name="length">Bytes of the UDP datagram.</param>
    public bool InsertsUdpChecksum(int length) =>
        length >= EthernetFrame.MinimumLength - Ipv4PayloadOffset && _output is not null
            && (_output.Offload & UdpChecksums) == UdpChecksums;

    /// <summary>Where the payload of the next datagram is written: 1,480 bytes, with what the last one left there.</summary>
    public Span<byte> Ipv4Payload => _frame.AsSpan(Ipv4PayloadOffset);

    /// <summary>Lets answers gather, or sends those that have: see <see cref="FrameOutput.GatherAnswers"/>. Protocol thread.</summary>
    /// <param name="on">Whether they gather from now on.</param>
    internal void GatherAnswers(bool on) => _output?.GatherAnswers(on);

    /// <summary>Sends an ARP packet.</summary>
    /// <param name="operation">A request or a reply.</param>
    /// <param name="station">Who shall take the frame.</param>
    /// <param name="targetHardware">The target's Ethernet address; zero in a request.</param>
    /// <param name="targetProtocol">The target's IPv4 address.</param>
    /// <returns>False if the device has no buffer.</returns>
    public bool SendArp(ArpOperation operation, MacAddress station, MacAddress targetHardware, Ipv4Address targetProtocol)
    {
        EthernetFrame.WriteHeader(_frame, station, HardwareAddress, EtherType.Arp);
        ArpPacket.Write(
            _frame.AsSpan(EthernetFrame.HeaderLength),
            operation,
            HardwareAddress,
            Configuration.Address,
            targetHardware,
            targetProtocol);
        return Send(EthernetFrame.HeaderLength + ArpPacket.Length, TransmitChecksums.None);
    }

    /// <summary>Sends the datagram whose payload has been written to <see cref="Ipv4Payload"/>.</summary>
    /// <param name="route">The way to its receiver.</param>
    /// <param name="protocol">What it carries.</param>
    /// <param name="payloadLength">Bytes of payload, zero to the length of <see cref="Ipv4Payload"/>.</param>
    /// <returns>False if the device has no buffer, or the payload is longer than fits.</returns>
    public bool SendIpv4(in ReplyRoute route, Ipv4Protocol protocol, int payloadLength)
    {
        if ((uint)payloadLength > (uint)Ipv4Payload.Length)
        {
            Refused++;
            return false;
        }

        EthernetFrame.WriteHeader(_frame, route.Station, HardwareAddress, EtherType.Ipv4);
        Ipv4Packet.WriteHeader(
            _frame.AsSpan(EthernetFrame.HeaderLength),
            route.TypeOfService,
            protocol,
            Configuration.Address,
            route.Host,
            payloadLength);
        TransmitChecksums checksums = protocol == Ipv4Protocol.Udp && InsertsUdpChecksum(payloadLength)
            ? UdpChecksums : TransmitChecksums.None;
        if (checksums != TransmitChecksums.None)
        {
            Ipv4Packet.ClearChecksum(_frame.AsSpan(EthernetFrame.HeaderLength));
        }

        return Send(Ipv4PayloadOffset + payloadLength, checksums);
    }

    /// <summary>Sends a datagram that doesn't fit a frame, in fragments (RFC 791 section 3.2), one after the other as long as the device
    /// has buffers.</summary>
    /// <param name="route">The way to its receiver.</param>
    /// <param name="protocol">What it carries.</param>
    /// <param name="header">The beginning of its payload, not more than fits a frame.</param>
    /// <param name="data">The rest of its payload; with the header at most 65,515 bytes. Not <see cref="Ipv4Payload"/>, which is
    /// overwritten.</param>
    /// <returns>False if the device had no buffer for some fragment; the ones behind it have not been sent.</returns>
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
            EthernetFrame.WriteHeader(_frame, route.Station, HardwareAddress, EtherType.Ipv4);
            Ipv4Packet.WriteHeader(
                _frame.AsSpan(EthernetFrame.HeaderLength),
                route.TypeOfService,
                protocol,
                Configuration.Address,
                route.Host,
                length,
                _identification,
                (ushort)(offset | (sent < total ? Ipv4Packet.MoreFragments : 0)));
            if (!Send(Ipv4PayloadOffset + length, TransmitChecksums.None))
            {
                return false;
            }
        }

        return true;
    }

    // The filling is cleared, so that no frame carries bytes of an earlier one to somebody else.
    private bool Send(int length, TransmitChecksums checksums)
    {
        if (length < EthernetFrame.MinimumLength)
        {
            _frame.AsSpan(length, EthernetFrame.MinimumLength - length).Clear();
            length = EthernetFrame.MinimumLength;
        }

        ReadOnlySpan<byte> frame = _frame.AsSpan(0, length);
        bool taken = _output is null ? _device.QueueBytes(frame) : _output.TryAnswer(frame, checksums) == SendResult.Sent;
        Sent += taken ? 1UL : 0;
        Refused += taken ? 0UL : 1;
        return taken;
    }
}
