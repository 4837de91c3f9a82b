using Reservoir.Network.Udp;
using Reservoir.Network.Wire;

namespace Reservoir.Lab.Benchmarks.Frames;

/// <summary>Takes every datagram and does nothing with it (RFC 863), so that what is measured is the way to a service.</summary>
public sealed class DiscardService : UdpService
{
    /// <summary>The port.</summary>
    public const ushort DiscardPort = 9;

    /// <summary>Makes it. Boot context.</summary>
    public DiscardService()
        : base(DiscardPort, "discard")
    {
    }

    /// <summary>Datagrams taken.</summary>
    public ulong Taken { get; private set; }

    /// <inheritdoc/>
    public override DropReason Receive(in UdpDatagram datagram, in UdpReply reply)
    {
        Taken++;
        return DropReason.None;
    }
}
