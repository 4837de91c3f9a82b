using Cosmos.Common;

namespace Reservoir.Memory;

/// <summary>Hard maxima. No plan, option or caller can exceed them.</summary>
[AllocationFree]
public static class PoolLimits
{
    /// <summary>The most pools.</summary>
    public const int MaxPools = 32;

    /// <summary>The most buffers in a pool.</summary>
    public const int MaxBufferCount = 16384;

    /// <summary>The most bytes in a buffer.</summary>
    public const int MaxBufferSize = 1 << 20;

    /// <summary>The smallest alignment of a buffer, in bytes.</summary>
    public const int MinAlignment = 16;

    /// <summary>The largest alignment of a buffer, in bytes.</summary>
    public const int MaxAlignment = 4096;
}
