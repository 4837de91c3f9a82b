using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>
/// A whole kernel core on the host: processor, clock, scheduler, memory manager, with threads that follow scripts.
/// </summary>
/// <remarks>
/// <see cref="Run"/> starts the scheduler on the calling thread. Time moves in steps of a tick, and the timer interrupts when the scheduler
/// has asked for it. When nothing can run, time moves until all threads
/// have ended or so many ticks have passed in rest: then the run is over.
/// </remarks>
internal sealed unsafe class KernelBench : IDisposable
{
    public const ulong Tick = Clock.NanosecondsPerMillisecond;
    public const int QuantumTicks = (int)(Scheduler.QuantumNanoseconds / Tick);
    public const int StackBytes = Scheduler.SmallestStack;
    public const int BufferSize = 64;

    private const int Stacks = Scheduler.MaxThreads;
    private const int MemoryBytes = 9 << 20;
    private readonly void* _memory;
    private int _restingTicks;

    public KernelBench(params PlanLine[] lines)
    {
        _memory = NativeMemory.AlignedAlloc(MemoryBytes, MemoryManager.PageBytes);
        Scheduler = new Scheduler(Processor, new Clock(Processor, 0));
        Memory = new MemoryManager(AddressSpace, new[] { new MemoryRange((nuint)_memory, MemoryBytes) });
        Pools = new PoolRegistry(Memory, Scheduler);
        var plan = new List<PlanLine>(lines) { PlanLine.Scratch("stacks", "test", Stacks * StackBytes) };
        Assert.Equal(PlanError.None, Memory.Admit(plan.ToArray()));
        Assert.Equal(PlanError.None, Memory.TakeRegion("stacks", ReservationKind.Scratch, out Region stacks));
        AllStacks = stacks;
        Processor.Prologue = () => Scheduler.EnterInterrupt(Processor.Now);
        Processor.Epilogue = () => Scheduler.ExitInterrupt(Processor.Now);
        Processor.Resting = Rest;
    }

    public HostProcessor Processor { get; } = new();

    public RecordingAddressSpace AddressSpace { get; } = new();

    public Scheduler Scheduler { get; }

    public MemoryManager Memory { get; }

    public PoolRegistry Pools { get; }

    public Region AllStacks { get; }

    /// <summary>What happened, in order; scripts add to it.</summary>
    public List<string> Log { get; } = new();

    /// <summary>What the supervisor has said.</summary>
    public TextCapture Messages { get; } = new();

    public Supervisor? Supervisor { get; private set; }

    public NonBlockingPool NonBlocking(string name)
    {
        Assert.Equal(PlanError.None, Pools.CreateNonBlockingPool(name, out NonBlockingPool? pool));
        return pool;
    }

    public BlockingPool Blocking(string name)
    {
        Assert.Equal(PlanError.None, Pools.CreateBlockingPool(name, out BlockingPool? pool));
        return pool;
    }

    /// <summary>A kernel with one pool that doesn't wait.</summary>
    public static KernelBench WithNonBlocking(int count, out NonBlockingPool pool, int bufferSize = BufferSize,
        int alignment = PoolLimits.MinAlignment)
    {
        var bench = new KernelBench(PlanLine.Pool("pool", "test", PoolKind.NonBlocking, bufferSize, count, alignment));
        pool = bench.NonBlocking("pool");
        return bench;
    }

    /// <summary>A kernel with one pool that doesn't wait and has rules.</summary>
    public static KernelBench WithNonBlocking(int count, PoolRules rules, out NonBlockingPool pool)
    {
        var bench = new KernelBench(PlanLine.Pool("pool", "test", PoolKind.NonBlocking, BufferSize, count, rules: rules));
        pool = bench.NonBlocking("pool");
        return bench;
    }

    /// <summary>A kernel with one pool that waits.</summary>
    public static KernelBench WithBlocking(int count, out BlockingPool pool, PoolRules rules = default)
    {
        var bench = new KernelBench(PlanLine.Pool("pool", "test", PoolKind.Blocking, BufferSize, count, rules: rules));
        pool = bench.Blocking("pool");
        return bench;
    }

