using System;
using System.Collections.Generic;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>Killing a thread, wherever it is; and who can't be killed.</summary>
public sealed class KillTests
{
    [Fact]
    public void AReadyThreadNeverRuns()
    {
        using var bench = new KernelBench();
        KernelThread victim = bench.Thread("victim", 4, _ => bench.Log.Add("victim"));
        bench.Thread("killer", 5, _ =>
        {
            Assert.Equal(KillError.None, bench.Scheduler.Kill(victim));
            Assert.Equal(ThreadState.Ended, victim.State);
            Assert.Equal(ThreadEnd.Killed, victim.End);
            bench.Log.Add("killer");
        });
        bench.Run();
        Assert.Equal(new[] { "killer" }, bench.Log);
    }

    [Fact]
    public void AThreadThatWasPreemptedNeverGoesOn()
    {
        using var bench = new KernelBench();
        KernelThread? victim = null;
        bench.Thread("killer", 9, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            bench.Scheduler.Kill(victim!);
        });
        victim = bench.Thread("victim", 4, _ =>
        {
            bench.Log.Add("begun");
            bench.TickTimer();
            bench.Log.Add("never");
        });
        bench.Run();
        Assert.Equal(new[] { "begun" }, bench.Log);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AThreadThatKillsItselfDoesNotGoOn(bool masked)
    {
        using var bench = new KernelBench();
        bench.Supervise();
        KernelThread victim = bench.Thread("victim", 9, context =>
        {
            if (masked)
            {
                bench.Processor.MaskInterrupts();
            }

            bench.Scheduler.Kill(bench.Scheduler.Current);
            bench.Log.Add("never");
            bench.Processor.EnableInterrupts();
            bench.Scheduler.Sleep(context, KernelBench.Tick);
        });
        bench.Thread("other", 4, context =>
        {
            Assert.False(bench.Processor.InterruptsMasked);
            bench.Scheduler.Sleep(context, 3 * KernelBench.Tick);
            bench.Log.Add("other");
        });
        bench.Run();
        Assert.Equal(new[] { "other" }, bench.Log);
        Assert.Equal(ThreadState.Ended, victim.State);
        Assert.Equal(ThreadEnd.Killed, victim.End);
    }

