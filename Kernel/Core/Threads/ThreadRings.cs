using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>
/// Threads in order of importance: the highest priority first, and among equals the one that came first.
/// </summary>
/// <remarks>
/// <para>A ring of control blocks for each of the 32 priorities, and a word with a bit for each that isn't empty. Every operation takes constant time,
/// however many threads there are. The links lie in the blocks, so a thread can be in one set of rings at a time and entering one needs no
/// memory.</para>
/// <para>Used with interrupts masked. The scheduler's ready threads and the waiters of every pool, semaphore, mutex and event are such rings.</para>
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
[AllocationFree]
internal unsafe struct ThreadRings
{
    /// <summary>A bit of <see cref="Occupied"/> for the owner of the rings, beside those of the priorities.</summary>
    public const ulong Flag = 1UL << 63;

    private const ulong Threads = (1UL << Scheduler.Priorities) - 1;

    /// <summary>Bit p: some thread of priority p is here.</summary>
    public ulong Occupied;

    /// <summary>How many threads are here.</summary>
    public int Count;

    /// <summary>Its number among the scheduler's wait queues.</summary>
    public int Id;

    /// <summary>How much of what is waited for each thread holds, by its number + 1; null if nobody holds it in the sense that a boost would help.</summary>
    public ushort* Held;

    private fixed ulong _first[Scheduler.Priorities];

    /// <summary>Whether no thread is here.</summary>
    public readonly bool IsEmpty => (Occupied & Threads) == 0;

    /// <summary>The priority of the first thread. There must be one.</summary>
    public readonly int HighestPriority
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => BitOperations.Log2(Occupied & Threads);
    }

    /// <summary>The first thread, which stays. There must be one.</summary>
    public ThreadBlock* First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (ThreadBlock*)_first[HighestPriority];
    }

    /// <summary>Adds a thread behind those of its priority.</summary>
    public void Add(ThreadBlock* thread)
    {
        int priority = thread->Priority;
        var first = (ThreadBlock*)_first[priority];
        Count++;
        if (first is null)
        {
            thread->Next = thread;
            thread->Previous = thread;
            _first[priority] = (ulong)thread;
            Occupied |= 1UL << priority;
            return;
        }

        ThreadBlock* last = first->Previous;
        thread->Next = first;
        thread->Previous = last;
        last->Next = thread;
        first->Previous = thread;
    }

    /// <summary>Adds a thread before those of its priority.</summary>
    public void AddFirst(ThreadBlock* thread)
    {
        Add(thread);
        _first[thread->Priority] = (ulong)thread;
    }

    /// <summary>Takes a thread out that is here. Without a branch for the last one of a ring: a hand-off takes the same time, whoever else waits.</summary>
    public void Remove(ThreadBlock* thread)
    {
        int priority = thread->Priority;
        ThreadBlock* next = thread->Next;
        ThreadBlock* previous = thread->Previous;
        previous->Next = next;
        next->Previous = previous;
        Count--;
        if ((ThreadBlock*)_first[priority] == thread)
        {
            ulong stays = next == thread ? 0UL : 1UL;
            _first[priority] = (ulong)next * stays;
            Occupied &= ~((stays ^ 1) << priority);
        }
    }

    /// <summary>Puts a thread, which is the first of its priority, behind its equals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Rotate(ThreadBlock* thread) => _first[thread->Priority] = (ulong)thread->Next;
}
