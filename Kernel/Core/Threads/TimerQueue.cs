using System;
using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>
/// Threads with a deadline, the earliest first: a binary heap with room for every thread, each of which knows its place in it.
/// </summary>
/// <remarks>
/// Adding and removing take time logarithmic in the number of waiting threads (at most six steps for 64); looking at the earliest takes constant
/// time. Used with interrupts masked.
/// </remarks>
[AllocationFree]
internal sealed unsafe class TimerQueue
{
    private readonly nint[] _memory = GC.AllocateArray<nint>(Scheduler.MaxThreads, pinned: true);
    private readonly ThreadBlock** _heap;
    private int _count;

    public TimerQueue()
    {
        fixed (nint* heap = _memory)
        {
            _heap = (ThreadBlock**)heap;
        }
    }

    /// <summary>The earliest deadline in nanoseconds; <see cref="ulong.MaxValue"/> if there is none.</summary>
    public ulong Earliest => _count == 0 ? ulong.MaxValue : _heap[0]->Deadline;

    /// <summary>The thread with the earliest deadline. There must be one.</summary>
    public ThreadBlock* First => _heap[0];

    /// <summary>Adds a thread by its deadline.</summary>
    public void Add(ThreadBlock* thread) => MoveUp(_count++, thread);

    /// <summary>Takes a thread out that is in.</summary>
    public void Remove(ThreadBlock* thread)
    {
        int hole = thread->TimerIndex;
        thread->TimerIndex = ThreadBlock.NotTimed;
        ThreadBlock* moved = _heap[--_count];
        if (moved == thread)
        {
            return;
        }

        if (hole > 0 && moved->Deadline < _heap[(hole - 1) / 2]->Deadline)
        {
            MoveUp(hole, moved);
        }
        else
        {
            MoveDown(hole, moved);
        }
    }

    private void MoveUp(int hole, ThreadBlock* thread)
    {
        while (hole > 0)
        {
            int parent = (hole - 1) / 2;
            if (_heap[parent]->Deadline <= thread->Deadline)
            {
                break;
            }

            Place(hole, _heap[parent]);
            hole = parent;
        }

        Place(hole, thread);
    }

    private void MoveDown(int hole, ThreadBlock* thread)
    {
        while (true)
        {
            int child = hole * 2 + 1;
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

    private void Place(int index, ThreadBlock* thread)
    {
        _heap[index] = thread;
        thread->TimerIndex = index;
    }
}
