using System.Runtime.InteropServices;
using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>
/// What a switch, a wait and a timeout need to know of a thread: its control block.
/// </summary>
/// <remarks>
/// Plain memory that never moves, so that lists are pointers and entering one is a few stores, without the collector's write barriers.
/// <see cref="KernelThread"/> is its public side. Invariant, outside masked sections: a block is in the ready rings exactly while
/// <see cref="State"/> is <see cref="ThreadState.Ready"/> (the running thread included), in the rings of <see cref="Queue"/> exactly while
/// that isn't null, and in the timer queue exactly while <see cref="TimerIndex"/> isn't <see cref="NotTimed"/>; the last two only while
/// <see cref="ThreadState.Waiting"/>.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
[AllocationFree]
internal unsafe struct ThreadBlock
{
    public const int NotTimed = -1;
    public const ulong NewTurn = ulong.MaxValue;

    /// <summary>Where it continues, how much processor time it has had, and what its last wait has brought: a <see cref="WaitResult"/>, or
    /// a buffer's handle. Comes first: a block's address is its context's.</summary>
    public ProcessorContext Context;

    /// <summary>Links of the ring that it is in.</summary>
    public ThreadBlock* Next;
    public ThreadBlock* Previous;

    /// <summary>Where it waits; null if nowhere, or only for the time.</summary>
    public ThreadRings* Queue;

    /// <summary>How often it was given the processor.</summary>
    public ulong Switches;

    /// <summary>When its wait ends, in counts of the processor's counter.</summary>
    public ulong Deadline;

    /// <summary>Its processor time when its turn began, in counts; <see cref="NewTurn"/> if it begins when the thread is next given the
    /// processor.</summary>
    public ulong TurnBegan;

    /// <summary>The source that waits for a buffer: what goes on record when one is handed over. The characters of the file's name, a
    /// literal, and the line.</summary>
    public char* SiteFile;
    public int SiteLine;

    /// <summary>The message that it waits to send, or was given.</summary>
    public Message Message;

    /// <summary>Its place in the timer queue.</summary>
    public int TimerIndex;

    /// <summary>Its number.</summary>
    public int Id;

    /// <summary>Its priority now, and its own one: what it is while no more important thread waits for what it holds.</summary>
    public int Priority;
    public int BasePriority;

    /// <summary>The bit of <see cref="Priority"/> in <see cref="ThreadRings.Occupied"/>.</summary>
    public ulong PriorityBit;

    /// <summary>What stands for it as an owner of buffers: its number + 1.</summary>
    public byte Owner;

    /// <summary>Never <see cref="ThreadState.Running"/>: that is the scheduler's knowledge.</summary>
    public ThreadState State;

    /// <summary>Gives it a priority, while it is in no rings.</summary>
    public void SetPriority(int priority)
    {
        Priority = priority;
        PriorityBit = 1UL << priority;
    }
}
