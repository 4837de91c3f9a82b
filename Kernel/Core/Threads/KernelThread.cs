using Cosmos.Common;
using Reservoir.Memory;

namespace Reservoir.Threads;

/// <summary>
/// A thread: a stack, a priority, and where it stands in the scheduler's lists.
/// </summary>
/// <remarks>
/// Invariant, outside masked sections: a thread is in the ready queue exactly if it is <see cref="ThreadState.Ready"/>, in the wait queue of at most one object
/// and only while <see cref="ThreadState.Waiting"/>, and in the timer queue only if its wait has a deadline. The links lie in
/// the thread itself, so that waiting never needs memory. Made by <see cref="Scheduler.CreateThread"/>.
/// </remarks>
public sealed class KernelThread
{
    internal const int NotInTimerQueue = -1;

    internal ProcessorContext Context;
    internal KernelThread? Next;
    internal KernelThread? Previous;
    internal ThreadQueue? Queue;
    internal ulong Deadline;
    internal int TimerIndex = NotInTimerQueue;
    internal WaitResult Outcome;
    internal ulong HandedOver;
    internal int QuantumLeft;
    internal ulong StartedRunning;

    internal KernelThread(string name, int id, int priority, ThreadBody? body, Region stack)
    {
        Name = name;
        Id = id;
        Priority = priority;
        Body = body;
        Stack = stack;
    }

    /// <summary>Its name, unique among threads.</summary>
    public string Name { get; }

    /// <summary>Its number: its place in the scheduler's table, from 0 (the idle thread).</summary>
    public int Id { get; }

    /// <summary>0 (idle) to 31 (most important).</summary>
    public int Priority { get; }

    /// <summary>Its stack; empty for the idle thread, which uses the boot stack.</summary>
    public Region Stack { get; }

    /// <summary>What it is doing.</summary>
    public ThreadState State { get; internal set; }

    /// <summary>Processor time used, in nanoseconds, up to the last switch.</summary>
    public ulong CpuNanoseconds { get; internal set; }

    /// <summary>How often it was given the processor.</summary>
    public ulong Switches { get; internal set; }

    /// <summary>Whether it ended by a fault.</summary>
    public bool Faulted { get; internal set; }

    /// <summary>What it waits for: the name of a pool or semaphore, <c>time</c> while it sleeps, null while it doesn't wait.</summary>
    public string? WaitingFor { get; internal set; }

    internal ThreadBody? Body { get; }
}
