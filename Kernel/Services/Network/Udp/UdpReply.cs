using System;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;
using Reservoir.Pools;

namespace Reservoir.Network.Udp;

/// <summary>
/// What a service may do with the datagram it is being given, before it returns: answer it, once, and keep the buffer of its frame. The
/// answer is written where it will be in the frame. Protocol thread only.
/// </summary>
public readonly ref struct UdpReply
{
    private readonly FrameTransmitter _transmitter;
    private readonly ReplyRoute _route;
    private readonly ushort _sourcePort;
    private readonly ushort _destinationPort;

    /// <summary>The buffer of the frame that the datagram came in, a variable of the protocol thread's; none if it was kept already, or if
    /// the datagram was put together from several frames.</summary>
    private readonly ref BufferHandle _frame;

    internal UdpReply(FrameTransmitter transmitter, scoped in ReplyRoute route, ushort sourcePort, ushort destinationPort,
        ref BufferHandle frame)
    {
        _transmitter = transmitter;
        _route = route;
        _sourcePort = sourcePort;
        _destinationPort = destinationPort;
        _frame = ref frame;
    }

    /// <summary>The way back to the sender, for a service that answers later by a <see cref="UdpSender"/>.</summary>
    public ReplyRoute Route => _route;

    /// <summary>Where the data of the answer are written: <see cref="UdpDatagram.MaximumPayload"/> bytes, with what the last answer left
    /// there.</summary>
    public Span<byte> Payload => _transmitter.UdpPayload;

    /// <summary>Keeps the buffer of the frame that the datagram came in: it is the caller's now, which returns it. That spares a copy, and
    /// ties the network's memory to what the service waits for: see docs/starvation.md.</summary>
    /// <param name="buffer">The buffer, of the card's receive pool; the datagram lies in it.</param>
    /// <returns>False if the datagram lies elsewhere, or the buffer was kept already.</returns>
    public bool TryKeepFrame(out BufferHandle buffer)
    {
        buffer = _frame;
        _frame = default;
        return !buffer.IsNone;
    }

    /// <summary>Sends some data, in fragments if they don't fit a frame.</summary>
    /// <param name="data">The data, at most <see cref="UdpDatagram.MaximumFragmentedPayload"/> bytes; not <see cref="Payload"/>, which is
    /// overwritten.</param>
    /// <returns>
    /// <see cref="DropReason.None"/>; <see cref="DropReason.UdpSourcePort"/> if the sender named no port;
    /// <see cref="DropReason.ReplyNotSent"/> if there are not enough transmit buffers or the length is out of range.
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
        UdpDatagram.WriteHeader(header, data, _transmitter.Identity.Configuration.Address, _route.Host, _sourcePort, _destinationPort);
        return _transmitter.SendIpv4Fragments(in _route, Ipv4Protocol.Udp, header, data) ? DropReason.None : DropReason.ReplyNotSent;
    }

    /// <summary>Sends what has been written to <see cref="Payload"/>.</summary>
    /// <param name="length">Bytes of data, zero to <see cref="UdpDatagram.MaximumPayload"/>.</param>
    /// <returns>
    /// <see cref="DropReason.None"/>; <see cref="DropReason.UdpSourcePort"/> if the sender named no port;
    /// <see cref="DropReason.ReplyNotSent"/> if there is no transmit buffer or the length is out of range.
    /// </returns>
    public DropReason Send(int length)
    {
        if (_destinationPort == 0)
        {
            return DropReason.UdpSourcePort;
        }

        return _transmitter.SendUdp(in _route, _sourcePort, _destinationPort, length) ? DropReason.None : DropReason.ReplyNotSent;
    }
}
