using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What becomes of a thread that dies, and of what it held.</summary>
public sealed class SupervisorTests
{
    /// <summary>Ends the thread that runs. The caller returns at once if it comes back.</summary>
    internal static void End(KernelBench bench, ThreadContext context, ThreadEnd end)
    {
        if (end == ThreadEnd.Faulted)
        {
            bench.Scheduler.EndCurrent(end);
        }
        else if (end == ThreadEnd.Killed)
        {
            bench.Scheduler.Kill(bench.Scheduler.Current);
        }
    }

    [Theory]
    [InlineData(ThreadEnd.Returned)]
    [InlineData(ThreadEnd.Faulted)]
    [InlineData(ThreadEnd.Killed)]
    public void BuffersOfAllPoolsComeBack(ThreadEnd end)
    {
        using KernelBench bench = WithTwoPools(out NonBlockingPool first, out BlockingPool second);
        bench.Supervise();
        KernelThread thread = bench.Thread("t", 5, context =>
        {
            first.TryRent();
            first.TryRent();
            second.Rent(context);
            Assert.Equal(3, bench.Pools.CountBuffersOf(bench.Scheduler.Current));
            End(bench, context, end);
        });
        bench.Run();
        Assert.Equal(end, thread.End);
        Assert.Equal(0, bench.Pools.CountBuffersOf(thread));
        Assert.Equal(first.Count, first.Free);
        Assert.Equal(second.Count, second.Free);
        Assert.Equal(2UL, first.TakeSnapshot().Reclaimed);
        Assert.Equal(1UL, second.TakeSnapshot().Reclaimed);
        Assert.Equal(PoolAudit.Sound, first.Audit());
        Assert.Equal(PoolAudit.Sound, second.Audit());
    }

    [Fact]
    public void OnlyTheDeadThreadsBuffersComeBack()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(6, out NonBlockingPool pool);
        bench.Supervise();
        BufferHandle ofBoot = pool.TryRent().Buffer;
        BufferHandle disowned = default;
        BufferHandle adopted = default;
        BufferHandle ofOther = default;
        bench.Thread("dying", 5, context =>
        {
            disowned = pool.TryRent().Buffer;
            adopted = pool.TryRent().Buffer;
            pool.TryRent();
            pool.Disown(disowned);
            bench.Scheduler.Sleep(context, 2 * KernelBench.Tick);
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        });
        KernelThread other = bench.Thread("other", 4, context =>
        {
            ofOther = pool.TryRent().Buffer;
            pool.Adopt(adopted);
            bench.Scheduler.Sleep(context, 20 * KernelBench.Tick);
            Assert.All(new[] { ofBoot, disowned, adopted, ofOther }, buffer => Assert.True(pool.IsRented(buffer)));
            Assert.Equal(2, pool.Free);
            bench.Log.Add("done");
            bench.Scheduler.Sleep(context, 100 * KernelBench.Tick);
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
        Assert.Equal(2, pool.CountRentedBy(other.Id));
        Assert.Equal(1UL, pool.TakeSnapshot().Reclaimed);
    }

    [Fact]
    public void TheDeadThreadsHandlesAreWorthless()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        bench.Supervise();
        BufferHandle handle = default;
        bench.Thread("dying", 5, _ =>
        {
            handle = pool.TryRent().Buffer;
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        });
        bench.Run();
        Assert.False(pool.IsRented(handle));
        Assert.Equal(ReturnError.StaleHandle, pool.Return(handle));
        Assert.Equal(ReturnError.StaleHandle, pool.Unpost(handle));
    }

