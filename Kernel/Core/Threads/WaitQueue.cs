using System;
using Cosmos.Common;
using Reservoir.Pools;

namespace Reservoir.Threads;

/// <summary>
/// Where threads wait for one thing: its name, the rings in which they stand, and who could be hurried along. Made at boot, by the thing
/// itself.
/// </summary>
/// <remarks>The rings are unmanaged memory that never moves; this object keeps it alive.</remarks>
[AllocationFree]
internal sealed unsafe class WaitQueue
{
    private readonly ThreadRings[] _rings = GC.AllocateArray<ThreadRings>(1, pinned: true);

    private WaitQueue(string name, bool boosts, DeathHandler? onDeath, BufferPool? pool)
    {
        Name = name;
        OnDeath = onDeath;
        Pool = pool;
        fixed (ThreadRings* rings = _rings)
        {
            Rings = rings;
            if (!ThreadRings.IsLaidOutAsKnown(rings))
            {
                throw new InvalidOperationException("the counts of a wait queue are elsewhere");
            }

            rings->Floor = boosts ? 0 : int.MaxValue;
            rings->Held = boosts ? ThreadRings.CountsOf(rings) : null;
        }
    }

    /// <summary>What is waited for.</summary>
    public string Name { get; }

    /// <summary>Takes back what a thread that has died has held; null if it can hold nothing.</summary>
    public DeathHandler? OnDeath { get; }

    /// <summary>The pool whose buffers are waited for; null if it is something else.</summary>
    public BufferPool? Pool { get; }

    /// <summary>Who waits.</summary>
    public ThreadRings* Rings { get; }

    /// <summary>Makes a queue and enters it in the scheduler's table, which has room for <see cref="Scheduler.MaxWaitQueues"/>. Boot
    /// context.</summary>
    /// <param name="scheduler">Whose threads will wait.</param>
    /// <param name="name">What is waited for.</param>
    /// <param name="boosts">Whether it can be held, so that the holders are boosted while someone more important waits.</param>
    /// <param name="onDeath">Takes back what a thread that has died has held.</param>
    /// <param name="pool">The pool whose buffers are waited for, if it is one.</param>
    [MayAllocate("boot")]
    public static WaitQueue Create(Scheduler scheduler, string name, bool boosts, DeathHandler? onDeath = null, BufferPool? pool = null)
    {
        var queue = new WaitQueue(name, boosts, onDeath, pool);
        queue.Rings->Id = scheduler.Register(queue);
        return queue;
    }
}
