using Reservoir.Pools;

namespace Reservoir.Lab.Benchmarks;

/// <summary>The pools of the measurements. Nobody else uses them.</summary>
public sealed class BenchmarkPools
{
    /// <summary>Four buffers.</summary>
    public required NonBlockingPool Few { get; init; }

    /// <summary>As many as a pool can have.</summary>
    public required NonBlockingPool Many { get; init; }

    /// <summary>Four buffers.</summary>
    public required BlockingPool WaitFew { get; init; }

    /// <summary>As many as a pool can have.</summary>
    public required BlockingPool WaitMany { get; init; }

    /// <summary>Two buffers, for those who wait for each other.</summary>
    public required BlockingPool HandOff { get; init; }
}
