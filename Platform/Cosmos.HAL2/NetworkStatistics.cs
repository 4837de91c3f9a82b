using Cosmos.Common;

namespace Cosmos.HAL;

/// <summary>
/// A network device's numbers since boot. Every frame that has reached the device is received, dropped (for want of a buffer), missed (for want of a descriptor) or
/// in error.
/// </summary>
[AllocationFree]
public readonly struct NetworkStatistics
{
    /// <summary>Frames handed to the protocol stack.</summary>
    public ulong FramesReceived { get; init; }

    /// <summary>Bytes in them.</summary>
    public ulong BytesReceived { get; init; }

    /// <summary>Good frames that were dropped because the receive pool was empty.</summary>
    public ulong FramesDropped { get; init; }

    /// <summary>Good frames that the device itself lost, because its ring was full before the driver came round.</summary>
    public ulong FramesMissed { get; init; }

    /// <summary>Frames that arrived damaged, or larger than a buffer.</summary>
    public ulong ReceiveErrors { get; init; }

    /// <summary>Frames given to the device to send.</summary>
    public ulong FramesSent { get; init; }

    /// <summary>Bytes in them.</summary>
    public ulong BytesSent { get; init; }

    /// <summary>Frames that were not sent because no transmit buffer or descriptor was free.</summary>
    public ulong SendRefused { get; init; }

    /// <summary>Interrupts of the device.</summary>
    public ulong Interrupts { get; init; }
}
