using System.Numerics;
using System.Runtime.CompilerServices;

namespace Reservoir.Threads;

/// <content>Priority inheritance: a thread that holds what a more important thread waits for runs at that thread's priority, so that no
/// thread of a priority in between can keep both waiting.</content>
public sealed unsafe partial class Scheduler
{
    private const int BitsPerCount = 16;
    private const int CountsPerWord = 4;
    private const ulong CountMask = ushort.MaxValue;

    /// <summary>The threads that run at another priority than their own.</summary>
    private ThreadSet _boosted;

    /// <summary>Whether there is one: one byte, because each hand-off asks.</summary>
    private bool _anyBoosted;

    /// <summary>Whether some thread runs at another priority than its own. Interrupts masked.</summary>
    internal bool HasBoosts
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _anyBoosted;
    }

    /// <summary>The lowest priority that a holder of what is waited for in a queue has of its own; beyond all priorities if no thread holds
    /// it. Interrupts masked; bounded by the number of threads.</summary>
    internal int LowestHolder(ThreadRings* queue)
    {
        int lowest = int.MaxValue;
        for (ThreadSet holders = HoldersOf(queue); !holders.IsEmpty;)
        {
            ThreadBlock* holder = _blocks + holders.TakeFirst();
            lowest = holder->BasePriority < lowest ? holder->BasePriority : lowest;
        }

        return lowest;
    }

    /// <summary>A thread no longer holds something that it may have been raised for. Interrupts masked.</summary>
    /// <param name="id">The thread's number; below 0 for an interrupt handler, which can't be raised.</param>
    internal void DropBoost(int id)
    {
        if (id >= 0)
        {
            ThreadBlock* thread = _blocks + id;
            if (thread->Priority != thread->BasePriority)
            {
                var former = default(ThreadSet);
                former.Add(id);
                Lower(former);
            }
        }
    }

    /// <summary>The holders of what is waited for in a queue have changed while a thread waits. Interrupts masked.</summary>
    internal void RaiseHolders(ThreadRings* queue) => BoostHolders(queue, queue->HighestPriority);

    /// <summary>
    /// Raises all holders of what is waited for in a queue, and, if one waits itself, the holders of what it waits for. Interrupts masked;
    /// each thread is raised once at most, so the time is bounded by the number of threads.
    /// </summary>
    /// <param name="queue">Where a thread has begun to wait.</param>
    /// <param name="priority">That thread's priority.</param>
    private void BoostHolders(ThreadRings* queue, int priority)
    {
        ThreadSet holders = HoldersOf(queue);
        while (!holders.IsEmpty)
        {
            ThreadBlock* holder = _blocks + holders.TakeFirst();
            if (holder->Priority < priority && holder->State != ThreadState.Ended)
            {
                SetPriority(holder, priority);
                if (holder->Queue is not null && holder->Queue->Held is not null)
                {
                    holders.UnionWith(HoldersOf(holder->Queue));
                }
            }
        }
    }

    /// <summary>A thread waits no longer in a queue: a holder that was raised for it goes back to the priority that is still needed.
    /// Interrupts masked; bounded by the number of threads.</summary>
    /// <param name="queue">Where it has waited.</param>
    private void ReleaseBoosts(ThreadRings* queue)
    {
        ThreadSet holders = HoldersOf(queue);
        holders.IntersectWith(_boosted);
        Lower(holders);
    }

    /// <summary>Lets threads go back to the priority that is still needed, and then the holders of what they wait for.</summary>
    /// <remarks>
    /// Threads that wait for each other's buffers, or a thread that waits for another buffer of a pool of which it has one, must not keep
    /// each other's boost up: so at first only those waiters count that are not boosted themselves, and when all are down the others are
    /// looked at once more.
    /// </remarks>
    private void Lower(ThreadSet threads)
    {
        var uncertain = default(ThreadSet);
        while (!threads.IsEmpty)
        {
            ThreadBlock* next = _blocks + threads.TakeFirst();
            int needed = NeededPriority(next, countBoosted: false, out bool isCertain);
            if (needed < next->Priority)
            {
                SetPriority(next, needed);
                if (!isCertain)
                {
                    uncertain.Add(next->Id);
                }

                if (next->Queue is not null && next->Queue->Held is not null)
                {
                    ThreadSet holders = HoldersOf(next->Queue);
                    holders.IntersectWith(_boosted);
                    threads.UnionWith(holders);
                }
            }
        }

        while (!uncertain.IsEmpty)
        {
            ThreadBlock* next = _blocks + uncertain.TakeFirst();
            int needed = NeededPriority(next, countBoosted: true, out _);
            if (needed > next->Priority)
            {
                SetPriority(next, needed);
                if (next->Queue is not null && next->Queue->Held is not null)
                {
                    BoostHolders(next->Queue, needed);
                }
            }
        }
    }

    /// <summary>The threads that hold what is waited for in a queue. Most owners have nothing, so their counts are looked at four at a
    /// time.</summary>
    private ThreadSet HoldersOf(ThreadRings* queue)
    {
        var holders = default(ThreadSet);
        var counts = (ulong*)queue->Held;
        for (int owner = 0; owner <= ThreadCount; owner += CountsPerWord)
        {
            for (ulong rest = *counts++; rest != 0;)
            {
                int place = BitOperations.TrailingZeroCount(rest) / BitsPerCount;
                rest &= ~(CountMask << (place * BitsPerCount));
                if (owner + place != RenterStamp.Interrupt)
                {
                    holders.Add(owner + place - 1);
                }
            }
        }

        return holders;
    }

    /// <summary>A thread's own priority, or the highest one of the threads that wait for what it holds.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="countBoosted">Whether a first waiter counts that is boosted itself.</param>
    /// <param name="isCertain">Whether none was left out.</param>
    private int NeededPriority(ThreadBlock* thread, bool countBoosted, out bool isCertain)
    {
        isCertain = true;
        int needed = thread->BasePriority;
        for (int i = 0; i < _waitQueueCount; i++)
        {
            ThreadRings* queue = _waitQueues[i].Rings;
            if (!queue->IsEmpty && queue->Held is not null && queue->Held[thread->Id + 1] != 0 && queue->HighestPriority > needed)
            {
                bool counts = countBoosted || !_boosted.Contains(queue->First->Id);
                needed = counts ? queue->HighestPriority : needed;
                isCertain &= counts;
            }
        }

        return needed;
    }

    /// <summary>Moves a thread to where one of another priority stands: behind its new equals, but the running one stays at the
    /// head.</summary>
    private void SetPriority(ThreadBlock* thread, int priority)
    {
        if (priority == thread->BasePriority)
        {
            _boosted.Remove(thread->Id);
        }
        else
        {
            _boosted.Add(thread->Id);
        }

        _anyBoosted = !_boosted.IsEmpty;

        ThreadRings* rings = thread->State == ThreadState.Ready ? _ready : thread->Queue;
        if (rings is null)
        {
            thread->SetPriority(priority);
            return;
        }

        rings->Remove(thread);
        thread->SetPriority(priority);
        if (thread == Running)
        {
            rings->AddFirst(thread);
        }
        else
        {
            rings->Add(thread);
        }
    }
}
