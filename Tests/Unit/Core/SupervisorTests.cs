using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>A thread that died is started again up to its limit, or reported; and nothing is lost on the way.</summary>
public sealed class SupervisorTests
{
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
            bench.End(end);
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
        using KernelBench bench = KernelBench.WithBothKinds(out NonBlockingPool first, out BlockingPool second);
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
}
