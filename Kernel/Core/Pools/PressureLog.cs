using Cosmos.Common;
using Reservoir.Memory;

namespace Reservoir.Pools;

/// <summary>
/// Reports when a pool with watermarks comes under pressure and when the pressure is over, a line each.
/// </summary>
/// <remarks>
/// <para>A pool itself only counts: its watermarks are reached in whatever context rents or returns, often an interrupt handler. A thread
/// of low importance calls <see cref="WriteChanges"/> from time to time, or after a semaphore that <see cref="BufferPool.WatchPressure"/>
/// names was signalled. Times of pressure that began between two calls are counted in one line, so that a pool that swings around its
/// watermarks can't flood the log.</para>
/// <para>One thread at a time. No allocation; time in proportion to the number of pools.</para>
/// </remarks>
[AllocationFree]
public sealed class PressureLog
{
    private readonly PoolRegistry _pools;

    /// <summary>By the pool's place in the registry: how many times of pressure were reported.</summary>
    private readonly ulong[] _reported = new ulong[PoolLimits.MaxPools];

    /// <summary>By the pool's place in the registry: whether the last line said that it is under pressure.</summary>
    private readonly bool[] _underPressure = new bool[PoolLimits.MaxPools];

    /// <summary>Makes a log that has reported nothing. Boot context.</summary>
    /// <param name="pools">The pools; those made later are included.</param>
    [MayAllocate("boot")]
    public PressureLog(PoolRegistry pools)
    {
        _pools = pools;
    }

    /// <summary>Writes a line for each pool whose state has changed since the last call; nothing if none has. Thread context.</summary>
    /// <param name="output">The output.</param>
    public void WriteChanges(TextOutput output)
    {
        for (int i = 0; i < _pools.PoolCount; i++)
        {
            BufferPool pool = _pools.GetPool(i);
            if (pool.Rules.HighWatermark != 0)
            {
                WriteChange(pool, i, output);
            }
        }
    }

    private void WriteChange(BufferPool pool, int index, TextOutput output)
    {
        PoolSnapshot now = pool.TakeSnapshot();
        ulong begun = now.PressureBegun - _reported[index];
        if (begun == 0 && now.IsUnderPressure == _underPressure[index])
        {
            return;
        }

        _reported[index] = now.PressureBegun;
        _underPressure[index] = now.IsUnderPressure;
        output.Write($"pool {pool.Name}: {(now.IsUnderPressure ? "under pressure" : "pressure is over")}, ");
        output.Write($"{now.InUse} of {now.Count} buffers in use, {now.Failures} requests refused so far");
        if (begun > 1)
        {
            output.Write($"; {begun} times since the last report");
        }

        output.WriteLine();
    }
}
