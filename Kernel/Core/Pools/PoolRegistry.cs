using System;
using System.Diagnostics.CodeAnalysis;
using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Threads;

namespace Reservoir.Pools;

/// <summary>
/// Makes the pools that the plan describes, and knows all that were made.
/// </summary>
/// <remarks>
/// A pool is made once, at boot, from its line of the plan, and never taken away: the memory manager gives out each line once and nothing
/// after the seal. So the list only grows, and reading it needs no lock.
/// </remarks>
public sealed class PoolRegistry
{
    private readonly MemoryManager _memory;
    private readonly Scheduler _scheduler;
    private readonly BufferPool[] _pools = new BufferPool[PoolLimits.MaxPools];

    /// <summary>Makes a registry without pools. Boot context.</summary>
    /// <param name="memory">Gives out the pools' regions.</param>
    /// <param name="scheduler">Its threads rent, and wait for, the pools' buffers.</param>
    public PoolRegistry(MemoryManager memory, Scheduler scheduler)
    {
        _memory = memory;
        _scheduler = scheduler;
    }

    /// <summary>How many pools were made. Any context.</summary>
    [AllocationFree]
    public int PoolCount { get; private set; }

    /// <summary>Makes a non-blocking pool. Boot context.</summary>
    /// <param name="name">The name of its line in the plan.</param>
    /// <param name="pool">The pool; null if it was refused.</param>
    /// <returns>Why it was refused, or <see cref="PlanError.None"/>.</returns>
    public PlanError CreateNonBlockingPool(string name, [NotNull] out NonBlockingPool? pool)
    {
        pool = null!;
        PlanError error = _memory.TakePool(name, PoolKind.NonBlocking, out PoolDescription description);
        if (error == PlanError.None)
        {
            pool = new NonBlockingPool(description, _scheduler);
            _pools[PoolCount++] = pool;
        }

        return error;
    }

    /// <summary>Makes a blocking pool. Boot context.</summary>
    /// <param name="name">The name of its line in the plan.</param>
    /// <param name="pool">The pool; null if it was refused.</param>
    /// <returns>Why it was refused, or <see cref="PlanError.None"/>.</returns>
    public PlanError CreateBlockingPool(string name, [NotNull] out BlockingPool? pool)
    {
        pool = null!;
        PlanError error = _memory.TakePool(name, PoolKind.Blocking, out PoolDescription description);
        if (error == PlanError.None)
        {
            pool = new BlockingPool(description, _scheduler);
            _pools[PoolCount++] = pool;
        }

        return error;
    }

    /// <summary>A pool by its place in the order of creation. Any context.</summary>
    /// <param name="index">0 to <see cref="PoolCount"/> - 1.</param>
    [AllocationFree]
    public BufferPool GetPool(int index) => _pools[index];

    /// <summary>A pool by its name; null if no pool has it. Any context.</summary>
    /// <param name="name">The name, in ASCII.</param>
    public BufferPool? FindPool(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < PoolCount; i++)
        {
            if (AsciiName.Matches(_pools[i].Name, name))
            {
                return _pools[i];
            }
        }

        return null;
    }

    /// <summary>How many buffers of all pools together a thread has rented or adopted, and not returned. Any context; time in proportion to
    /// the number of pools.</summary>
    /// <param name="thread">The thread, alive or ended.</param>
    public int CountBuffersOf(KernelThread thread)
    {
        int rented = 0;
        for (int i = 0; i < PoolCount; i++)
        {
            rented += _pools[i].CountRentedBy(thread.Id);
        }

        return rented;
    }
}
