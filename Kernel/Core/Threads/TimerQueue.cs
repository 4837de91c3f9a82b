namespace Reservoir.Threads;

/// <summary>
/// Threads with a deadline, the earliest first: a binary heap with room for every thread, each of which knows its place in it.
/// </summary>
/// <remarks>
/// Adding and removing take time logarithmic in the number of waiting threads (at most six steps for 64); looking at the earliest takes constant
/// time. Used with interrupts masked.
/// </remarks>
internal sealed class TimerQueue
{
    private readonly KernelThread[] _heap = new KernelThread[Scheduler.MaxThreads];
    private int _count;

    /// <summary>The earliest deadline in nanoseconds; <see cref="ulong.MaxValue"/> if there is none.</summary>
    public ulong Earliest => _count == 0 ? ulong.MaxValue : _heap[0].Deadline;

    /// <summary>The thread with the earliest deadline. There must be one.</summary>
    public KernelThread First => _heap[0];

    /// <summary>Adds a thread by its deadline.</summary>
    public void Add(KernelThread thread)
    {
        MoveUp(_count++, thread);
    }

    /// <summary>Takes a thread out, if it is in.</summary>
    public void Remove(KernelThread thread)
    {
        int hole = thread.TimerIndex;
        if (hole == KernelThread.NotInTimerQueue)
        {
            return;
        }

        thread.TimerIndex = KernelThread.NotInTimerQueue;
        KernelThread moved = _heap[--_count];
        _heap[_count] = null!;
        if (moved == thread)
        {
            return;
        }

        if (hole > 0 && moved.Deadline < _heap[(hole - 1) / 2].Deadline)
        {
            MoveUp(hole, moved);
        }
        else
        {
            MoveDown(hole, moved);
        }
    }

    private void MoveUp(int hole, KernelThread thread)
    {
        while (hole > 0)
        {
            int parent = (hole - 1) / 2;
            if (_heap[parent].Deadline <= thread.Deadline)
            {
                break;
            }

            Place(hole, _heap[parent]);
            hole = parent;
        }

        Place(hole, thread);
    }

    private void MoveDown(int hole, KernelThread thread)
    {
        while (true)
        {
            int child = hole * 2 + 1;
            if (child + 1 < _count && _heap[child + 1].Deadline < _heap[child].Deadline)
            {
                child++;
            }

            if (child >= _count || _heap[child].Deadline >= thread.Deadline)
            {
                break;
            }

            Place(hole, _heap[child]);
            hole = child;
        }

        Place(hole, thread);
    }

    private void Place(int index, KernelThread thread)
    {
        _heap[index] = thread;
        thread.TimerIndex = index;
    }
}
