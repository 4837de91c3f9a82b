using System;
using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>
/// The place where threads wait for one thing: its name, the rings in which they wait, and, if threads can hold it, the resource. Made at
/// boot by that thing.
/// </summary>
/// <remarks>The rings are unmanaged memory that never moves; this object keeps it alive.</remarks>
[AllocationFree]
internal sealed unsafe class WaitQueue
{
    private readonly ThreadRings[] _rings = GC.AllocateArray<ThreadRings>(1, pinned: true);

    private WaitQueue(string name, ReusableResource? resource)
    {
        Name = name;
        Resource = resource;
        fixed (ThreadRings* rings = _rings)
        {
            Rings = rings;
            if (!ThreadRings.IsLaidOutAsKnown(rings))
            {
                throw new InvalidOperationException("the counts of a wait queue are elsewhere");
            }

            rings->Floor = resource is null ? int.MaxValue : 0;
            rings->Held = resource is null ? null : ThreadRings.CountsOf(rings);
        }
    }

    /// <summary>The name of what is waited for.</summary>
    public string Name { get; }

    /// <summary>The resource that is waited for; null if it is nothing that threads hold: a semaphore, an event, a message.</summary>
    public ReusableResource? Resource { get; }

    /// <summary>The waiting threads.</summary>
    public ThreadRings* Rings { get; }

    /// <summary>Makes a queue and enters it in the scheduler's table, which has room for <see cref="Scheduler.MaxWaitQueues"/>. Boot
    /// context.</summary>
    /// <param name="scheduler">Its threads will wait.</param>
    /// <param name="name">The name of what is waited for.</param>
    /// <param name="resource">The resource that is waited for, whose holders are boosted while a more important thread waits; null if
    /// nothing is held.</param>
    [MayAllocate("boot")]
    public static WaitQueue Create(Scheduler scheduler, string name, ReusableResource? resource = null)
    {
        var queue = new WaitQueue(name, resource);
        queue.Rings->Id = scheduler.Register(queue);
        return queue;
    }
}