    [Fact]
    public void WithoutASupervisorNothingComesBack()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        KernelThread thread = bench.Thread("t", 5, _ => pool.TryRent());
        bench.Run();
        Assert.Equal(1, pool.CountRentedBy(thread.Id));
        Assert.Equal(0UL, pool.TakeSnapshot().Reclaimed);
    }

    [Fact]
    public void AWaiterGetsTheDeadThreadsBuffer()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        bench.Supervise();
        RentResult rented = default;
        bench.Thread("dying", 9, context =>
        {
            pool.Rent(context);
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        });
        bench.Thread("less", 4, context =>
        {
            pool.Rent(context);
            bench.Log.Add("less");
        });
        bench.Thread("more", 6, context =>
        {
            rented = pool.Rent(context);
            bench.Log.Add("more");
            bench.Scheduler.Sleep(context, 1000 * KernelBench.Tick);
        });
        bench.Run();
        Assert.True(rented.Succeeded);
        Assert.Equal(new[] { "more" }, bench.Log);
        Assert.Equal(1UL, pool.TakeSnapshot().Reclaimed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ABufferHandedToAWaiterThatDiesBeforeItRunsComesBack(bool anotherWaits)
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        bench.Supervise();
        BufferHandle held = pool.TryRent().Buffer;
        KernelThread victim = bench.Thread("victim", 4, context =>
        {
            pool.Rent(context);
            bench.Log.Add("never");
        });
        RentResult rented = default;
        if (anotherWaits)
        {
            bench.Thread("next", 3, context =>
            {
                rented = pool.Rent(context);
                pool.Return(rented.Buffer);
            });
        }

        bench.Thread("holder", 9, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            pool.Return(held);
            Assert.Equal(1, pool.CountRentedBy(victim.Id));
            Assert.Equal(KillError.None, bench.Scheduler.Kill(victim));
            Assert.Equal(0, pool.CountRentedBy(victim.Id));
        });
        bench.Run();
        Assert.Empty(bench.Log);
        Assert.Equal(anotherWaits, rented.Succeeded);
        Assert.Equal(1, pool.Free);
        Assert.Equal(1UL, pool.TakeSnapshot().Reclaimed);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void ABufferThatADeviceHoldsComesBackWhenTheDeviceLetsGo()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        bench.Supervise();
        BufferHandle posted = default;
        KernelThread thread = bench.Thread("dying", 5, _ =>
        {
            posted = pool.TryRent().Buffer;
            pool.TryRent();
            pool.Post(posted);
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        });
        bench.Run();
        Assert.Equal(1, pool.TakeSnapshot().Posted);
        Assert.Equal(1, pool.TakeSnapshot().InUse);
        Assert.Equal(1UL, pool.TakeSnapshot().Reclaimed);
        Assert.Equal(0, pool.CountRentedBy(thread.Id));
        Assert.Equal(-1, pool.GetOwner(posted.Index));
        Assert.NotEqual(0UL, pool.GetBusAddress(posted));
        Assert.Equal(PoolAudit.Sound, pool.Audit());
        Assert.Equal(ReturnError.Posted, pool.Return(posted));
        Assert.Equal(ReturnError.OwnerDied, pool.Unpost(posted));
        Assert.Equal(ReturnError.StaleHandle, pool.Unpost(posted));
        Assert.Equal(ReturnError.StaleHandle, pool.Return(posted));
        Assert.Equal(2, pool.Free);
        Assert.Equal(0, pool.TakeSnapshot().Posted);
        Assert.Equal(2UL, pool.TakeSnapshot().Reclaimed);
        Assert.Equal(PoolAudit.Sound, pool.Audit());

        // Its next owner isn't dead.
        BufferHandle next = pool.TryRent().Buffer;
        pool.Post(next);
        Assert.Equal(ReturnError.None, pool.Unpost(next));
        Assert.True(pool.IsRented(next));
    }

    [Fact]
    public void ADeadThreadsBufferThatADeviceExchangesOrReturnsGoesBackOnce()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(3, out NonBlockingPool pool);
        bench.Supervise();
        BufferHandle exchanged = default;
        BufferHandle returned = default;
        bench.Thread("dying", 5, _ =>
        {
            exchanged = pool.TryRent().Buffer;
            returned = pool.TryRent().Buffer;

            // So that three in use is no new maximum, which would be dealt with elsewhere.
            pool.Return(pool.TryRent().Buffer);
            pool.Post(exchanged);
            pool.Post(returned);
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        });
        bench.Run();
        RentResult other = pool.TryExchange(exchanged, out ulong address);
        Assert.True(other.Succeeded);
        Assert.Equal(address, pool.GetBusAddress(other.Buffer));
        Assert.Equal(ReturnError.StaleHandle, pool.Return(exchanged));
        Assert.Equal(ReturnError.OwnerDied, pool.ReturnPosted(returned));
        Assert.Equal(ReturnError.StaleHandle, pool.ReturnPosted(returned));
        Assert.Equal(1, pool.TakeSnapshot().Posted);
        Assert.Equal(2, pool.Free);
        Assert.Equal(2UL, pool.TakeSnapshot().Reclaimed);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void AWaiterGetsABufferThatADeviceLetsGoAfterItsOwnersDeath()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        bench.Supervise();
        BufferHandle posted = default;
        bench.Thread("dying", 9, context =>
        {
            posted = pool.Rent(context).Buffer;
            pool.Post(posted);
            bench.Scheduler.Kill(bench.Scheduler.Current);
        });
        bench.Thread("waiter", 6, context =>
        {
            Assert.True(pool.Rent(context).Succeeded);
            bench.Log.Add("waiter");
        });
        bench.Thread("driver", 4, _ =>
        {
            Assert.Equal(ReturnError.OwnerDied, pool.Unpost(posted));
            bench.Log.Add("driver");
        });
        bench.Run();
        Assert.Equal(new[] { "waiter", "driver" }, bench.Log);
    }

    [Fact]
    public void DamagedBuffersOfTheDeadAreQuarantinedAndNotCountedAsReclaimed()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(3, out NonBlockingPool pool);
        bench.Supervise();
        BufferHandle posted = default;
        bench.Thread("dying", 5, _ =>
        {
            BufferHandle damaged = pool.TryRent().Buffer;
            Damage.Behind(pool, damaged);
            posted = pool.TryRent().Buffer;
            Damage.Before(pool, posted);
            pool.Post(posted);
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        });
        bench.Run();
        Assert.Equal(ReturnError.OwnerDied, pool.Unpost(posted));
        PoolSnapshot snapshot = pool.TakeSnapshot();
        Assert.Equal(2, snapshot.Quarantined);
        Assert.Equal(1, snapshot.Free);
        Assert.Equal(0, snapshot.InUse);
        Assert.Equal(0UL, snapshot.Reclaimed);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void ReclaimingEndsATimeOfPressure()
    {
        using KernelBench bench =
            KernelBench.WithNonBlocking(3, new PoolRules { HighWatermark = 3, LowWatermark = 1 }, out NonBlockingPool pool);
        bench.Supervise();
        bench.Thread("dying", 5, _ =>
        {
            while (pool.TryRent().Succeeded)
            {
            }

            Assert.True(pool.TakeSnapshot().IsUnderPressure);
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        });
        bench.Run();
        Assert.False(pool.TakeSnapshot().IsUnderPressure);
        Assert.Equal(3, pool.Free);
    }

    [Fact]
    public void BuffersComeBackOneByOneWithInterruptsLetInBetween()
    {
        const int count = 50;
        using KernelBench bench = KernelBench.WithNonBlocking(count, out NonBlockingPool pool);
        bench.Supervise();
        var seen = new SortedSet<int>();
        bench.Thread("dying", 5, _ =>
        {
            while (pool.TryRent().Succeeded)
            {
            }

            bench.Processor.Unmasked = () => seen.Add(pool.Free);
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        });
        bench.Run();
        Assert.Equal(Enumerable.Range(0, count + 1), seen);
    }

    [Fact]
    public void AWaiterThatIsMoreImportantThanTheSupervisorRunsAtOnce()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        bench.Supervise(priority: 7);
        bench.Thread("dying", 5, context =>
        {
            pool.Rent(context);
            bench.Scheduler.Sleep(context, 2 * KernelBench.Tick);
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        });
        bench.Thread("waiter", 9, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            pool.Rent(context);
            bench.Log.Add($"waiter before {bench.Messages.Lines.Length} messages");
        });
        bench.Run();
        Assert.Equal(new[] { "waiter before 0 messages" }, bench.Log);
        Assert.Single(bench.Messages.Lines);
    }

    [Theory]
    [InlineData(ThreadEnd.Faulted, "has faulted")]
    [InlineData(ThreadEnd.Killed, "was killed")]
    public void AThreadIsStartedAgainUpToItsLimitAndThenReported(ThreadEnd end, string how)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, out NonBlockingPool pool);
        bench.Supervise();
        KernelThread thread = bench.Thread("worker", 5, context =>
        {
            bench.Log.Add($"run {bench.Scheduler.Current.Restarts} with {bench.Pools.CountBuffersOf(bench.Scheduler.Current)}");
            Assert.Equal(ThreadEnd.None, bench.Scheduler.Current.End);
            pool.TryRent();
            End(bench, context, end);
        }, restartLimit: 2);
        Assert.Equal(2, thread.RestartLimit);
        bench.Run();
        Assert.Equal(new[] { "run 0 with 0", "run 1 with 0", "run 2 with 0" }, bench.Log);
        Assert.Equal(
            new[]
            {
                $"supervisor: worker {how}; started again (1 of 2)",
                $"supervisor: worker {how}; started again (2 of 2)",
                $"supervisor: worker {how} and is not started again",
            },
            bench.Messages.Lines);
        Assert.Equal(2, thread.Restarts);
        Assert.Equal(3UL, bench.Supervisor!.Deaths);
        Assert.Equal(ThreadState.Ended, thread.State);
        Assert.Equal(end, thread.End);
        Assert.Equal(4, pool.Free);
    }

    [Fact]
    public void AThreadWithoutALimitIsOnlyReported()
    {
        using var bench = new KernelBench();
        bench.Supervise();
        KernelThread thread = bench.Thread("worker", 5, _ =>
        {
            bench.Log.Add("run");
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        });
        bench.Run();
        Assert.Equal(new[] { "run" }, bench.Log);
        Assert.Equal(new[] { "supervisor: worker has faulted and is not started again" }, bench.Messages.Lines);
        Assert.Equal(0, thread.Restarts);
    }

    [Fact]
    public void AThreadThatReturnsIsDoneAndNotReported()
    {
        using var bench = new KernelBench();
        bench.Supervise();
        KernelThread thread = bench.Thread("worker", 5, _ => bench.Log.Add("run"), restartLimit: 5);
        bench.Run();
        Assert.Equal(new[] { "run" }, bench.Log);
        Assert.Empty(bench.Messages.Lines);
        Assert.Equal(0, thread.Restarts);
        Assert.Equal(0UL, bench.Supervisor!.Deaths);
        Assert.Equal(ThreadEnd.Returned, thread.End);
    }

    [Fact]
    public void AThreadStartedAgainIsTheSameThread()
    {
        using var bench = new KernelBench();
        bench.Supervise();
        var seen = new List<(int Id, int Priority, string Name)>();
        KernelThread thread = bench.Thread("worker", 5, context =>
        {
            Assert.False(bench.Processor.InterruptsMasked);
            seen.Add((bench.Scheduler.Current.Id, bench.Scheduler.Current.Priority, bench.Scheduler.Current.Name));
            Assert.Equal(WaitResult.TimedOut, bench.Scheduler.Sleep(context, KernelBench.Tick));
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        }, restartLimit: 1);
        int threads = bench.Scheduler.ThreadCount;
        bench.Run();
        Assert.Equal(new[] { (thread.Id, 5, "worker"), (thread.Id, 5, "worker") }, seen);
        Assert.Equal(threads, bench.Scheduler.ThreadCount);
    }

    [Fact]
    public void AThreadKilledWhileItWaitsIsStartedAgain()
    {
        using var bench = new KernelBench();
        bench.Supervise();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        KernelThread worker = bench.Thread("worker", 5, context =>
        {
            bench.Log.Add($"run {bench.Scheduler.Current.Restarts}");
            bench.Log.Add(semaphore.Wait(context, 100 * KernelBench.Tick).ToString());
        }, restartLimit: 1);
        bench.Thread("killer", 4, _ =>
        {
            bench.Scheduler.Kill(worker);
            Assert.Equal(1, semaphore.Waiting);
            semaphore.Release();
        });
        bench.Run();
        Assert.Equal(new[] { "run 0", "run 1", "Signalled" }, bench.Log);
        Assert.Equal(ThreadEnd.Returned, worker.End);
    }

    [Fact]
    public void SeveralDeathsAtOnceAreAllSettled()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(10, out NonBlockingPool pool);
        bench.Supervise();
        var victims = new List<KernelThread>();
        for (int i = 0; i < 5; i++)
        {
            victims.Add(bench.Thread($"v{i}", 9, context =>
            {
                pool.TryRent();
                bench.Scheduler.Sleep(context, 1000 * KernelBench.Tick);
            }, restartLimit: i % 2));
        }

        bench.Thread("killer", 5, _ =>
        {
            bench.Processor.Interrupt(() => victims.ForEach(victim => Assert.Equal(KillError.None, bench.Scheduler.Kill(victim))));
            bench.Log.Add($"{bench.Supervisor!.Deaths} deaths");
        });
        bench.Run();
        Assert.Equal(new[] { "5 deaths" }, bench.Log);
        Assert.Equal(5, bench.Messages.Lines.Length);
        Assert.Equal(5UL, pool.TakeSnapshot().Reclaimed);
        Assert.Equal(2, pool.TakeSnapshot().InUse);
        Assert.All(victims, victim => Assert.Equal(victim.RestartLimit, victim.Restarts));
    }

    [Fact]
    public void AllThreadsThereCanBeMayDieAtOnce()
    {
        const int threads = Scheduler.MaxThreads - 2;
        using KernelBench bench = KernelBench.WithNonBlocking(threads, out NonBlockingPool pool);
        bench.Supervise();
        var victims = new List<KernelThread>();
        for (int i = 0; i < threads - 1; i++)
        {
            victims.Add(bench.Thread($"v{i}", 9, context =>
            {
                Assert.True(pool.TryRent().Succeeded);
                bench.Scheduler.Sleep(context, 1000 * KernelBench.Tick);
            }));
        }

        bench.Thread("killer", 5, _ =>
        {
            Assert.Equal(1, pool.Free);
            bench.Processor.Interrupt(() => victims.ForEach(victim => bench.Scheduler.Kill(victim)));
            Assert.Equal(threads, pool.Free);
        });
        bench.Run();
        Assert.Equal((ulong)victims.Count, bench.Supervisor!.Deaths);
        Assert.Equal(victims.Count, bench.Messages.Lines.Distinct().Count());
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void DeathsBeforeTheSupervisorFirstRunsAreNotForgotten()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        bench.Thread("dying", 9, _ =>
        {
            pool.TryRent();
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        });
        bench.Supervise(priority: 3);
        bench.Run();
        Assert.Equal(2, pool.Free);
        Assert.Single(bench.Messages.Lines);
    }

    [Fact]
    public void ASupervisorWhoseWaitIsCalledOffGoesOn()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        KernelThread supervisor = bench.Supervise();
        bench.Thread("t", 5, _ =>
        {
            Assert.Equal("deaths", supervisor.WaitingFor);
            Assert.True(bench.Scheduler.CancelWait(supervisor));
            Assert.Equal(ThreadState.Waiting, supervisor.State);
            pool.TryRent();
        });
        bench.Run();
        Assert.Equal(2, pool.Free);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void ANegativeLimitIsRefused(int limit)
    {
        using var bench = new KernelBench();
        Assert.Equal(
            ThreadError.RestartLimitOutOfRange,
            bench.Scheduler.CreateThread("t", 5, new ScriptedBody(_ => { }), bench.Stack(3), out KernelThread? thread, limit));
        Assert.Null(thread);
        Assert.Equal(1, bench.Scheduler.ThreadCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void WhoeverIsKilledWheneverNothingIsLost(int seed)
    {
        using KernelBench bench = WithTwoPools(out NonBlockingPool first, out BlockingPool second);
        bench.Supervise();
        var mutex = new Mutex(bench.Scheduler, "m");
        var random = new Random(seed);
        var workers = new List<KernelThread>();
        for (int i = 0; i < 4; i++)
        {
            workers.Add(
                bench.Thread($"w{i}", 4 + (i % 3), context => Work(bench, first, second, mutex, context, random), restartLimit: 1000));
        }

        bench.Thread("killer", 20, context =>
        {
            for (int i = 0; i < 60; i++)
            {
                bench.Scheduler.Sleep(context, (ulong)random.Next(1, 4) * KernelBench.Tick);
                bench.Scheduler.Kill(workers[random.Next(workers.Count)]);
                Assert.Equal(PoolAudit.Sound, first.Audit());
                Assert.Equal(PoolAudit.Sound, second.Audit());
            }

            // The last one dies for good; then all must be there again.
            foreach (KernelThread worker in workers)
            {
                bench.Scheduler.Kill(worker);
            }

            Assert.All(workers, worker => Assert.Equal(0, bench.Pools.CountBuffersOf(worker)));
            Assert.Equal(first.Count, first.Free);
            Assert.Equal(second.Count, second.Free);
            Assert.Null(mutex.Owner);
            bench.Log.Add("done");
        });
        bench.Run(restingTicks: 400);
        Assert.Equal(new[] { "done" }, bench.Log);
        Assert.True(bench.Supervisor!.Deaths > 20);
    }

    private static void Work(KernelBench bench, NonBlockingPool first, BlockingPool second, Mutex mutex, ThreadContext context,
        Random random)
    {
        while (bench.Log.Count == 0)
        {
            RentResult one = first.TryRent();
            RentResult two = second.TryRent(context, (ulong)random.Next(5) * KernelBench.Tick);
            LockResult locked = mutex.Lock(context, (ulong)random.Next(5) * KernelBench.Tick);
            bench.Scheduler.Sleep(context, (ulong)random.Next(1, 3) * KernelBench.Tick);
            bench.TickTimer();
            Assert.Equal(locked is LockResult.Locked or LockResult.LockedAbandoned, mutex.Unlock(context));
            Assert.Equal(one.Succeeded ? ReturnError.None : ReturnError.NoHandle, first.Return(one.Buffer));
            Assert.Equal(two.Succeeded ? ReturnError.None : ReturnError.NoHandle, second.Return(two.Buffer));
        }
    }

    private static KernelBench WithTwoPools(out NonBlockingPool first, out BlockingPool second)
    {
        var bench = new KernelBench(
            PlanLine.Pool("first", "test", PoolKind.NonBlocking, KernelBench.BufferSize, 3),
            PlanLine.Pool("second", "test", PoolKind.Blocking, KernelBench.BufferSize, 2));
        first = bench.NonBlocking("first");
        second = bench.Blocking("second");
        return bench;
    }
}
