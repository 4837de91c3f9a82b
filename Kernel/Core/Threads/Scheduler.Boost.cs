using System.Numerics;

namespace Reservoir.Threads;

/// <content>Priority inheritance: whoever holds what a more important thread waits for runs at that thread's priority, so that nobody in between can keep both waiting.</content>
public sealed unsafe partial class Scheduler
{
    private const int BitsPerCount = 16;
    private const int CountsPerWord = 4;
    private const ulong CountMask = ushort.MaxValue;

    /// <summary>The threads that run at another priority than their own.</summary>
    private ThreadSet _boosted;

    /// <summary>A thread no longer holds something that it may have been raised for. Interrupts masked.</summary>
    /// <param name="id">The thread's number; below 0 for an interrupt handler, which can't be raised.</param>
    internal void DropBoost(int id)
    {
        if (id >= 0)
        {
            ThreadBlock* thread = _blocks + id;
            if (thread->Priority != thread->BasePriority)
            {
                Lower(thread);
            }
        }
    }

    /// <summary>Somebody else holds what is waited for in a queue, where there is a waiter. Interrupts masked.</summary>
    internal void RaiseHolders(ThreadRings* queue) => BoostHolders(queue, queue->HighestPriority);

    /// <summary>
    /// Raises all who hold what is waited for in a queue, and, if they wait for something themselves, those who hold that. Interrupts masked; each thread is raised once at most, so the time is bounded by
    /// the number of threads.
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

    /// <summary>A thread waits no longer in a queue: whoever was raised for it goes back to what is still needed. Interrupts masked; bounded by the number of threads.</summary>
    /// <param name="queue">Where it has waited.</param>
    private void ReleaseBoosts(ThreadRings* queue)
    {
        ThreadSet holders = HoldersOf(queue);
        holders.IntersectWith(_boosted);
        while (!holders.IsEmpty)
        {
            Lower(_blocks + holders.TakeFirst());
        }
    }

    /// <summary>Lets a thread go back to the priority that is still needed, and those who hold what it waits for too.</summary>
    private void Lower(ThreadBlock* thread)
    {
        var toLower = default(ThreadSet);
        toLower.Add(thread->Id);
        while (!toLower.IsEmpty)
        {
            ThreadBlock* next = _blocks + toLower.TakeFirst();
            int needed = NeededPriority(next);
            if (needed < next->Priority)
            {
                SetPriority(next, needed);
                if (next->Queue is not null && next->Queue->Held is not null)
                {
                    ThreadSet holders = HoldersOf(next->Queue);
                    holders.IntersectWith(_boosted);
                    toLower.UnionWith(holders);
                }
            }
        }
    }

    /// <summary>The threads that hold what is waited for in a queue. Most owners have nothing, so their counts are looked at four at a time.</summary>
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

    /// <summary>A thread's own priority, or the highest one of those who wait for what it holds.</summary>
    private int NeededPriority(ThreadBlock* thread)
    {
        int needed = thread->BasePriority;
        for (int i = 0; i < _waitQueueCount; i++)
        {
            ThreadRings* queue = _waitQueues[i].Rings;
            if (!queue->IsEmpty && queue->Held is not null && queue->Held[thread->Id + 1] != 0 && queue->HighestPriority > needed)
            {
                needed = queue->HighestPriority;
            }
        }

        return needed;
    }

    /// <summary>Moves a thread to where one of another priority stands: behind its new equals, but the running one stays at the head.</summary>
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

        ThreadRings* rings = thread->State == ThreadState.Ready ? _ready : thread->Queue;
        if (rings is null)
        {
            thread->Priority = priority;
            return;
        }

        rings->Remove(thread);
        thread->Priority = priority;
        if (thread == _current)
        {
            rings->AddFirst(thread);
        }
        else
        {
            rings->Add(thread);
        }
    }
}
