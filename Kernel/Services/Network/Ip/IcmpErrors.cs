using System;
using Reservoir.Network.Wire;
using Reservoir.Time;

namespace Reservoir.Network.Ip;

/// <summary>
/// Tells senders what can't be delivered: no service at the port, an unknown protocol, fragments that never came (RFC 1122 section 3.2.2).
/// </summary>
/// <remarks>
/// It is asked only about datagrams for this host alone, from a single other host, that came in a frame for this station: everything else
/// has been dropped before. It sends nothing about an ICMP error, and not more than <see cref="Burst"/> at once and one each
/// <see cref="IntervalNanoseconds"/> (RFC 1812 section 4.3.2.8), so that it can't be used to flood a third. An error is shorter than 100
/// bytes. Protocol thread only.
/// </remarks>
public sealed class IcmpErrors
{
    /// <summary>The time between two errors under steady provocation, in nanoseconds.</summary>
    public const ulong IntervalNanoseconds = 20 * Clock.NanosecondsPerMillisecond;

    /// <summary>Errors that may be sent at once after a quiet time.</summary>
    public const int Burst = 20;

    /// <summary>Code of an unknown protocol (RFC 792, "Destination Unreachable Message").</summary>
    internal const byte ProtocolUnreachable = 2;

    /// <summary>Code of a port without a service (RFC 792, "Destination Unreachable Message").</summary>
    internal const byte PortUnreachable = 3;

    /// <summary>Code of fragments that did not come in time (RFC 792, "Time Exceeded Message").</summary>
    internal const byte ReassemblyTime = 1;

    private readonly FrameTransmitter _transmitter;
    private readonly RateLimit _rate = new(IntervalNanoseconds, Burst);

    internal IcmpErrors(FrameTransmitter transmitter)
    {
        _transmitter = transmitter;
    }

    /// <summary>Errors sent.</summary>
    public ulong Sent { get; private set; }

    /// <summary>Errors not sent because there were too many.</summary>
    public ulong Suppressed { get; private set; }

    /// <summary>Sends an error, if one may be sent.</summary>
    /// <param name="type">What kind of error.</param>
    /// <param name="code">Which of that kind.</param>
    /// <param name="route">The way back to the sender.</param>
    /// <param name="header">The header of the datagram it is about.</param>
    /// <param name="payload">Its data, or their beginning.</param>
    /// <param name="now">The time in nanoseconds since boot.</param>
    internal void Send(IcmpType type, byte code, in ReplyRoute route, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, ulong now)
    {
        if (!_rate.TryTake(now))
        {
            Suppressed++;
            return;
        }

        int length = IcmpPacket.WriteError(_transmitter.Ipv4Payload, type, code, header, payload);
        Sent += _transmitter.SendIpv4(in route, Ipv4Protocol.Icmp, length) ? 1UL : 0;
    }
}
