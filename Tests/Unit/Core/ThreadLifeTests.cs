using System;
using Reservoir.Memory;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>How threads are made, what is on record about them, and how they end.</summary>
public sealed class ThreadLifeTests
{
    [Fact]
    public void AThreadThatReturnsHasEndedForEver()
    {
        using var bench = new KernelBench();
        KernelThread thread = bench.Thread("t", 5, _ => bench.Log.Add("ran"));
        bench.Run();
        bench.TickTimer(100);
        Assert.Equal(ThreadState.Ended, thread.State);
        Assert.NotEqual(ThreadEnd.Faulted, thread.End);
        Assert.Equal(new[] { "ran" }, bench.Log);
    }

    [Fact]
    public void AThreadThatFaultsDiesAlone()
    {
        using var bench = new KernelBench();
        KernelThread faulty = bench.Thread("faulty", 9, _ =>
        {
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
            bench.Log.Add("went on");
        });
        bench.Thread("other", 5, _ => bench.Log.Add("other"));
        bench.Run();
        Assert.Equal(ThreadState.Ended, faulty.State);
        Assert.Equal(ThreadEnd.Faulted, faulty.End);
        Assert.Equal(new[] { "other" }, bench.Log);
    }

    [Fact]
    public void ThereIsNoThreadToEndInBootOrInAnInterrupt()
    {
        using var bench = new KernelBench();
        bench.Processor.MaskInterrupts();
        Assert.False(bench.Scheduler.EndCurrent(ThreadEnd.Faulted));
        KernelThread thread = bench.Thread("t", 5, _ =>
        {
            bench.Processor.Interrupt(() => Assert.False(bench.Scheduler.EndCurrent(ThreadEnd.Faulted)));
            bench.Log.Add("lives");
        });
        bench.Run();
        Assert.Equal(new[] { "lives" }, bench.Log);
        Assert.NotEqual(ThreadEnd.Faulted, thread.End);
    }

    [Fact]
    public void TheIdleThreadCannotBeEnded()
    {
        using var bench = new KernelBench();
        bool? ended = null;
        KernelThread sleeper = bench.Thread("sleeper", 5, context => bench.Scheduler.Sleep(context, KernelBench.Tick));
        Action rest = bench.Processor.Resting!;
        bench.Processor.Resting = () =>
        {
            ended = bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
            rest();
        };
        bench.Run();
        Assert.False(ended);
        Assert.Equal(ThreadState.Ended, sleeper.State);
    }

    [Fact]
    public void BadInputsOfAThreadAreToldApartAndChangeNothing()
    {
        using var bench = new KernelBench();
        bench.Thread("taken", 5, _ => { });
        Region free = bench.Stack(20);
        var body = new ScriptedBody(_ => { });
        Refused(ThreadError.NameMissing, "", 5, body, free);
        Refused(ThreadError.NameMissing, null!, 5, body, free);
        Refused(ThreadError.NameTaken, "taken", 5, body, free);
        Refused(ThreadError.NameTaken, "idle", 5, body, free);
        Refused(ThreadError.PriorityOutOfRange, "new", 0, body, free);
        Refused(ThreadError.PriorityOutOfRange, "new", -1, body, free);
        Refused(ThreadError.PriorityOutOfRange, "new", 32, body, free);
        Refused(ThreadError.BodyMissing, "new", 5, null!, free);
        Refused(ThreadError.StackTooSmall, "new", 5, body, default);
        Refused(ThreadError.StackTooSmall, "new", 5, body, new Region(free.Start, Scheduler.SmallestStack - 1));
        Refused(ThreadError.StackTaken, "new", 5, body, bench.Stack(1));
        Refused(ThreadError.StackTaken, "new", 5, body, new Region(bench.Stack(1).Start - 16, free.Bytes));

        void Refused(ThreadError expected, string name, int priority, ThreadBody threadBody, Region stack)
        {
            Assert.Equal(expected, bench.Scheduler.CreateThread(name, priority, threadBody, stack, out KernelThread? thread));
            Assert.Null(thread);
            Assert.Equal(2, bench.Scheduler.ThreadCount);
        }
    }

    [Fact]
    public void TheTableOfThreadsHasAnEnd()
    {
        using var bench = new KernelBench();
        for (int i = 1; i < Scheduler.MaxThreads; i++)
        {
            bench.Thread($"t{i}", 1 + (i % 31), context => bench.Log.Add(bench.Scheduler.Current.Name));
        }

        Assert.Equal(ThreadError.TooManyThreads,
            bench.Scheduler.CreateThread("one more", 5, new ScriptedBody(_ => { }), bench.Stack(0), out _));
        bench.Run();
        Assert.Equal(Scheduler.MaxThreads - 1, bench.Log.Count);
    }

    [Fact]
    public void ProcessorTimeGoesToTheThreadThatHadIt()
    {
        using var bench = new KernelBench();
        KernelThread busy = bench.Thread("busy", 5, context =>
        {
            bench.Processor.Now += 700;
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            bench.Processor.Now += 300;
        });
        KernelThread other = bench.Thread("other", 4, _ => bench.Processor.Now += 50);
        bench.Run();
        Assert.Equal(1000UL, busy.CpuNanoseconds);
        Assert.Equal(2UL, busy.Switches);
        Assert.Equal(50UL, other.CpuNanoseconds);
        Assert.Equal(1UL, other.Switches);
    }

    [Fact]
    public void AStackIsMeasuredByWhatWasEverTouched()
    {
        using var bench = new KernelBench();
        KernelThread thread = bench.Thread("t", 5, _ => { });
        Assert.Equal(0, Scheduler.StackHighWater(thread));
        Span<byte> stack = thread.Stack.AsSpan();
        stack[^100] = 0;
        Assert.Equal(100, Scheduler.StackHighWater(thread));
        stack[0] = 0;
        Assert.Equal(KernelBench.StackBytes, Scheduler.StackHighWater(thread));
        Assert.Equal(0, Scheduler.StackHighWater(bench.Scheduler.GetThread(0)));
    }

    [Fact]
    public void StatesTellWhatAThreadDoes()
    {
        using var bench = new KernelBench();
        KernelThread idle = bench.Scheduler.GetThread(0);
        Assert.Equal(ThreadState.Running, idle.State);
        KernelThread sleeper = bench.Thread("sleeper", 9, context => bench.Scheduler.Sleep(context, KernelBench.Tick));
        KernelThread ready = bench.Thread("ready", 3, _ => { });
        bench.Thread("watcher", 5, context =>
        {
            Assert.Equal(ThreadState.Waiting, sleeper.State);
            Assert.Equal(ThreadState.Ready, ready.State);
            Assert.Equal(ThreadState.Ready, idle.State);
            Assert.Equal(ThreadState.Running, bench.Scheduler.Current.State);
            Assert.Same(bench.Scheduler.Current, bench.Scheduler.Current);
        });
        bench.Run();
        Assert.Equal("idle", idle.Name);
        Assert.Equal(0, idle.Priority);
    }
}
