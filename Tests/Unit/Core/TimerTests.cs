using System.Collections.Generic;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>There is no tick: the timer is set for what comes next, and for nothing else.</summary>
public sealed class TimerTests
{
    private const ulong Microsecond = 1000;

    [Fact]
    public void AnIdleKernelWithoutDeadlinesSetsNoTimer()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        bench.Thread("waiter", 5, context => semaphore.Wait(context));
        bench.Run(restingTicks: 30);
        int settings = bench.Processor.TimerSettings;
        Assert.Null(bench.Processor.TimerAt);
        Assert.InRange(settings, 0, 2);
    }

    [Fact]
    public void ASleepEndsAtItsDeadlineAndNotAtATick()
    {
        using var bench = new KernelBench();
        ulong woken = 0;
        bench.Thread("sleeper", 5, context =>
        {
            bench.Scheduler.Sleep(context, 1234 * Microsecond);
            woken = bench.Scheduler.Clock.Nanoseconds;
        });
        RunUntilNoTimer(bench);
        Assert.Equal(1234 * Microsecond, woken);
    }

    [Fact]
    public void TheEarliestDeadlineComesFirstWhicheverWasSetFirst()
    {
        using var bench = new KernelBench();
        var woken = new List<(string Name, ulong At)>();
        foreach ((string name, ulong microseconds) in new[] { ("late", 900UL), ("early", 50UL), ("middle", 300UL) })
        {
            bench.Thread(name, 5, context =>
            {
                bench.Scheduler.Sleep(context, microseconds * Microsecond);
                woken.Add((name, bench.Scheduler.Clock.Nanoseconds));
            });
        }

        RunUntilNoTimer(bench);
        Assert.Equal(new[] { ("early", 50 * Microsecond), ("middle", 300 * Microsecond), ("late", 900 * Microsecond) }, woken);
    }

    [Fact]
    public void ATimerThatComesTooEarlyWakesNobodyAndIsSetAgain()
    {
        using var bench = new KernelBench();
        ulong woken = 0;
        bench.Thread("sleeper", 5, context =>
        {
            bench.Scheduler.Sleep(context, 5 * KernelBench.Tick);
            woken = bench.Scheduler.Clock.Nanoseconds;
        });
        bench.Thread("hasty", 4, _ =>
        {
            bench.Processor.Interrupt(bench.ServeTimer);
            Assert.Equal(0UL, woken);
            Assert.Equal(5 * KernelBench.Tick, bench.Processor.TimerAt);
        });
        bench.Run();
        Assert.Equal(5 * KernelBench.Tick, woken);
    }

    [Fact]
    public void AWaitThatIsSignalledBeforeItsDeadlineCostsOneInterruptAtMost()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        int interrupts = 0;
        bench.Thread("waiter", 5, context => semaphore.Wait(context, 3 * KernelBench.Tick));
        bench.Thread("signaller", 4, context =>
        {
            semaphore.Release();
            var never = new Semaphore(bench.Scheduler, "never", 0, 1);
            never.Wait(context);
        });
        bench.Processor.Resting = () => throw new RestException();
        Assert.Throws<RestException>(bench.Scheduler.Start);
        while (bench.Processor.TimerAt is ulong at)
        {
            interrupts++;
            bench.Processor.Advance(at - bench.Processor.Now, () =>
            {
            });
            bench.Scheduler.EnterInterrupt(bench.Processor.Now);
            bench.ServeTimer();
            bench.Scheduler.ExitInterrupt(bench.Processor.Now);
        }

        Assert.InRange(interrupts, 0, 1);
    }

    [Fact]
    public void AThreadThatRunsAloneIsInterruptedOnceAQuantum()
    {
        using var bench = new KernelBench();
        int interrupts = 0;
        bench.Thread("busy", 5, _ =>
        {
            for (int i = 0; i < 10 * KernelBench.QuantumTicks; i++)
            {
                bench.Processor.Advance(KernelBench.Tick, () =>
                {
                    interrupts++;
                    bench.ServeTimer();
                });
            }
        });
        bench.Run();
        Assert.Equal(10, interrupts);
    }

    [Fact]
    public void AnEqualThatBecomesReadyLateGetsItsTurnWithinAQuantum()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        int ticks = 0;
        bench.Thread("equal", 5, context =>
        {
            semaphore.Wait(context);
            bench.Log.Add("equal");
        });
        bench.Thread("busy", 5, _ =>
        {
            bench.TickTimer(KernelBench.QuantumTicks * 2 + 3);
            semaphore.Release();
            while (bench.Log.Count == 0 && ticks < 100)
            {
                bench.TickTimer();
                ticks++;
            }
        });
        bench.Run();
        Assert.InRange(ticks, 1, KernelBench.QuantumTicks);
    }

    [Fact]
    public void WhoIsInterruptedOftenGetsNoMoreThanItsQuantum()
    {
        using var bench = new KernelBench();
        int ran = 0;
        bench.Thread("nosy", 9, context =>
        {
            for (int i = 0; i < 50; i++)
            {
                bench.Scheduler.Sleep(context, KernelBench.Tick);
            }
        });
        bench.Thread("first", 5, _ =>
        {
            while (bench.Log.Count == 0 && ran < 100)
            {
                bench.TickTimer();
                ran++;
            }
        });
        bench.Thread("second", 5, _ => bench.Log.Add("second"));
        bench.Run(restingTicks: 100);
        Assert.InRange(ran, KernelBench.QuantumTicks - 1, KernelBench.QuantumTicks + 1);
    }

    [Fact]
    public void ASignalInAMaskedSectionTakesEffectWhenTheMaskIsLifted()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        bench.Thread("high", 9, context =>
        {
            semaphore.Wait(context);
            bench.Log.Add("high");
        });
        bench.Thread("low", 5, _ =>
        {
            nuint state = bench.Processor.MaskInterrupts();
            semaphore.Release();
            bench.Log.Add("still masked");
            bench.Processor.RestoreInterrupts(state);
            bench.Log.Add("low");
        });
        bench.Run();
        Assert.Equal(new[] { "still masked", "high", "low" }, bench.Log);
    }

    [Fact]
    public void ATimeoutBeyondTheTimersReachIsNoTimeoutOfTheTimer()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        RentError error = RentError.None;
        bench.Thread("waiter", 5, context => error = pool.TryRent(context, Clock.Forever - 1).Error);
        bench.Thread("holder", 4, context =>
        {
            bench.TickTimer(100);
            bench.Processor.Interrupt(bench.ServeTimer);
            pool.Return(held);
        });
        bench.Run();
        Assert.Equal(RentError.None, error);
    }

    private static void RunUntilNoTimer(KernelBench bench)
    {
        bench.Processor.Resting = () =>
        {
            if (bench.Processor.TimerAt is not ulong at)
            {
                throw new RestException();
            }

            bench.Processor.Advance(at - bench.Processor.Now, bench.ServeTimer);
        };
        Assert.Throws<RestException>(bench.Scheduler.Start);
    }

    private sealed class RestException : System.Exception;
}
