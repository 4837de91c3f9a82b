using System.Runtime.InteropServices;
using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>
/// What a switch, a wait and a timeout need to know of a thread: its control block.
/// </summary>
/// <remarks>
/// Plain memory that never moves, so that lists are pointers and entering one is a few stores, without the collector's write barriers.
/// <see cref="KernelThread"/> is the face it shows. Invariant, outside masked sections: a block is in the ready rings exactly while <see cref="State"/> is
/// <see cref="ThreadState.Ready"/> (the running thread included), in the rings of <see cref="Queue"/> exactly while that isn't null, and in the timer queue
/// exactly while <see cref="TimerIndex"/> isn't <see cref="NotTimed"/>; the last two only while <see cref="ThreadState.Waiting"/>.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
[AllocationFree]
internal unsafe struct ThreadBlock
{
    public const int NotTimed = -1;

    /// <summary>Where it continues, and how much processor time it has had.</summary>
    public ProcessorContext Context;

    /// <summary>Links of the ring that it is in.</summary>
    public ThreadBlock* Next;
    public ThreadBlock* Previous;

    /// <summary>Where it waits; null if nowhere, or only for the time.</summary>
    public ThreadRings* Queue;

    /// <summary>How often it was given the processor.</summary>
    public ulong Switches;

    /// <summary>When its wait ends, in nanoseconds.</summary>
    public ulong Deadline;

    /// <summary>Its processor time when its turn began, in counts.</summary>
    public ulong TurnBegan;

    /// <summary>What a wait that succeeded has brought: a buffer's handle.</summary>
    public ulong HandedOver;

    /// <summary>Its place in the timer queue.</summary>
    public int TimerIndex;

    /// <summary>Its number.</summary>
    public int Id;

    /// <summary>Its priority now, and what it is without the boost from those who wait for it.</summary>
    public int Priority;
    public int BasePriority;

    /// <summary>Never <see cref="ThreadState.Running"/>: that is the scheduler's knowledge.</summary>
    public ThreadState State;

    /// <summary>How its last wait ended.</summary>
    public WaitResult Outcome;
}
