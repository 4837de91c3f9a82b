using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// A thread: a stack, a priority, a body, and what has become of it. Made by <see cref="Scheduler.CreateThread"/>; what the scheduler needs
/// at every switch lies in its control block.
/// </summary>
[AllocationFree]
public sealed unsafe class KernelThread
{
    private readonly Scheduler _scheduler;

    internal KernelThread(Scheduler scheduler, string name, ThreadBlock* block, ThreadBody? body, Region stack, int restartLimit)
    {
        _scheduler = scheduler;
        Name = name;
        Block = block;
        Body = body;
        Stack = stack;
        RestartLimit = restartLimit;
    }

    /// <summary>Its name, unique among threads.</summary>
    public string Name { get; }

    /// <summary>Its number: its place in the scheduler's table, from 0 (the idle thread).</summary>
    public int Id => Block->Id;

    /// <summary>0 (idle) to 31 (most important): its own, or that of a more important thread that waits for what it holds.</summary>
    public int Priority => Block->Priority;

    /// <summary>The priority it was created with.</summary>
    public int BasePriority => Block->BasePriority;

    /// <summary>Its stack; empty for the idle thread, which uses the boot stack.</summary>
    public Region Stack { get; }

    /// <summary>What it is doing.</summary>
    public ThreadState State => Block->State == ThreadState.Ready && _scheduler.Current == this ? ThreadState.Running : Block->State;

    /// <summary>Processor time used, in nanoseconds, up to the last switch.</summary>
    public ulong CpuNanoseconds => _scheduler.Clock.ToNanoseconds(Block->Context.Counts);

    /// <summary>How often it was given the processor.</summary>
    public ulong Switches => Block->Switches;

    /// <summary>
    /// Whether it only looks after other threads, or does work that can wait for ever: while only such threads run, the system counts as
    /// idle. The thread sets it itself, with <see cref="Scheduler.Current"/>; the idle thread is one.
    /// </summary>
    public bool IsBackground { get; set; }

    /// <summary>When its last wait that had a timeout was to end, in nanoseconds since boot. Any context.</summary>
    public ulong Deadline => Block->Deadline == Clock.Forever ? Clock.Forever : _scheduler.Clock.At(Block->Deadline);

    /// <summary>How its life ended, if it has.</summary>
    public ThreadEnd End { get; internal set; }

    /// <summary>How often it may be started again after a fault or a kill.</summary>
    public int RestartLimit { get; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; internal set; }

    /// <summary>What it waits for: the name of a pool, semaphore, mutex or event, <c>time</c> while it sleeps, <c>resumption</c> while it
    /// is suspended, null while it doesn't wait.</summary>
    public string? WaitingFor => Block->State == ThreadState.Waiting ? _scheduler.NameOf(Block) : null;

    internal ThreadBlock* Block { get; }

    internal ThreadBody? Body { get; }
}
