using Cosmos.Common;

namespace Reservoir.Devices;

/// <summary>
/// A network card's numbers since boot. Every frame that has reached the card is received, dropped (for want of a buffer), missed (for want
/// of a descriptor), too long or in error.
/// </summary>
[AllocationFree]
public readonly struct NetworkStatistics
{
    /// <summary>Frames put into the queue to the protocol stack.</summary>
    public ulong FramesReceived { get; init; }

    /// <summary>Bytes in them.</summary>
    public ulong BytesReceived { get; init; }

    /// <summary>Good frames that were dropped because the receive pool was empty.</summary>
    public ulong FramesDropped { get; init; }

    /// <summary>Good frames that the device itself lost, because its ring was full before the driver came round.</summary>
    public ulong FramesMissed { get; init; }

    /// <summary>Frames that arrived damaged.</summary>
    public ulong ReceiveErrors { get; init; }

    /// <summary>Frames that the device has refused because they were longer than Ethernet allows.</summary>
    public ulong FramesTooLong { get; init; }

    /// <summary>Frames given to the device to send.</summary>
    public ulong FramesSent { get; init; }

    /// <summary>Bytes in them.</summary>
    public ulong BytesSent { get; init; }

    /// <summary>Frames that were not sent because no transmit buffer or descriptor was free.</summary>
    public ulong SendRefused { get; init; }

    /// <summary>Frames that were given to the device and thrown away when it had to be started again.</summary>
    public ulong SendAborted { get; init; }

    /// <summary>Interrupts of the device.</summary>
    public ulong Interrupts { get; init; }

    /// <summary>Times that the device was made to raise no receive interrupts because the stack was behind.</summary>
    public ulong PollingBegun { get; init; }

    /// <summary>Polls for frames meanwhile.</summary>
    public ulong Polls { get; init; }

    /// <summary>Frames found that way; the rest of those received came by interrupt.</summary>
    public ulong FramesPolled { get; init; }

    /// <summary>Times that an interrupt or a poll took as many frames as it may and left some.</summary>
    public ulong BudgetsUsedUp { get; init; }

    /// <summary>Times that the link has come or gone.</summary>
    public ulong LinkChanges { get; init; }

    /// <summary>Times that frames waited and the device had raised no interrupt for them.</summary>
    public ulong InterruptsLost { get; init; }

    /// <summary>Times that the transmitter had stopped and was started again.</summary>
    public ulong TransmitterRestarts { get; init; }
}
