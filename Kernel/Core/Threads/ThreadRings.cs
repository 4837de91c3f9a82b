using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>
/// Threads in order of importance: the highest priority first, and among equals the one that came first.
/// </summary>
/// <remarks>
/// <para>A ring of control blocks for each of the 32 priorities, and a word with a bit for each that isn't empty. Every operation takes
/// constant time, however many threads there are. The links lie in the blocks, so a thread can be in one set of rings at a time and
/// entering one needs no memory. Only the word says whether a ring is empty: where one begins stays as it was when the last thread has
/// left.</para>
/// <para>Used with interrupts masked. The scheduler's ready threads and the waiters of every pool, semaphore, mutex and event are such
/// rings.</para>
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
[AllocationFree]
internal unsafe struct ThreadRings
{
    /// <summary>A bit of <see cref="Occupied"/> for the owner of the rings, beside those of the priorities.</summary>
    public const ulong Flag = 1UL << 63;

    /// <summary>Bytes before the counts. Known by name, and checked when a queue is made, because the address of a field costs a null check
    /// each time.</summary>
    private const int CountsOffset = 8 + 4 + 4 + 8 + 8 + Scheduler.Priorities * 8;

    private const ulong Threads = (1UL << Scheduler.Priorities) - 1;

    /// <summary>Bit p: some thread of priority p is here.</summary>
    public ulong Occupied;

    /// <summary>How many threads are here. The scheduler keeps it for wait queues; for the ready threads it is 0.</summary>
    public int Count;

    /// <summary>Its number among the scheduler's wait queues.</summary>
    public int Id;

    /// <summary>How much of what is waited for each thread holds, by its number + 1; null if it is nothing that threads hold (see
    /// <see cref="ReusableResource"/>).</summary>
    public ushort* Held;

    /// <summary>A lower bound of the own priorities of the threads that hold what is waited for. A waiter that is no more important than
    /// this has no holder to boost.</summary>
    public int Floor;

    private fixed ulong _first[Scheduler.Priorities];
    private fixed ushort _counts[(Scheduler.MaxThreads + 1 + 3) / 4 * 4];

    /// <summary>Where <see cref="Held"/> points if it does: behind the rings, so that code that reads the waiters and then a count needs
    /// one address. One for the interrupt handlers, one for each thread, rounded up to whole words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* CountsOf(ThreadRings* rings) => (ushort*)((byte*)rings + CountsOffset);

    /// <summary>Whether no thread is here.</summary>
    public readonly bool IsEmpty => (Occupied & Threads) == 0;

    /// <summary>Whether all threads here have the lowest priority, 0. There must be one, and no <see cref="Flag"/>.</summary>
    public readonly bool HasOnlyLowest => Occupied == 1;

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

    /// <summary>Whether <see cref="CountsOf"/> finds the counts.</summary>
    public static bool IsLaidOutAsKnown(ThreadRings* rings) => rings->_counts == CountsOf(rings);

    /// <summary>Adds a thread behind those of its priority.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ThreadBlock* thread)
    {
        ulong bit = thread->PriorityBit;
        nint priority = thread->Priority;
        if ((Occupied & bit) != 0)
        {
            var first = (ThreadBlock*)_first[priority];
            ThreadBlock* last = first->Previous;
            thread->Next = first;
            thread->Previous = last;
            last->Next = thread;
            first->Previous = thread;
            return;
        }

        thread->Next = thread;
        thread->Previous = thread;
        _first[priority] = (ulong)thread;
        Occupied |= bit;
    }

    /// <summary>Adds a thread before those of its priority.</summary>
    public void AddFirst(ThreadBlock* thread)
    {
        Add(thread);
        _first[thread->Priority] = (ulong)thread;
    }

    /// <summary>Takes a thread out that is here. Without a branch for the last one of a ring: a hand-off takes the same time whatever other
    /// threads wait.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Remove(ThreadBlock* thread)
    {
        nint priority = thread->Priority;
        ThreadBlock* next = thread->Next;
        ThreadBlock* previous = thread->Previous;
        previous->Next = next;
        next->Previous = previous;
        if ((ThreadBlock*)_first[priority] == thread)
        {
            _first[priority] = (ulong)next;
            Occupied ^= (next == thread ? 1UL : 0) << (int)priority;
        }
    }

    /// <summary>Takes the first thread of the highest priority out.</summary>
    /// <param name="thread">What <see cref="First"/> has returned.</param>
    /// <returns>The next of that priority; null if there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ThreadBlock* RemoveFirst(ThreadBlock* thread)
    {
        ThreadBlock* next = thread->Next;
        if (next == thread)
        {
            Occupied ^= thread->PriorityBit;
            return null;
        }

        ThreadBlock* previous = thread->Previous;
        previous->Next = next;
        next->Previous = previous;
        _first[thread->Priority] = (ulong)next;
        return next;
    }

    /// <summary>Puts a thread, which is the first of its priority, behind its equals.</summary>
    /// <returns>The thread that is the first now.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ThreadBlock* Rotate(ThreadBlock* thread)
    {
        ThreadBlock* next = thread->Next;
        _first[thread->Priority] = (ulong)next;
        return next;
    }
}
