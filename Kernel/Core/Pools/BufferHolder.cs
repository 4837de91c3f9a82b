using System;
using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.Pools;

/// <summary>
/// Something other than a thread that has buffers of a pool: a queue, or a device's ring. The pool's records name no owner for these
/// buffers; the holder tells which thread, if any, will return them.
/// </summary>
/// <remarks>Made at boot, one for each queue and ring, and never taken away. It costs its pool nothing except in a search for deadlocks
/// (<see cref="DeadlockSearch"/>).</remarks>
[AllocationFree]
public abstract class BufferHolder
{
    /// <summary>Makes a holder that has nothing, and enters it with its pool, which has room for <see cref="BufferPool.MostHolders"/>. Boot
    /// context.</summary>
    /// <param name="name">What to call it, in ASCII.</param>
    /// <param name="pool">Whose buffers it has.</param>
    [MayAllocate("boot")]
    protected BufferHolder(string name, BufferPool pool)
    {
        Name = name;
        Pool = pool;
        if (!pool.TryAdd(this))
        {
            throw new InvalidOperationException("more queues and rings than BufferPool.MostHolders");
        }
    }

    /// <summary>What to call it.</summary>
    public string Name { get; }

    /// <summary>Whose buffers it has.</summary>
    public BufferPool Pool { get; }

    /// <summary>How many buffers it has. Any context, constant time.</summary>
    public abstract int Count { get; }

    /// <summary>The only thread that takes them out; null if none is known, or none ever does (<see cref="IsForGood"/>). Any
    /// context.</summary>
    public virtual KernelThread? Consumer => null;

    /// <summary>Whether it never gives a buffer back, but only swaps one for another: a ring of receive descriptors. Any context.</summary>
    public virtual bool IsForGood => false;
}
