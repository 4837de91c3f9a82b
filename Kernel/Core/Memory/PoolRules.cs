using Cosmos.Common;

namespace Reservoir.Memory;

/// <summary>Conditions for renting from a pool, beside a buffer being free. All optional, part of the plan, unchangeable once the pool is
/// made.</summary>
[AllocationFree]
public readonly struct PoolRules
{
    /// <summary>Buffers that interrupt handlers leave to threads, 0 to one less than the pool has.</summary>
    public int Reserve { get; init; }

    /// <summary>The most buffers that one owner (a thread; all interrupt handlers together) can have, 1 to the pool's count; 0 for no
    /// limit. An owner that adopts buffers can have more.</summary>
    public int Cap { get; init; }

    /// <summary>So many rented buffers begin a time of pressure, 1 to the pool's count; 0 for none.</summary>
    public int HighWatermark { get; init; }

    /// <summary>So few rented buffers end it, 0 to one less than <see cref="HighWatermark"/>.</summary>
    public int LowWatermark { get; init; }
}
