using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Pools;

namespace Reservoir.Drivers.E1000;

/// <summary>What a card works on: all its memory, reserved by the kernel's plan. Boot context.</summary>
public readonly struct E1000Resources
{
    /// <summary>At least <see cref="E1000Card.RingBytes"/> for the rings.</summary>
    public required Region Rings { get; init; }

    /// <summary>Buffers to receive into, <see cref="E1000Card.BufferBytes"/> each, more than <see cref="E1000Card.ReceiveRingSize"/>: the
    /// pool of <see cref="Queue"/>.</summary>
    public required BufferPool ReceivePool { get; init; }

    /// <summary>Buffers to send from, <see cref="E1000Card.BufferBytes"/> each, at most 255 together with those for answers.</summary>
    public required BlockingPool TransmitPool { get; init; }

    /// <summary>Buffers to answer from (<see cref="NetworkCard.TryAnswer"/>), of the same size.</summary>
    public required BufferPool AnswerPool { get; init; }

    /// <summary>Where received frames go.</summary>
    public required FrameQueue Queue { get; init; }

    /// <summary>Masks interrupts.</summary>
    public required Processor Processor { get; init; }
}
