using System;
using System.Runtime.CompilerServices;
using Cosmos.Common;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// Threads with a deadline, the earliest first: a binary heap with room for every thread, each of which knows its place in it.
/// </summary>
/// <remarks>
/// Adding and removing take time logarithmic in the number of waiting threads: at most seven steps for <see cref="Scheduler.MaxThreads"/>.
/// Looking at the earliest takes constant time. Used with interrupts masked.
/// </remarks>
[AllocationFree]
internal unsafe struct TimerQueue
{
    private readonly nint[] _memory;
    private readonly ThreadBlock** _heap;
    private nint _count;

    /// <summary>Makes an empty one. Boot context.</summary>
    [MayAllocate("boot")]
    public TimerQueue()
    {
        Earliest = Clock.Forever;
        _memory = GC.AllocateArray<nint>(Scheduler.MaxThreads, pinned: true);
        fixed (nint* heap = _memory)
        {
            _heap = (ThreadBlock**)heap;
        }
    }

    /// <summary>The earliest deadline in counts; <see cref="Clock.Forever"/> if there is none.</summary>
    public ulong Earliest { get; private set; }

    /// <summary>Adds a thread by its deadline.</summary>
    public void Add(ThreadBlock* thread)
    {
        MoveUp(_count++, thread);
        Earliest = _heap[0]->Deadline;
    }

    /// <summary>Takes the thread with the earliest deadline out. There must be one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ThreadBlock* TakeFirst()
    {
        ThreadBlock* first = _heap[0];
        RemoveAt(0, first);
        return first;
    }

    /// <summary>Takes a thread out that is in.</summary>
    public void Remove(ThreadBlock* thread)
    {
        nint hole = thread->TimerIndex;
        ThreadBlock* last = _heap[_count - 1];
        if (hole > 0 && last != thread && last->Deadline < _heap[(hole - 1) >> 1]->Deadline)
        {
            thread->TimerIndex = ThreadBlock.NotTimed;
            _count--;
            MoveUp(hole, last);
            return;
        }

        RemoveAt(hole, thread);
    }

    /// <summary>Fills a place from below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RemoveAt(nint hole, ThreadBlock* thread)
    {
        thread->TimerIndex = ThreadBlock.NotTimed;
        ThreadBlock* last = _heap[--_count];
        if (last != thread)
        {
            MoveDown(hole, last);
        }

        Earliest = _count == 0 ? Clock.Forever : _heap[0]->Deadline;
    }

    private readonly void MoveUp(nint hole, ThreadBlock* thread)
    {
        while (hole > 0)
        {
            nint parent = (hole - 1) >> 1;
            if (_heap[parent]->Deadline <= thread->Deadline)
            {
                break;
            }

            Place(hole, _heap[parent]);
            hole = parent;
        }

        Place(hole, thread);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void MoveDown(nint hole, ThreadBlock* thread)
    {
        while (true)
        {
            nint child = hole * 2 + 1;
            if (child + 1 < _count && _heap[child + 1]->Deadline < _heap[child]->Deadline)
            {
                child++;
            }

            if (child >= _count || _heap[child]->Deadline >= thread->Deadline)
            {
                break;
            }

            Place(hole, _heap[child]);
            hole = child;
        }

        Place(hole, thread);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Place(nint index, ThreadBlock* thread)
    {
        _heap[index] = thread;
        thread->TimerIndex = (int)index;
    }
}
