using Reservoir.Network.Wire;

namespace Reservoir.Network.Udp;

/// <summary>Sends every datagram back to where it came from (RFC 862, UDP port 7).</summary>
/// <remarks>
/// A datagram from port 7 is dropped: its sender would echo the answer, and one forged datagram would keep two hosts busy for ever (CERT
/// advisory CA-1996-01).
/// </remarks>
public sealed class EchoService : UdpService
{
    /// <summary>The well-known port.</summary>
    public const ushort EchoPort = 7;

    /// <summary>Makes the service. Boot context.</summary>
    public EchoService()
        : base(EchoPort, "echo", UdpDatagram.MaximumFragmentedPayload)
    {
    }

    /// <inheritdoc/>
    public override DropReason Receive(in UdpDatagram datagram, in UdpReply reply)
    {
        if (datagram.SourcePort is 0 or EchoPort)
        {
            return DropReason.UdpSourcePort;
        }

        return reply.Send(datagram.Payload);
    }
}
