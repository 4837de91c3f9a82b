using System;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What a semaphore promises.</summary>
public sealed class SemaphoreTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    [InlineData(2, 1)]
    [InlineData(0, -1)]
    public void ImpossibleCountsAreRefused(int initial, int maximum)
    {
        using var bench = new KernelBench();
        Assert.Throws<ArgumentOutOfRangeException>(() => new Semaphore(bench.Scheduler, "s", initial, maximum));
    }

    [Fact]
    public void SignalsAreCountedUpToTheMaximum()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 1, 3);
        Assert.Equal(SignalError.None, semaphore.Release());
        Assert.Equal(SignalError.None, semaphore.Release());
        Assert.Equal(SignalError.AtMaximum, semaphore.Release());
        Assert.Equal(3, semaphore.Count);
        Assert.True(semaphore.TryWait());
        Assert.True(semaphore.TryWait());
        Assert.True(semaphore.TryWait());
        Assert.False(semaphore.TryWait());
        Assert.Equal(0, semaphore.Count);
    }

    [Fact]
    public void ASignalBeforeTheWaitIsNotLost()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        semaphore.Release();
        WaitResult result = WaitResult.Cancelled;
        bench.Thread("t", 5, context => result = semaphore.Wait(context));
        bench.Run();
        Assert.Equal(WaitResult.Signalled, result);
    }

    [Fact]
    public void ASignalForAWaiterCannotBeTakenByAnother()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        bench.Thread("waiter", 3, context =>
        {
            Assert.Equal(WaitResult.Signalled, semaphore.Wait(context));
            bench.Log.Add("waiter");
        });
        bench.Thread("other", 9, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            Assert.Equal(1, semaphore.Waiting);
            semaphore.Release();
            Assert.Equal(0, semaphore.Waiting);
            Assert.Equal(0, semaphore.Count);
            Assert.False(semaphore.TryWait());
            Assert.Equal(WaitResult.TimedOut, semaphore.Wait(context, 0));
            bench.Log.Add("other");
        });
        bench.Run();
        Assert.Equal(new[] { "other", "waiter" }, bench.Log);
    }

    [Fact]
    public void WaitersAreSignalledInOrderOfImportanceAndThenOfTheirWait()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 10);
        foreach ((string name, int priority) in new[] { ("a", 5), ("b", 7), ("c", 5), ("d", 6), ("e", 7) })
        {
            bench.Thread(name, priority, context =>
            {
                semaphore.Wait(context);
                bench.Log.Add(bench.Scheduler.Current.Name);
            });
        }

        bench.Thread("signaller", 1, _ =>
        {
            for (int i = 0; i < 5; i++)
            {
                semaphore.Release();
            }
        });
        bench.Run();
        Assert.Equal(new[] { "b", "e", "d", "a", "c" }, bench.Log);
        Assert.Equal(0, semaphore.Count);
    }

    [Fact]
    public void AWaitThatTimedOutHasTakenNoSignal()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        WaitResult result = default;
        ulong ended = 0;
        bench.Thread("t", 5, context =>
        {
            result = semaphore.Wait(context, 2 * KernelBench.Tick);
            ended = bench.Scheduler.Clock.Nanoseconds;
            semaphore.Release();
        });
        bench.Run();
        Assert.Equal(WaitResult.TimedOut, result);
        Assert.Equal(2 * KernelBench.Tick, ended);
        Assert.Equal(1, semaphore.Count);
        Assert.Equal(0, semaphore.Waiting);
    }

    [Fact]
    public void AnInterruptHandlersSignalIsNotTakenForATimeout()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        WaitResult result = default;
        bench.Thread("waiter", 5, context => result = semaphore.Wait(context, KernelBench.Tick));
        bench.Thread("busy", 4, _ =>
        {
            bench.Processor.Now += 5 * KernelBench.Tick;
            bench.Processor.Interrupt(() =>
            {
                semaphore.Release();
                bench.ServeTimer();
            });
        });
        bench.Run();
        Assert.Equal(WaitResult.Signalled, result);
        Assert.Equal(0, semaphore.Count);
    }

    [Fact]
    public void ACancelledWaitHasTakenNoSignal()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        WaitResult result = default;
        KernelThread waiter = bench.Thread("waiter", 5, context => result = semaphore.Wait(context));
        bench.Thread("other", 4, _ =>
        {
            Assert.Equal("s", waiter.WaitingFor);
            bench.Scheduler.CancelWait(waiter);
            semaphore.Release();
        });
        bench.Run();
        Assert.Equal(WaitResult.Cancelled, result);
        Assert.Equal(1, semaphore.Count);
    }

    [Fact]
    public void AWaitWhereNobodyMayWaitIsRefused()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        Assert.Equal(WaitResult.NotAllowedHere, semaphore.Wait(default));
        bench.Thread("t", 5, context =>
        {
            bench.Processor.Interrupt(() => Assert.Equal(WaitResult.NotAllowedHere, semaphore.Wait(default, Clock.Forever)));
            nuint state = bench.Processor.MaskInterrupts();
            Assert.Equal(WaitResult.NotAllowedHere, semaphore.Wait(context));
            bench.Processor.RestoreInterrupts(state);
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
        Assert.Equal(0, semaphore.Waiting);
    }

    [Fact]
    public void TheIdleThreadMayNotWait()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        WaitResult result = default;
        Action rest = bench.Processor.Resting!;
        bench.Processor.Resting = () =>
        {
            result = semaphore.Wait(ForgedToken.Of(bench.Scheduler.GetThread(0)));
            rest();
        };
        bench.Run();
        Assert.Equal(WaitResult.NotAllowedHere, result);
    }

    [Fact]
    public void AThreadMayNotUseAnothersToken()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        KernelThread other = bench.Thread("other", 4, _ => { });
        WaitResult result = default;
        bench.Thread("t", 5, _ => result = semaphore.Wait(ForgedToken.Of(other)));
        bench.Run();
        Assert.Equal(WaitResult.NotAllowedHere, result);
    }

    [Fact]
    public void ASignalWithInterruptsMaskedDoesNotGiveWayBeforeTheMaskIsLifted()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        bench.Thread("waiter", 9, context =>
        {
            semaphore.Wait(context);
            bench.Log.Add("waiter");
        });
        bench.Thread("signaller", 4, _ =>
        {
            nuint state = bench.Processor.MaskInterrupts();
            semaphore.Release();
            bench.Log.Add("still masked");
            bench.Processor.RestoreInterrupts(state);
            bench.TickTimer();
            bench.Log.Add("signaller");
        });
        bench.Run();
        Assert.Equal(new[] { "still masked", "waiter", "signaller" }, bench.Log);
    }
}
