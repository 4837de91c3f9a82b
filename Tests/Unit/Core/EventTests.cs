using System;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What an event promises.</summary>
public sealed class EventTests
{
    [Fact]
    public void ANewEventHasNotHappened()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        Assert.False(happened.IsSet);
        Assert.Equal(0, happened.Waiting);
    }

    [Fact]
    public void SettingWakesAllInOrderOfImportanceAndThenOfTheirWait()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        foreach ((string name, int priority) in new[] { ("a", 5), ("b", 7), ("c", 5), ("d", 6), ("e", 7) })
        {
            bench.Thread(name, priority, context =>
            {
                Assert.Equal(WaitResult.Signalled, happened.Wait(context));
                bench.Log.Add(bench.Scheduler.Current.Name);
            });
        }

        bench.Thread("setter", 1, _ =>
        {
            Assert.Equal(5, happened.Waiting);
            happened.Set();
            bench.Log.Add("setter");
        });
        bench.Run();
        Assert.Equal(new[] { "b", "e", "d", "a", "c", "setter" }, bench.Log);
        Assert.Equal(0, happened.Waiting);
        Assert.True(happened.IsSet);
    }

    [Fact]
    public void NobodyWaitsWhileItIsSet()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        happened.Set();
        bench.Thread("t", 5, context =>
        {
            Assert.Equal(WaitResult.Signalled, happened.Wait(context));
            Assert.Equal(WaitResult.Signalled, happened.Wait(context, 0));
            Assert.Equal(WaitResult.Signalled, happened.Wait(context, KernelBench.Tick));
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
        Assert.True(happened.IsSet);
    }

    [Fact]
    public void AfterAResetItHasNotHappened()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        happened.Set();
        happened.Reset();
        Assert.False(happened.IsSet);
        WaitResult result = default;
        bench.Thread("t", 5, context => result = happened.Wait(context, KernelBench.Tick));
        bench.Run();
        Assert.Equal(WaitResult.TimedOut, result);
    }

    [Fact]
    public void AResetWakesNobody()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        KernelThread waiter = bench.Thread("waiter", 5, context => happened.Wait(context));
        bench.Thread("other", 4, _ => happened.Reset());
        bench.Run();
        Assert.Equal(ThreadState.Waiting, waiter.State);
        Assert.Equal("e", waiter.WaitingFor);
    }

    [Fact]
    public void AWaiterThatResetsItAndWaitsAgainWaitsForTheNextTime()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        bench.Thread("consumer", 9, context =>
        {
            for (int i = 0; i < 100 && happened.Wait(context, 20 * KernelBench.Tick) == WaitResult.Signalled; i++)
            {
                happened.Reset();
                bench.Log.Add("woken");
            }
        });
        bench.Thread("setter", 4, context =>
        {
            happened.Set();
            bench.Log.Add("set");
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            happened.Set();
            bench.Log.Add("set");
        });
        bench.Run();
        Assert.Equal(new[] { "woken", "set", "woken", "set" }, bench.Log);
        Assert.False(happened.IsSet);
    }

    [Fact]
    public void AllWhoWaitedGoOnThoughTheFirstOneResetsIt()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        bench.Thread("first", 9, context =>
        {
            happened.Wait(context);
            happened.Reset();
            bench.Log.Add("first");
        });
        bench.Thread("second", 6, context =>
        {
            Assert.Equal(WaitResult.Signalled, happened.Wait(context, 20 * KernelBench.Tick));
            bench.Log.Add("second");
        });
        bench.Thread("setter", 3, _ => happened.Set());
        bench.Run();
        Assert.Equal(new[] { "first", "second" }, bench.Log);
        Assert.False(happened.IsSet);
    }

    [Fact]
    public void AllWhoWaitedGoOnThoughTheSetterDies()
    {
        using var bench = new KernelBench();
        bench.Supervise();
        var happened = new Event(bench.Scheduler, "e");
        KernelThread? setter = null;
        bench.Thread("first", 9, context =>
        {
            happened.Wait(context);
            Assert.Equal(KillError.None, bench.Scheduler.Kill(setter!));
            bench.Log.Add("first");
        });
        bench.Thread("second", 6, context =>
        {
            happened.Wait(context);
            bench.Log.Add("second");
        });
        setter = bench.Thread("setter", 3, _ =>
        {
            happened.Set();
            bench.Log.Add("setter");
        });
        bench.Run();
        Assert.Equal(new[] { "first", "second" }, bench.Log);
    }

    [Fact]
    public void AWaitEndsByItsTimeoutAndNotBefore()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        ulong ended = 0;
        WaitResult result = default;
        bench.Thread("t", 5, context =>
        {
            result = happened.Wait(context, 3 * KernelBench.Tick);
            ended = bench.Scheduler.Clock.Nanoseconds;
        });
        bench.Run();
        Assert.Equal(WaitResult.TimedOut, result);
        Assert.Equal(3 * KernelBench.Tick, ended);
        Assert.Equal(0, happened.Waiting);
    }

    [Fact]
    public void AWaitOfNoTimeDoesNotWait()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        WaitResult result = default;
        KernelThread thread = bench.Thread("t", 5, context => result = happened.Wait(context, 0));
        bench.Run();
        Assert.Equal(WaitResult.TimedOut, result);
        Assert.Equal(1UL, thread.Switches);
    }

    [Fact]
    public void AWaitCanBeCalledOff()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        WaitResult result = default;
        KernelThread waiter = bench.Thread("waiter", 5, context => result = happened.Wait(context));
        bench.Thread("other", 4, _ => bench.Processor.Interrupt(() => Assert.True(bench.Scheduler.CancelWait(waiter))));
        bench.Run();
        Assert.Equal(WaitResult.Cancelled, result);
        Assert.False(happened.IsSet);
    }

    [Fact]
    public void AnInterruptHandlerSetsItAndTheWaiterRunsAfterTheHandler()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        bench.Thread("waiter", 9, context =>
        {
            happened.Wait(context);
            bench.Log.Add("waiter");
        });
        bench.Thread("other", 4, _ =>
        {
            bench.Processor.Interrupt(() =>
            {
                happened.Set();
                bench.Log.Add("handler");
            });
            bench.Log.Add("other");
        });
        bench.Run();
        Assert.Equal(new[] { "handler", "waiter", "other" }, bench.Log);
    }

    [Fact]
    public void SettingWithInterruptsMaskedDoesNotGiveWay()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        bench.Thread("waiter", 9, context =>
        {
            happened.Wait(context);
            bench.Log.Add("waiter");
        });
        bench.Thread("setter", 4, _ =>
        {
            nuint state = bench.Processor.MaskInterrupts();
            happened.Set();
            bench.Log.Add("still masked");
            bench.Processor.RestoreInterrupts(state);
            bench.TickTimer();
            bench.Log.Add("setter");
        });
        bench.Run();
        Assert.Equal(new[] { "still masked", "waiter", "setter" }, bench.Log);
    }

    [Fact]
    public void AWaitWhereNobodyMayWaitIsRefusedEvenIfItIsSet()
    {
        using var bench = new KernelBench();
        var happened = new Event(bench.Scheduler, "e");
        happened.Set();
        Assert.Equal(WaitResult.NotAllowedHere, happened.Wait(default));
        KernelThread other = bench.Thread("other", 4, _ => { });
        bench.Thread("t", 5, context =>
        {
            bench.Processor.Interrupt(() => Assert.Equal(WaitResult.NotAllowedHere, happened.Wait(default, Clock.Forever)));
            Assert.Equal(WaitResult.NotAllowedHere, happened.Wait(ForgedToken.Of(other)));
            nuint state = bench.Processor.MaskInterrupts();
            Assert.Equal(WaitResult.NotAllowedHere, happened.Wait(context));
            bench.Processor.RestoreInterrupts(state);
            Assert.Equal(WaitResult.Signalled, happened.Wait(context));
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Fact]
    public void AKilledWaiterIsNotCounted()
    {
        using var bench = new KernelBench();
        bench.Supervise();
        var happened = new Event(bench.Scheduler, "e");
        KernelThread waiter = bench.Thread("waiter", 5, context =>
        {
            happened.Wait(context);
            bench.Log.Add("never");
        });
        bench.Thread("other", 4, _ =>
        {
            bench.Scheduler.Kill(waiter);
            Assert.Equal(0, happened.Waiting);
            happened.Set();
        });
        bench.Run();
        Assert.Empty(bench.Log);
    }

    [Fact]
    public void TheTableOfThingsToWaitForHasAnEnd()
    {
        using var bench = new KernelBench();
        int made = 0;
        Assert.Throws<InvalidOperationException>(() =>
        {
            for (; made <= Scheduler.MaxWaitQueues; made++)
            {
                _ = new Event(bench.Scheduler, "e");
            }
        });
        Assert.InRange(made, Scheduler.MaxWaitQueues - 2, Scheduler.MaxWaitQueues);
    }
}
