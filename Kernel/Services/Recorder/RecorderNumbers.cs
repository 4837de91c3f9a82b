namespace Reservoir.Recorder;

/// <summary>
/// The recorder's counters at one moment: <see cref="Seen"/> = <see cref="Accepted"/> + <see cref="Refused"/>; accepted = recorded +
/// waiting + refused for want of a volume + failed; recorded = acknowledged + not acknowledged.
/// </summary>
public readonly struct RecorderNumbers
{
    /// <summary>Datagrams that have reached the port.</summary>
    public ulong Seen { get; init; }

    /// <summary>Datagrams that were taken.</summary>
    public ulong Accepted { get; init; }

    /// <summary>Datagrams refused because the pool had no buffer.</summary>
    public ulong RefusedPoolEmpty { get; init; }

    /// <summary>Datagrams refused because the queue was full.</summary>
    public ulong RefusedQueueFull { get; init; }

    /// <summary>Datagrams that are on the medium, and of which it is decided whether they could be acknowledged.</summary>
    public ulong Recorded { get; init; }

    /// <summary>Datagrams that came while there was no volume to write to.</summary>
    public ulong RefusedNotReady { get; init; }

    /// <summary>Datagrams that could not be made durable.</summary>
    public ulong Failed { get; init; }

    /// <summary>Datagrams that were acknowledged.</summary>
    public ulong Acknowledged { get; init; }

    /// <summary>Datagrams that are on the medium and could not be acknowledged.</summary>
    public ulong Unacknowledged { get; init; }

    /// <summary>Datagrams refused at the port.</summary>
    public ulong Refused => RefusedPoolEmpty + RefusedQueueFull;

    /// <summary>Datagrams that were taken and are not done.</summary>
    public ulong Waiting => Accepted - Recorded - RefusedNotReady - Failed;
}
