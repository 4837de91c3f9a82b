using System;

namespace Reservoir.Network;

/// <summary>
/// A service's chance to answer the datagram it is being given, once, before it returns. The answer is written where it will be in the
/// frame. Protocol thread only.
/// </summary>
public readonly ref struct UdpReply
{
    private readonly FrameTransmitter _transmitter;
    private readonly ReplyRoute _route;
    private readonly ushort _sourcePort;
    private readonly ushort _destinationPort;

    internal UdpReply(FrameTransmitter transmitter, in ReplyRoute route, ushort sourcePort, ushort destinationPort)
    {
        _transmitter = transmitter;
        _route = route;
        _sourcePort = sourcePort;
        _destinationPort = destinationPort;
    }

    /// <summary>The way back to the sender, for a service that answers later by a <see cref="UdpSender"/>.</summary>
    public ReplyRoute Route => _route;

    /// <summary>Where the data of the answer are written: <see cref="UdpDatagram.MaximumPayload"/> bytes, with what the last answer left
    /// there.</summary>
    public Span<byte> Payload => _transmitter.Ipv4Payload.Slice(UdpDatagram.HeaderLength);

    /// <summary>Sends some data, in fragments if they don't fit a frame.</summary>
    /// <param name="data">The data, at most <see cref="UdpDatagram.MaximumFragmentedPayload"/> bytes; not <see cref="Payload"/>, which is
    /// overwritten.</param>
    /// <returns>
    /// <see cref="DropReason.None"/>; <see cref="DropReason.UdpSourcePort"/> if the sender named no port;
    /// <see cref="DropReason.ReplyNotSent"/> if there are not enough transmit buffers or the
    /// length is out of range.
    /// </returns>
    public DropReason Send(ReadOnlySpan<byte> data)
    {
        if (data.Length <= UdpDatagram.MaximumPayload)
        {
            data.CopyTo(Payload);
            return Send(data.Length);
        }

        if (_destinationPort == 0)
        {
            return DropReason.UdpSourcePort;
        }

        if (data.Length > UdpDatagram.MaximumFragmentedPayload)
        {
            return DropReason.ReplyNotSent;
        }

        Span<byte> header = stackalloc byte[UdpDatagram.HeaderLength];
        UdpDatagram.WriteHeader(header, data, _transmitter.Configuration.Address, _route.Host, _sourcePort, _destinationPort);
        return _transmitter.SendIpv4Fragments(in _route, Ipv4Protocol.Udp, header, data) ? DropReason.None : DropReason.ReplyNotSent;
    }

    /// <summary>Sends what has been written to <see cref="Payload"/>.</summary>
    /// <param name="length">Bytes of data, zero to <see cref="UdpDatagram.MaximumPayload"/>.</param>
    /// <returns>
    /// <see cref="DropReason.None"/>; <see cref="DropReason.UdpSourcePort"/> if the sender named no port;
    /// <see cref="DropReason.ReplyNotSent"/> if there is no transmit buffer or the
    /// length is out of range.
    /// </returns>
    public DropReason Send(int length)
    {
        if (_destinationPort == 0)
        {
            return DropReason.UdpSourcePort;
        }

        if ((uint)length > UdpDatagram.MaximumPayload)
        {
            return DropReason.ReplyNotSent;
        }

        int total = UdpDatagram.HeaderLength + length;
        UdpDatagram.WriteHeader(
            _transmitter.Ipv4Payload.Slice(0, total),
            _transmitter.Configuration.Address,
            _route.Host,
            _sourcePort,
            _destinationPort,
            _transmitter.InsertsUdpChecksum(total));
        return _transmitter.SendIpv4(in _route, Ipv4Protocol.Udp, total) ? DropReason.None : DropReason.ReplyNotSent;
    }
}
