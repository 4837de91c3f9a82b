using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>Which thread runs, and when: priorities, interrupts, quanta, yielding.</summary>
public sealed class SchedulerTests
{
    [Fact]
    public void ThreadsRunInOrderOfPriority()
    {
        using var bench = new KernelBench();
        foreach (int priority in new[] { 3, 31, 1, 16, 30 })
        {
            bench.Thread($"p{priority}", priority, context => bench.Log.Add(bench.Scheduler.Current.Name));
        }

        bench.Run();
        Assert.Equal(new[] { "p31", "p30", "p16", "p3", "p1" }, bench.Log);
    }

    [Fact]
    public void EqualsRunInOrderOfCreation()
    {
        using var bench = new KernelBench();
        for (int i = 0; i < 4; i++)
        {
            bench.Thread($"t{i}", 5, context => bench.Log.Add(bench.Scheduler.Current.Name));
        }

        bench.Run();
        Assert.Equal(new[] { "t0", "t1", "t2", "t3" }, bench.Log);
    }

    [Fact]
    public void NothingRunsBeforeTheStart()
    {
        using var bench = new KernelBench();
        KernelThread thread = bench.Thread("t", 31, _ => bench.Log.Add("ran"));
        bench.TickTimer(5);
        Assert.Empty(bench.Log);
        Assert.Equal(ThreadState.Ready, thread.State);
        Assert.Same(bench.Scheduler.GetThread(0), bench.Scheduler.Current);
        Assert.False(bench.Scheduler.IsStarted);
    }

    [Fact]
    public void AMoreImportantThreadRunsBeforeItsCreationReturns()
    {
        using var bench = new KernelBench();
        bench.Thread("low", 5, _ =>
        {
            bench.Thread("high", 6, _ => bench.Log.Add("high"));
            bench.Thread("equal", 5, _ => bench.Log.Add("equal"));
            bench.Thread("lower", 4, _ => bench.Log.Add("lower"));
            bench.Log.Add("low");
        });
        bench.Run();
        Assert.Equal(new[] { "high", "low", "equal", "lower" }, bench.Log);
    }

    [Fact]
    public void AThreadWokenByAnInterruptRunsWhenTheHandlerIsDone()
    {
        using var bench = new KernelBench();
        var signal = new Semaphore(bench.Scheduler, "signal", 0, 1);
        bench.Thread("high", 9, context =>
        {
            signal.Wait(context);
            bench.Log.Add("high");
        });
        bench.Thread("low", 5, _ =>
        {
            bench.Processor.Interrupt(() =>
            {
                Assert.True(bench.Scheduler.InInterrupt);
                signal.Release();
                bench.Log.Add("handler");
            });
            bench.Log.Add("low");
            Assert.False(bench.Scheduler.InInterrupt);
        });
        bench.Run();
        Assert.Equal(new[] { "handler", "high", "low" }, bench.Log);
    }

