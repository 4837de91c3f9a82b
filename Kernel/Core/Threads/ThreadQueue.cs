using System.Numerics;

namespace Reservoir.Threads;

/// <summary>
/// Threads in order of importance: the highest priority first, and among equals the one that came first.
/// </summary>
/// <remarks>
/// <para>A list for each of the 32 priorities and a word with a bit for each that isn't empty. Every operation takes constant time,
/// however many threads there are. The links lie in the threads, so a thread can be in one queue at a time and entering one needs no
/// memory.</para>
/// <para>Used with interrupts masked. The scheduler's ready queue and the waiters of every pool and semaphore are such queues.</para>
/// </remarks>
internal sealed class ThreadQueue
{
    private readonly KernelThread?[] _first = new KernelThread?[Scheduler.Priorities];
    private readonly KernelThread?[] _last = new KernelThread?[Scheduler.Priorities];
    private uint _occupied;

    /// <summary>Whether no thread is in it.</summary>
    public bool IsEmpty => _occupied == 0;

    /// <summary>How many threads are in it.</summary>
    public int Count { get; private set; }

    /// <summary>The priority of the first thread; -1 if there is none.</summary>
    public int HighestPriority => 31 - BitOperations.LeadingZeroCount(_occupied);

    /// <summary>The first thread, which stays; null if there is none.</summary>
    public KernelThread? First => _occupied == 0 ? null : _first[HighestPriority];

    /// <summary>Adds a thread behind those of its priority.</summary>
    public void Add(KernelThread thread)
    {
        int priority = thread.Priority;
        KernelThread? last = _last[priority];
        thread.Previous = last;
        thread.Next = null;
        if (last is null)
        {
            _first[priority] = thread;
            _occupied |= 1u << priority;
        }
        else
        {
            last.Next = thread;
        }

        _last[priority] = thread;
        thread.Queue = this;
        Count++;
    }

    /// <summary>Adds a thread before those of its priority: one that was interrupted and keeps its turn.</summary>
    public void AddFirst(KernelThread thread)
    {
        int priority = thread.Priority;
        KernelThread? first = _first[priority];
        thread.Previous = null;
        thread.Next = first;
        if (first is null)
        {
            _last[priority] = thread;
            _occupied |= 1u << priority;
        }
        else
        {
            first.Previous = thread;
        }

        _first[priority] = thread;
        thread.Queue = this;
        Count++;
    }

    /// <summary>Takes the first thread out; null if there is none.</summary>
    public KernelThread? TakeFirst()
    {
        KernelThread? thread = First;
        if (thread is not null)
        {
            Remove(thread);
        }

        return thread;
    }

    /// <summary>Takes a thread out that is in this queue.</summary>
    public void Remove(KernelThread thread)
    {
        int priority = thread.Priority;
        if (thread.Previous is null)
        {
            _first[priority] = thread.Next;
        }
        else
        {
            thread.Previous.Next = thread.Next;
        }

        if (thread.Next is null)
        {
            _last[priority] = thread.Previous;
        }
        else
        {
            thread.Next.Previous = thread.Previous;
        }

        if (_first[priority] is null)
        {
            _occupied &= ~(1u << priority);
        }

        thread.Next = null;
        thread.Previous = null;
        thread.Queue = null;
        Count--;
    }
}
