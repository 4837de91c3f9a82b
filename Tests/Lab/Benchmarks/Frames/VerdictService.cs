using Cosmos.Common;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;

namespace Reservoir.Lab.Benchmarks.Frames;

/// <summary>Takes every datagram and notes when: the moment of the verdict.</summary>
public sealed class VerdictService : UdpService
{
    /// <summary>The port.</summary>
    public const ushort VerdictPort = DiscardService.DiscardPort + 1;

    private readonly Processor _processor;

    /// <summary>Makes it. Boot context.</summary>
    /// <param name="processor">Counts time.</param>
    public VerdictService(Processor processor)
        : base(VerdictPort, "verdict")
    {
        _processor = processor;
    }

    /// <summary>Datagrams taken.</summary>
    public ulong Taken { get; private set; }

    /// <summary>When the last one was, in counts of <see cref="Processor.Timestamp"/>.</summary>
    public ulong TakenAt { get; private set; }

    /// <inheritdoc/>
    public override DropReason Receive(in UdpDatagram datagram, in UdpReply reply)
    {
        Taken++;
        TakenAt = _processor.Timestamp;
        return DropReason.None;
    }
}
