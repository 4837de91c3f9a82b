using Cosmos.Common;

namespace Reservoir.Pools;

/// <summary>A pool's numbers at one moment. Always <see cref="InUse"/> + <see cref="Free"/> + <see cref="Quarantined"/> =
/// <see cref="Count"/>.</summary>
[AllocationFree]
public readonly struct PoolSnapshot
{
    /// <summary>Buffers there are.</summary>
    public int Count { get; init; }

    /// <summary>Buffers that are rented.</summary>
    public int InUse { get; init; }

    /// <summary>Buffers that could be rented.</summary>
    public int Free { get; init; }

    /// <summary>Buffers that were found damaged and are out of use.</summary>
    public int Quarantined { get; init; }

    /// <summary>The most buffers that were ever rented at once.</summary>
    public int HighWater { get; init; }

    /// <summary>Rentals since boot, hand-offs included.</summary>
    public ulong Rents { get; init; }

    /// <summary>Requests that were refused, whatever the cause; those that waited in vain are not among them.</summary>
    public ulong Failures => RefusedEmpty + RefusedReserved + RefusedOverCap + RefusedInjected + RefusedNotAllowed;

    /// <summary>Requests that were refused because no buffer was free, or none will ever be.</summary>
    public ulong RefusedEmpty { get; init; }

    /// <summary>Requests of interrupt handlers that were refused because the rest is for threads.</summary>
    public ulong RefusedReserved { get; init; }

    /// <summary>Requests that were refused because the owner had its share.</summary>
    public ulong RefusedOverCap { get; init; }

    /// <summary>Requests that fault injection has refused.</summary>
    public ulong RefusedInjected { get; init; }

    /// <summary>Requests that might have waited, where that isn't allowed.</summary>
    public ulong RefusedNotAllowed { get; init; }

    /// <summary>How often the high watermark was reached after the low one.</summary>
    public ulong PressureBegun { get; init; }

    /// <summary>Whether the high watermark was reached and the low one not yet again.</summary>
    public bool IsUnderPressure { get; init; }

    /// <summary>Buffers that a device holds; they count as rented.</summary>
    public int Posted { get; init; }

    /// <summary>Buffers that came back because their owner had died; damaged ones don't come back.</summary>
    public ulong Reclaimed { get; init; }

    /// <summary>Returns that were refused: stale, foreign or invented handles.</summary>
    public ulong RefusedReturns { get; init; }

    /// <summary>Requests that had to wait.</summary>
    public ulong Waits { get; init; }

    /// <summary>Waits that ended without a buffer because the time was up.</summary>
    public ulong Timeouts { get; init; }

    /// <summary>Waits that were called off.</summary>
    public ulong Cancellations { get; init; }

    /// <summary>Threads that wait now.</summary>
    public int Waiting { get; init; }

    /// <summary>The longest wait that ended with a buffer, in nanoseconds.</summary>
    public ulong LongestWaitNanoseconds { get; init; }
}
