using System.Collections.Generic;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What a mutex promises; its boosts are in <see cref="PriorityInheritanceTests"/>.</summary>
public sealed class MutexTests
{
    [Fact]
    public void TheOneWhoLocksOwnsIt()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        Assert.Null(mutex.Owner);
        bench.Thread("t", 5, context =>
        {
            Assert.Equal(LockResult.Locked, mutex.Lock(context));
            Assert.Same(bench.Scheduler.Current, mutex.Owner);
            Assert.True(mutex.Unlock(context));
            Assert.Null(mutex.Owner);
            Assert.Equal(LockResult.Locked, mutex.Lock(context, 0));
            Assert.True(mutex.Unlock(context));
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Fact]
    public void LockingItTwiceIsRefusedAndItStaysLocked()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        bench.Thread("t", 5, context =>
        {
            mutex.Lock(context);
            Assert.Equal(LockResult.AlreadyOwned, mutex.Lock(context));
            Assert.Equal(LockResult.AlreadyOwned, mutex.Lock(context, 0));
            Assert.Same(bench.Scheduler.Current, mutex.Owner);
            Assert.True(mutex.Unlock(context));
            Assert.Null(mutex.Owner);
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Fact]
    public void OnlyTheOwnerUnlocksIt()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        Assert.False(mutex.Unlock(default));
        KernelThread owner = bench.Thread("owner", 5, context =>
        {
            Assert.False(mutex.Unlock(context));
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, 5 * KernelBench.Tick);
            Assert.True(mutex.Unlock(context));
            Assert.False(mutex.Unlock(context));
        });
        bench.Thread("other", 4, context =>
        {
            Assert.False(mutex.Unlock(context));
            bench.Processor.Interrupt(() => Assert.False(mutex.Unlock(default)));
            Assert.Same(owner, mutex.Owner);
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
        Assert.Null(mutex.Owner);
    }

    [Fact]
    public void UnlockingPassesItToTheMostImportantWaiterAndAmongEqualsToTheLongestWait()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        bench.Thread("owner", 10, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            Assert.Equal(5, mutex.Waiting);
            mutex.Unlock(context);
        });
        foreach ((string name, int priority) in new[] { ("a", 5), ("b", 7), ("c", 5), ("d", 6), ("e", 7) })
        {
            bench.Thread(name, priority, context =>
            {
                Assert.Equal(LockResult.Locked, mutex.Lock(context));
                bench.Log.Add(bench.Scheduler.Current.Name);
                Assert.True(mutex.Unlock(context));
            });
        }

        bench.Run();
        Assert.Equal(new[] { "b", "e", "d", "a", "c" }, bench.Log);
        Assert.Null(mutex.Owner);
    }