    [Fact]
    public void AWaitWithoutADeadlineIsOverWithoutAnOutcome()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        KernelThread victim = bench.Thread("victim", 5, context =>
        {
            pool.Rent(context);
            bench.Log.Add("never");
        });
        bench.Thread("killer", 4, _ =>
        {
            Assert.Equal(KillError.None, bench.Scheduler.Kill(victim));
            Assert.Null(victim.WaitingFor);
            Assert.Equal(0, pool.TakeSnapshot().Waiting);
            Assert.Equal(ReturnError.None, pool.Return(held));
            Assert.Equal(1, pool.Free);
        });
        bench.Run();
        Assert.Empty(bench.Log);
        PoolSnapshot snapshot = pool.TakeSnapshot();
        Assert.Equal(0UL, snapshot.Timeouts + snapshot.Cancellations);
    }

    [Fact]
    public void ADeadlineOfAKilledThreadDoesNotComeBack()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        pool.TryRent();
        KernelThread victim = bench.Thread("victim", 5, context =>
        {
            pool.TryRent(context, 3 * KernelBench.Tick);
            bench.Log.Add("never");
        });
        KernelThread sleeper = bench.Thread("sleeper", 5, context =>
        {
            bench.Scheduler.Sleep(context, 4 * KernelBench.Tick);
            bench.Log.Add("sleeper");
        });
        bench.Thread("killer", 4, _ =>
        {
            Assert.Equal(KillError.None, bench.Scheduler.Kill(victim));
            bench.TickTimer(10);
        });
        bench.Run();
        Assert.Equal(new[] { "sleeper" }, bench.Log);
        Assert.Equal(ThreadState.Ended, victim.State);
        Assert.Equal(ThreadState.Ended, sleeper.State);
    }

    [Fact]
    public void ASleeperDoesNotWakeAnyMore()
    {
        using var bench = new KernelBench();
        KernelThread victim = bench.Thread("victim", 5, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            bench.Log.Add("never");
        });
        bench.Thread("killer", 4, _ => bench.Scheduler.Kill(victim));
        bench.Run();
        Assert.Empty(bench.Log);
        Assert.False(bench.Scheduler.CancelWait(victim));
    }

    [Fact]
    public void AnInterruptHandlerKillsTheThreadItInterrupted()
    {
        using var bench = new KernelBench();
        KernelThread? victim = null;
        victim = bench.Thread("victim", 5, _ =>
        {
            bench.Processor.Interrupt(() =>
            {
                Assert.Equal(KillError.None, bench.Scheduler.Kill(victim!));
                Assert.Equal(KillError.Ended, bench.Scheduler.Kill(victim!));
                bench.Log.Add("handler goes on");
            });
            bench.Log.Add("never");
        });
        bench.Thread("other", 4, _ => bench.Log.Add("other"));
        bench.Run();
        Assert.Equal(new[] { "handler goes on", "other" }, bench.Log);
    }

    [Fact]
    public void AnInterruptHandlerKillsAtTheEndOfAQuantum()
    {
        using var bench = new KernelBench();
        KernelThread? victim = null;
        victim = bench.Thread("victim", 5, _ =>
        {
            bench.TickTimer(KernelBench.QuantumTicks - 1);
            bench.Processor.Interrupt(() =>
            {
                bench.ServeTimer();
                bench.Scheduler.Kill(victim!);
            });
            bench.Log.Add("never");
        });
        bench.Thread("a", 5, _ => bench.Log.Add("a"));
        bench.Thread("b", 5, _ => bench.Log.Add("b"));
        bench.Run();
        Assert.Equal(new[] { "a", "b" }, bench.Log);
    }

    [Fact]
    public void AnInterruptHandlerKillsAThreadThatWaits()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        KernelThread victim = bench.Thread("victim", 5, context =>
        {
            semaphore.Wait(context);
            bench.Log.Add("never");
        });
        bench.Thread("other", 4, _ =>
        {
            bench.Processor.Interrupt(() => Assert.Equal(KillError.None, bench.Scheduler.Kill(victim)));
            semaphore.Release();
            bench.Log.Add("other");
        });
        bench.Run();
        Assert.Equal(new[] { "other" }, bench.Log);
        Assert.Equal(1, semaphore.Count);
    }

    [Theory]
    [InlineData(ThreadEnd.Returned)]
    [InlineData(ThreadEnd.Faulted)]
    [InlineData(ThreadEnd.Killed)]
    public void WhoHasEndedCannotBeKilled(ThreadEnd end)
    {
        using var bench = new KernelBench();
        KernelThread victim = bench.Thread("victim", 9, context => bench.End(end));
        KillError error = KillError.None;
        bench.Thread("killer", 5, _ => error = bench.Scheduler.Kill(victim));
        bench.Run();
        Assert.Equal(KillError.Ended, error);
        Assert.Equal(end, victim.End);
    }

    [Fact]
    public void TheIdleThreadAndTheSupervisorCannotBeKilled()
    {
        using var bench = new KernelBench();
        KernelThread supervisor = bench.Supervise();
        var errors = new List<KillError>();
        bench.Thread("killer", 5, _ =>
        {
            errors.Add(bench.Scheduler.Kill(bench.Scheduler.GetThread(0)));
            errors.Add(bench.Scheduler.Kill(supervisor));
            bench.Processor.Interrupt(() => errors.Add(bench.Scheduler.Kill(supervisor)));
        });
        bench.Run();
        Assert.Equal(new[] { KillError.Indispensable, KillError.Indispensable, KillError.Indispensable }, errors);
        Assert.Equal(ThreadState.Waiting, supervisor.State);
        Assert.Equal(ThreadEnd.None, supervisor.End);
    }

    [Fact]
    public void NobodyIsKilledBeforeTheStart()
    {
        using var bench = new KernelBench();
        KernelThread thread = bench.Thread("t", 5, _ => bench.Log.Add("runs"));
        Assert.Equal(KillError.NotStarted, bench.Scheduler.Kill(thread));
        Assert.Equal(KillError.NotStarted, bench.Scheduler.Kill(bench.Scheduler.GetThread(0)));
        bench.Run();
        Assert.Equal(new[] { "runs" }, bench.Log);
    }

    [Fact]
    public void AnyThreadMayKillOneThatIsMoreImportant()
    {
        using var bench = new KernelBench();
        KernelThread victim = bench.Thread("victim", 20, context =>
        {
            bench.Scheduler.Sleep(context, 100 * KernelBench.Tick);
            bench.Log.Add("never");
        });
        bench.Thread("killer", 1, _ =>
        {
            Assert.Equal(KillError.None, bench.Scheduler.Kill(victim));
            bench.Log.Add("killer");
        });
        bench.Run();
        Assert.Equal(new[] { "killer" }, bench.Log);
    }

    [Fact]
    public void AKillWithInterruptsMaskedDoesNotGiveWayBeforeTheMaskIsLifted()
    {
        using var bench = new KernelBench();
        bench.Supervise();
        KernelThread victim = bench.Thread("victim", 4, _ => bench.Log.Add("never"));
        bench.Thread("killer", 5, _ =>
        {
            nuint state = bench.Processor.MaskInterrupts();
            Assert.Equal(KillError.None, bench.Scheduler.Kill(victim));
            Assert.Equal(0UL, bench.Supervisor!.Deaths);
            bench.Processor.RestoreInterrupts(state);
            bench.TickTimer();
            Assert.Equal(1UL, bench.Supervisor.Deaths);
            bench.Log.Add("killer");
        });
        bench.Run();
        Assert.Equal(new[] { "killer" }, bench.Log);
    }

    [Fact]
    public void TheMaskIsLiftedWhateverBecomesOfAKill()
    {
        using var bench = new KernelBench();
        KernelThread victim = bench.Thread("victim", 4, _ => { });
        bench.Thread("killer", 5, _ =>
        {
            foreach (KernelThread thread in new[] { victim, victim, bench.Scheduler.GetThread(0) })
            {
                bench.Scheduler.Kill(thread);
                Assert.False(bench.Processor.InterruptsMasked);
            }

            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Fact]
    public void EqualsKeepTheirOrderWhenOneOfThemIsKilled()
    {
        using var bench = new KernelBench();
        bench.Thread("killer", 9, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            bench.Scheduler.Kill(bench.Scheduler.FindThread("c"u8)!);
        });
        bench.Thread("busy", 8, context =>
        {
            bench.Scheduler.Yield(context);
            bench.TickTimer();
        });
        foreach (string name in new[] { "a", "b", "c", "d" })
        {
            bench.Thread(name, 5, context => bench.Log.Add(bench.Scheduler.Current.Name));
        }

        bench.Run();
        Assert.Equal(new[] { "a", "b", "d" }, bench.Log);
    }

    [Fact]
    public void AFaultEndsTheThreadAndNobodyElse()
    {
        using var bench = new KernelBench();
        KernelThread supervisor = bench.Supervise();
        KernelThread faulty = bench.Thread("faulty", 5, _ =>
        {
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
            bench.Log.Add("never");
        });
        bench.Thread("other", 4, _ => bench.Log.Add("other"));
        bench.Run();
        Assert.Equal(new[] { "other" }, bench.Log);
        Assert.Equal(ThreadEnd.Faulted, faulty.End);
        Assert.Equal(ThreadState.Waiting, supervisor.State);
    }

    [Fact]
    public void ASupervisorThatFaultsCannotBeEnded()
    {
        using var bench = new KernelBench();
        bool? ended = null;
        KernelThread supervisor = bench.Thread("supervisor", 31, _ =>
        {
            ended = bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
            bench.Processor.EnableInterrupts();
        });
        new Supervisor(bench.Scheduler, bench.Messages).SetThread(supervisor);
        Assert.Throws<InvalidOperationException>(() => bench.Run());
        Assert.False(ended);
        Assert.Equal(ThreadEnd.None, supervisor.End);
    }
}