    [Fact]
    public void AnInterruptThatWakesALessImportantThreadChangesNothing()
    {
        using var bench = new KernelBench();
        var signal = new Semaphore(bench.Scheduler, "signal", 0, 1);
        bench.Thread("high", 9, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            bench.Processor.Interrupt(() => signal.Release());
            bench.Log.Add("high");
        });
        bench.Thread("low", 5, context =>
        {
            signal.Wait(context);
            bench.Log.Add("low");
        });
        bench.Run();
        Assert.Equal(new[] { "high", "low" }, bench.Log);
    }

    [Fact]
    public void AnInterruptInAMaskedSectionWaitsForItsEnd()
    {
        using var bench = new KernelBench();
        bench.Thread("t", 5, _ =>
        {
            nuint outer = bench.Processor.MaskInterrupts();
            nuint inner = bench.Processor.MaskInterrupts();
            bench.Processor.Interrupt(() => bench.Log.Add("handler"));
            bench.Processor.RestoreInterrupts(inner);
            bench.Log.Add("still masked");
            bench.Processor.RestoreInterrupts(outer);
            bench.Log.Add("unmasked");
        });
        bench.Run();
        Assert.Equal(new[] { "still masked", "handler", "unmasked" }, bench.Log);
    }

    [Fact]
    public void AQuantumThatIsUsedUpGivesEqualsTheirTurn()
    {
        using var bench = new KernelBench();
        for (int i = 0; i < 3; i++)
        {
            bench.Thread($"t{i}", 5, context =>
            {
                for (int turn = 0; turn < 2; turn++)
                {
                    bench.Log.Add(bench.Scheduler.Current.Name);
                    bench.TickTimer(KernelBench.QuantumTicks);
                }
            });
        }

        bench.Run();
        Assert.Equal(new[] { "t0", "t1", "t2", "t0", "t1", "t2" }, bench.Log);
    }

    [Fact]
    public void AQuantumThatIsNotUsedUpDoesNot()
    {
        using var bench = new KernelBench();
        for (int i = 0; i < 2; i++)
        {
            bench.Thread($"t{i}", 5, context =>
            {
                bench.Log.Add(bench.Scheduler.Current.Name);
                bench.TickTimer(KernelBench.QuantumTicks - 1);
                bench.Log.Add(bench.Scheduler.Current.Name);
            });
        }

        bench.Run();
        Assert.Equal(new[] { "t0", "t0", "t1", "t1" }, bench.Log);
    }

    [Fact]
    public void AQuantumNeverGivesALessImportantThreadATurn()
    {
        using var bench = new KernelBench();
        bench.Thread("high", 6, _ =>
        {
            bench.TickTimer(KernelBench.QuantumTicks * 5);
            bench.Log.Add("high");
        });
        bench.Thread("low", 5, _ => bench.Log.Add("low"));
        bench.Run();
        Assert.Equal(new[] { "high", "low" }, bench.Log);
    }

    [Fact]
    public void AThreadThatHadToStepAsideKeepsItsPlaceBeforeItsEquals()
    {
        using var bench = new KernelBench();
        var signal = new Semaphore(bench.Scheduler, "signal", 0, 1);
        bench.Thread("high", 9, context =>
        {
            signal.Wait(context);
            bench.Log.Add("high");
        });
        bench.Thread("first", 5, _ =>
        {
            signal.Release();
            bench.Log.Add("first");
        });
        bench.Thread("second", 5, _ => bench.Log.Add("second"));
        bench.Run();
        Assert.Equal(new[] { "high", "first", "second" }, bench.Log);
    }

    [Fact]
    public void YieldLetsEqualsRunAndNobodyElse()
    {
        using var bench = new KernelBench();
        bench.Thread("first", 5, context =>
        {
            Assert.Equal(WaitResult.Signalled, bench.Scheduler.Yield(context));
            bench.Log.Add("first");
            bench.Scheduler.Yield(context);
            bench.Log.Add("first again");
        });
        bench.Thread("second", 5, _ => bench.Log.Add("second"));
        bench.Thread("lower", 4, _ => bench.Log.Add("lower"));
        bench.Run();
        Assert.Equal(new[] { "second", "first", "first again", "lower" }, bench.Log);
    }

    [Fact]
    public void SwitchesAreCountedForEachThreadAndAltogether()
    {
        using var bench = new KernelBench();
        Assert.Equal(0UL, bench.Scheduler.Switches);
        KernelThread first = bench.Thread("first", 5, context => bench.Scheduler.Yield(context));
        KernelThread second = bench.Thread("second", 5, context => bench.Scheduler.Sleep(context, KernelBench.Tick));
        bench.Run();
        Assert.Equal(2UL, first.Switches);
        Assert.Equal(2UL, second.Switches);
        Assert.Equal((ulong)bench.Processor.Switches, bench.Scheduler.Switches);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void YieldLetsAMoreImportantThreadRunThatWasWokenInAMaskedSection(bool hasEqual)
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        bench.Thread("important", 9, context =>
        {
            semaphore.Wait(context);
            bench.Log.Add("important");
        });
        bench.Thread("t", 5, context =>
        {
            nuint state = bench.Processor.MaskInterrupts();
            semaphore.Release();
            bench.Processor.RestoreInterrupts(state);
            bench.Scheduler.Yield(context);
            bench.Log.Add("t");
        });
        if (hasEqual)
        {
            bench.Thread("equal", 5, _ => bench.Log.Add("equal"));
        }

        bench.Run();
        Assert.Equal(hasEqual ? new[] { "important", "equal", "t" } : new[] { "important", "t" }, bench.Log);
    }

    [Fact]
    public void YieldWithoutTheRightToWaitIsRefused()
    {
        using var bench = new KernelBench();
        bench.Thread("first", 5, context =>
        {
            Assert.Equal(WaitResult.NotAllowedHere, bench.Scheduler.Yield(default));
            nuint state = bench.Processor.MaskInterrupts();
            Assert.Equal(WaitResult.NotAllowedHere, bench.Scheduler.Yield(context));
            Assert.Equal(WaitResult.NotAllowedHere, bench.Scheduler.Sleep(context, 0));
            bench.Processor.RestoreInterrupts(state);
            bench.Log.Add("first");
        });
        bench.Thread("second", 5, _ => bench.Log.Add("second"));
        bench.Run();
        Assert.Equal(new[] { "first", "second" }, bench.Log);
    }
}
