using Cosmos.Common;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;

namespace Reservoir.Lab.Demo;

/// <summary>
/// Answers the datagrams of a <see cref="Flood"/> by sending them back, and counts them. Protocol thread; the numbers may be read from any
/// context.
/// </summary>
[AllocationFree]
public sealed class AnswerService : UdpService
{
    /// <summary>The port it listens at: a dynamic one (RFC 6335, section 6).</summary>
    public const ushort AnswerPort = 49_999;

    /// <summary>Makes the service. Boot context.</summary>
    public AnswerService()
        : base(AnswerPort, "demo")
    {
    }

    /// <summary>Datagrams that came as they were sent and were answered: the card has taken the answer.</summary>
    public ulong Answered { get; private set; }

    /// <summary>Datagrams that were not what a flood brings, or could not be answered.</summary>
    public ulong Failed { get; private set; }

    /// <inheritdoc/>
    public override DropReason Receive(in UdpDatagram datagram, in UdpReply reply)
    {
        if (!DatagramTemplate.TryRead(datagram.Payload, out _))
        {
            Failed++;
            return DropReason.ServiceRefused;
        }

        datagram.Payload.CopyTo(reply.Payload);
        DropReason verdict = reply.Send(datagram.Payload.Length);
        Answered += verdict == DropReason.None ? 1u : 0u;
        Failed += verdict == DropReason.None ? 0u : 1u;
        return verdict;
    }
}