    /// <summary>A kernel with two pools that wait, of one buffer each.</summary>
    public static KernelBench WithTwoBlocking(out BlockingPool first, out BlockingPool second)
    {
        var bench = new KernelBench(
            PlanLine.Pool("first", "test", PoolKind.Blocking, BufferSize, 1),
            PlanLine.Pool("second", "test", PoolKind.Blocking, BufferSize, 1));
        first = bench.Blocking("first");
        second = bench.Blocking("second");
        return bench;
    }

    /// <summary>A kernel with a pool of each kind.</summary>
    public static KernelBench WithBothKinds(out NonBlockingPool first, out BlockingPool second)
    {
        var bench = new KernelBench(
            PlanLine.Pool("first", "test", PoolKind.NonBlocking, BufferSize, 3),
            PlanLine.Pool("second", "test", PoolKind.Blocking, BufferSize, 2));
        first = bench.NonBlocking("first");
        second = bench.Blocking("second");
        return bench;
    }

    public Region Stack(int number) => new(AllStacks.Start + ((nuint)number * StackBytes), StackBytes);

    public KernelThread Thread(string name, int priority, ThreadScript script, int restartLimit = 0) =>
        Thread(name, priority, new ScriptedBody(script), restartLimit);

    /// <summary>Makes the thread that looks after the dead.</summary>
    public KernelThread Supervise(int priority = Scheduler.Priorities - 1)
    {
        Supervisor = new Supervisor(Scheduler, Messages);
        KernelThread thread = Thread("supervisor", priority, Supervisor, restartLimit: 0);
        Supervisor.SetThread(thread);
        return thread;
    }

    private KernelThread Thread(string name, int priority, ThreadBody body, int restartLimit)
    {
        ThreadError error =
            Scheduler.CreateThread(name, priority, body, Stack(Scheduler.ThreadCount), out KernelThread? thread, restartLimit);
        Assert.Equal(ThreadError.None, error);
        return thread;
    }

    /// <summary>Ends the running thread. The caller returns at once if this comes back.</summary>
    public void End(ThreadEnd end)
    {
        if (end == ThreadEnd.Faulted)
        {
            Scheduler.EndCurrent(end);
        }
        else if (end == ThreadEnd.Killed)
        {
            Scheduler.Kill(Scheduler.Current);
        }
    }

    /// <summary>Ends a thread's wait without what it waits for.</summary>
    public void EndWait(ThreadContext context, KernelThread waiter, EndOfWait end, ulong timeout)
    {
        switch (end)
        {
            case EndOfWait.Timeout:
                Scheduler.Sleep(context, timeout);
                break;
            case EndOfWait.Cancel:
                Assert.True(Scheduler.CancelWait(waiter));
                break;
            case EndOfWait.CancelFromInterrupt:
                Processor.Interrupt(() => Assert.True(Scheduler.CancelWait(waiter)));
                break;
            case EndOfWait.Death:
                Assert.Equal(KillError.None, Scheduler.Kill(waiter));
                break;
            default:
                Processor.Interrupt(() => Assert.Equal(KillError.None, Scheduler.Kill(waiter)));
                break;
        }
    }

    /// <summary>The timer's interrupt handler.</summary>
    public void ServeTimer() => Scheduler.ServeTimer(Processor.Now);

    /// <summary>Lets so many ticks of time pass, with the timer's interrupt where it is due.</summary>
    public void TickTimer(int ticks = 1)
    {
        for (int i = 0; i < ticks; i++)
        {
            Processor.Advance(Tick, ServeTimer);
        }
    }

    /// <summary>Runs the threads until all have ended, or until none could run for so many ticks.</summary>
    public void Run(int restingTicks = 50)
    {
        _restingTicks = restingTicks;
        try
        {
            Scheduler.Start();
        }
        catch (RunIsOverException)
        {
        }
    }

    public void Dispose()
    {
        Processor.Dispose();
        NativeMemory.AlignedFree(_memory);
    }

    private void Rest()
    {
        if (AllEnded() || _restingTicks-- == 0)
        {
            throw new RunIsOverException();
        }

        TickTimer();
    }

    private bool AllEnded()
    {
        for (int i = 1; i < Scheduler.ThreadCount; i++)
        {
            if (Scheduler.GetThread(i).State != ThreadState.Ended)
            {
                return false;
            }
        }

        return true;
    }

    private sealed class RunIsOverException : Exception;
}