    [Fact]
    public void NobodyTakesAMutexThatIsOnItsWayToAWaiter()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        KernelThread waiter = null!;
        bench.Thread("owner", 9, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            mutex.Unlock(context);
            Assert.Same(waiter, mutex.Owner);
            Assert.Equal(LockResult.TimedOut, mutex.Lock(context, 0));
            bench.Log.Add("owner");
        });
        waiter = bench.Thread("waiter", 3, context =>
        {
            Assert.Equal(LockResult.Locked, mutex.Lock(context));
            bench.Log.Add("waiter");
        });
        bench.Run();
        Assert.Equal(new[] { "owner", "waiter" }, bench.Log);
    }

    [Fact]
    public void AMoreImportantWaiterRunsBeforeTheUnlockReturns()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        bench.Thread("owner", 3, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, 2 * KernelBench.Tick);
            mutex.Unlock(context);
            bench.Log.Add("owner");
        });
        bench.Thread("waiter", 9, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            mutex.Lock(context);
            bench.Log.Add("waiter");
        });
        bench.Run();
        Assert.Equal(new[] { "waiter", "owner" }, bench.Log);
    }

    [Fact]
    public void AWaitEndsByItsTimeoutAndTakesNothing()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        LockResult result = default;
        ulong ended = 0;
        KernelThread owner = bench.Thread("owner", 5, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, 10 * KernelBench.Tick);
            mutex.Unlock(context);
        });
        KernelThread waiter = bench.Thread("waiter", 4, context =>
        {
            result = mutex.Lock(context, 3 * KernelBench.Tick);
            ended = bench.Scheduler.Clock.Nanoseconds;
            Assert.Same(owner, mutex.Owner);
            Assert.Equal(0, mutex.Waiting);
        });
        bench.Thread("look", 3, _ => Assert.Equal("m", waiter.WaitingFor));
        bench.Run();
        Assert.Equal(LockResult.TimedOut, result);
        Assert.Equal(3 * KernelBench.Tick, ended);
        Assert.Null(mutex.Owner);
    }

    [Fact]
    public void AWaitOfNoTimeDoesNotWait()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        bench.Thread("owner", 5, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, KernelBench.Tick);
        });
        KernelThread other = bench.Thread("other", 4, context => Assert.Equal(LockResult.TimedOut, mutex.Lock(context, 0)));
        bench.Run();
        Assert.Equal(1UL, other.Switches);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AWaitCanBeCalledOff(bool fromInterrupt)
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        LockResult result = default;
        bench.Thread("owner", 5, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, 2 * KernelBench.Tick);
            mutex.Unlock(context);
            Assert.Null(mutex.Owner);
        });
        KernelThread waiter = bench.Thread("waiter", 4, context => result = mutex.Lock(context, 100 * KernelBench.Tick));
        bench.Thread("other", 3, _ =>
        {
            if (fromInterrupt)
            {
                bench.Processor.Interrupt(() => Assert.True(bench.Scheduler.CancelWait(waiter)));
            }
            else
            {
                Assert.True(bench.Scheduler.CancelWait(waiter));
            }

            Assert.False(bench.Scheduler.CancelWait(waiter));
        });
        bench.Run();
        Assert.Equal(LockResult.Cancelled, result);
    }

    [Fact]
    public void ACancellationAfterTheHandOverComesTooLate()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        LockResult result = default;
        KernelThread waiter = null!;
        bench.Thread("owner", 9, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            mutex.Unlock(context);
            Assert.False(bench.Scheduler.CancelWait(waiter));
            bench.TickTimer(10);
        });
        waiter = bench.Thread("waiter", 3, context => result = mutex.Lock(context, 3 * KernelBench.Tick));
        bench.Run();
        Assert.Equal(LockResult.Locked, result);
        Assert.Same(waiter, mutex.Owner);
    }

    [Fact]
    public void WhoMayNotWaitMayNotLockEvenIfItIsFree()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        Assert.Equal(LockResult.NotAllowedHere, mutex.Lock(default));
        KernelThread other = bench.Thread("other", 4, _ => { });
        bench.Thread("t", 5, context =>
        {
            bench.Processor.Interrupt(() => Assert.Equal(LockResult.NotAllowedHere, mutex.Lock(default, Clock.Forever)));
            Assert.Equal(LockResult.NotAllowedHere, mutex.Lock(ForgedToken.Of(other)));
            nuint state = bench.Processor.MaskInterrupts();
            Assert.Equal(LockResult.NotAllowedHere, mutex.Lock(context));
            bench.Processor.RestoreInterrupts(state);
            Assert.Null(mutex.Owner);
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Theory]
    [InlineData(ThreadEnd.Returned)]
    [InlineData(ThreadEnd.Faulted)]
    [InlineData(ThreadEnd.Killed)]
    public void TheNextOwnerIsToldThatTheOneBeforeHasDied(ThreadEnd end)
    {
        using var bench = new KernelBench();
        bench.Supervise();
        var mutex = new Mutex(bench.Scheduler, "m");
        var results = new List<LockResult>();
        bench.Thread("owner", 9, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            bench.End(end);
        });
        foreach (string name in new[] { "first", "second" })
        {
            bench.Thread(name, 5, context =>
            {
                results.Add(mutex.Lock(context));
                mutex.Unlock(context);
            });
        }

        bench.Run();
        Assert.Equal(new[] { LockResult.LockedAbandoned, LockResult.Locked }, results);
        Assert.Null(mutex.Owner);
    }

    [Fact]
    public void WithoutWaitersTheNextOneToLockIsTold()
    {
        using var bench = new KernelBench();
        bench.Supervise();
        var mutex = new Mutex(bench.Scheduler, "m");
        var results = new List<LockResult>();
        bench.Thread("owner", 9, context => mutex.Lock(context));
        bench.Thread("later", 5, context =>
        {
            Assert.Null(mutex.Owner);
            results.Add(mutex.Lock(context));
            mutex.Unlock(context);
            results.Add(mutex.Lock(context));
        });
        bench.Run();
        Assert.Equal(new[] { LockResult.LockedAbandoned, LockResult.Locked }, results);
    }

    [Fact]
    public void AWaiterThatDiesDoesNotAbandonAnything()
    {
        using var bench = new KernelBench();
        bench.Supervise();
        var mutex = new Mutex(bench.Scheduler, "m");
        LockResult result = default;
        bench.Thread("owner", 9, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, 2 * KernelBench.Tick);
            mutex.Unlock(context);
        });
        KernelThread waiter = bench.Thread("waiter", 6, context => mutex.Lock(context));
        bench.Thread("later", 5, context =>
        {
            bench.Scheduler.Kill(waiter);
            Assert.Equal(0, mutex.Waiting);
            result = mutex.Lock(context);
        });
        bench.Run();
        Assert.Equal(LockResult.Locked, result);
    }

    [Fact]
    public void AMutexHandedToAWaiterThatDiesBeforeItRunsGoesOn()
    {
        using var bench = new KernelBench();
        bench.Supervise();
        var mutex = new Mutex(bench.Scheduler, "m");
        LockResult result = default;
        KernelThread waiter = null!;
        bench.Thread("owner", 9, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            mutex.Unlock(context);
            Assert.Same(waiter, mutex.Owner);
            Assert.Equal(KillError.None, bench.Scheduler.Kill(waiter));
        });
        waiter = bench.Thread("waiter", 6, context =>
        {
            mutex.Lock(context);
            bench.Log.Add("never");
        });
        bench.Thread("next", 5, context => result = mutex.Lock(context));
        bench.Run();
        Assert.Empty(bench.Log);
        Assert.Equal(LockResult.LockedAbandoned, result);
    }

    [Fact]
    public void ARestartedOwnerDoesNotOwnItAnyMore()
    {
        using var bench = new KernelBench();
        bench.Supervise();
        var mutex = new Mutex(bench.Scheduler, "m");
        var results = new List<LockResult>();
        bench.Thread("t", 5, context =>
        {
            results.Add(mutex.Lock(context));
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        }, restartLimit: 2);
        bench.Run();
        Assert.Equal(new[] { LockResult.Locked, LockResult.LockedAbandoned, LockResult.LockedAbandoned }, results);
        Assert.Null(mutex.Owner);
    }
}
