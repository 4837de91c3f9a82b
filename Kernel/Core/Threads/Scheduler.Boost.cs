using System.Numerics;

namespace Reservoir.Threads;

/// <content>Priority inheritance: whoever holds what a more important thread waits for runs at that thread's priority, so that nobody in between can keep both waiting.</content>
public sealed unsafe partial class Scheduler
{
    private const int BitsPerCount = 16;
    private const int CountsPerWord = 4;
    private const ulong CountMask = ushort.MaxValue;

    /// <summary>Bit i: thread i runs at another priority than its own.</summary>
    private ulong _boosted;

    /// <summary>
    /// Raises all who hold what is waited for in a queue, and, if they wait for something themselves, those who hold that. Interrupts masked; each thread is raised once at most, so the time is bounded by
    /// the number of threads.
    /// </summary>
    /// <param name="queue">Where a thread has begun to wait.</param>
    /// <param name="priority">That thread's priority.</param>
    private void BoostHolders(ThreadRings* queue, int priority)
    {
        ulong toRaise = HoldersBelow(queue, priority);
        while (toRaise != 0)
        {
            int id = BitOperations.TrailingZeroCount(toRaise);
            toRaise &= toRaise - 1;
            ThreadBlock* holder = _blocks + id;
            SetPriority(holder, priority);
            if (holder->Queue is not null && holder->Queue->Held is not null)
            {
                toRaise |= HoldersBelow(holder->Queue, priority);
            }
        }
    }

    /// <summary>Somebody else holds what is waited for in a queue, where there is a waiter. Interrupts masked.</summary>
    internal void RaiseHolders(ThreadRings* queue) => BoostHolders(queue, queue->HighestPriority);

    /// <summary>A thread waits no longer in a queue: whoever was raised for it goes back to what is still needed. Interrupts masked; bounded by the number of threads.</summary>
    /// <param name="queue">Where it has waited.</param>
    private void ReleaseBoosts(ThreadRings* queue)
    {
        ulong toLower = _boosted & HoldersOf(queue);
        while (toLower != 0)
        {
            int id = BitOperations.TrailingZeroCount(toLower);
            toLower &= toLower - 1;
            ThreadBlock* holder = _blocks + id;
            int needed = NeededPriority(holder);
            if (needed != holder->Priority)
            {
                SetPriority(holder, needed);
                if (holder->Queue is not null && holder->Queue->Held is not null)
                {
                    toLower |= _boosted & HoldersOf(holder->Queue);
                }
            }
        }
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
                SetPriority(thread, NeededPriority(thread));
            }
        }
    }

    /// <summary>The threads that hold what is waited for in a queue and are less important than that, a bit each.</summary>
    private ulong HoldersBelow(ThreadRings* queue, int priority)
    {
        ulong holders = HoldersOf(queue);
        for (ulong rest = holders; rest != 0; rest &= rest - 1)
        {
            int id = BitOperations.TrailingZeroCount(rest);
            if (_blocks[id].Priority >= priority)
            {
                holders &= ~(1UL << id);
            }
        }

        return holders;
    }

    /// <summary>The threads that hold what is waited for in a queue, a bit each. Most owners have nothing, so their counts are looked at four at a time.</summary>
    private ulong HoldersOf(ThreadRings* queue)
    {
        ulong holders = 0;
        var counts = (ulong*)queue->Held;
        for (int owner = 0; owner <= ThreadCount; owner += CountsPerWord)
        {
            for (ulong rest = *counts++; rest != 0;)
            {
                int place = BitOperations.TrailingZeroCount(rest) / BitsPerCount;
                rest &= ~(CountMask << (place * BitsPerCount));
                if (owner + place != RenterStamp.Interrupt)
                {
                    holders |= 1UL << (owner + place - 1);
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
        ulong bit = 1UL << thread->Id;
        _boosted = priority == thread->BasePriority ? _boosted & ~bit : _boosted | bit;
        ThreadRings* rings = thread->State == ThreadState.Ready ? _ready : thread->Queue;
        if (rings is null || thread->State == ThreadState.Ended)
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
