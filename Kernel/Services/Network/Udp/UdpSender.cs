using System;
using Reservoir.Devices;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;
using Reservoir.Threads;

namespace Reservoir.Network.Udp;

/// <summary>
/// Sends datagrams for a service that answers later than it is given the question, from a thread of its own.
/// </summary>
/// <remarks>
/// It builds each datagram in a buffer of its own and gives it to the card, which copies it and takes frames from any thread. One thread at
/// a time. Constant time for a datagram of a given length, and no waiting unless <see cref="Send"/> is told to.
/// </remarks>
public sealed class UdpSender
{
    private readonly NetworkCard _card;
    private readonly HostIdentity _identity;
    private readonly ushort _port;
    private readonly FrameBuilder _builder = new();

    /// <summary>Makes a sender. Boot context.</summary>
    /// <param name="host">Whose card and address it uses.</param>
    /// <param name="port">The port that the datagrams come from.</param>
    public UdpSender(Ipv4Host host, ushort port)
    {
        _card = host.Card;
        _identity = host.Identity;
        _port = port;
    }

    /// <summary>Where the data of the next datagram are written: <see cref="UdpDatagram.MaximumPayload"/> bytes, with what the last one
    /// left there.</summary>
    public Span<byte> Payload => _builder.UdpPayload;

    /// <summary>Sends what has been written to <see cref="Payload"/>, and waits for a transmit buffer if neither one that is kept for
    /// answers nor another is free. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="route">The way to the receiver.</param>
    /// <param name="port">Its port, not zero.</param>
    /// <param name="length">Bytes of data, zero to <see cref="UdpDatagram.MaximumPayload"/>.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait.</param>
    /// <returns>What became of it; <see cref="SendResult.LengthOutOfRange"/> also if the port is zero, or this host has no
    /// address.</returns>
    public SendResult Send(ThreadContext context, in ReplyRoute route, ushort port, int length, ulong timeoutNanoseconds)
    {
        var source = new FrameSource(_identity.Station, _identity.Configuration.Address);
        if (port == 0 || source.Host.IsZero || (uint)length > UdpDatagram.MaximumPayload)
        {
            return SendResult.LengthOutOfRange;
        }

        bool cardFinishes = FrameBuilder.CardFinishesUdp(_card.Offload, length);
        return _card.Answer(context, _builder.BuildUdp(in source, _port, in route, port, length, cardFinishes),
            cardFinishes ? FrameBuilder.UdpChecksums : TransmitChecksums.None, timeoutNanoseconds);
    }
}
