using System;
using System.Collections.Generic;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>A thread that sleeps wakes when its time is up, not earlier, in the order of deadlines; or when its wait is
/// cancelled.</summary>
public sealed class SleepTests
{
    [Theory]
    [InlineData(1UL, 1UL)]
    [InlineData(KernelBench.Tick, KernelBench.Tick)]
    [InlineData(KernelBench.Tick + 1, 2 * KernelBench.Tick)]
    [InlineData(10 * KernelBench.Tick, 10 * KernelBench.Tick)]
    public void SleepIsNeverShort(ulong asked, ulong atLeast)
    {
        using var bench = new KernelBench();
        ulong slept = 0;
        bench.Thread("t", 5, context =>
        {
            ulong begun = bench.Scheduler.Clock.Nanoseconds;
            Assert.Equal(WaitResult.TimedOut, bench.Scheduler.Sleep(context, asked));
            slept = bench.Scheduler.Clock.Nanoseconds - begun;
        });
        bench.Run();
        Assert.InRange(slept, atLeast, atLeast + KernelBench.Tick);
    }

    [Fact]
    public void SleepOfNoTimeYields()
    {
        using var bench = new KernelBench();
        bench.Thread("first", 5, context =>
        {
            Assert.Equal(WaitResult.TimedOut, bench.Scheduler.Sleep(context, 0));
            bench.Log.Add("first");
        });
        bench.Thread("second", 5, _ => bench.Log.Add("second"));
        bench.Run();
        Assert.Equal(new[] { "second", "first" }, bench.Log);
    }

    [Fact]
    public void ASleepCanBeCancelledOnce()
    {
        using var bench = new KernelBench();
        WaitResult result = default;
        KernelThread sleeper = bench.Thread("sleeper", 9, context => result = bench.Scheduler.Sleep(context, Clock.Forever));
        bench.Thread("other", 5, _ =>
        {
            Assert.Equal("resumption", sleeper.WaitingFor);
            Assert.True(bench.Scheduler.CancelWait(sleeper));
            Assert.False(bench.Scheduler.CancelWait(sleeper));
            Assert.Null(sleeper.WaitingFor);
        });
        bench.Run();
        Assert.Equal(WaitResult.Cancelled, result);
    }

    [Fact]
    public void AThreadThatDoesNotWaitCannotBeCancelled()
    {
        using var bench = new KernelBench();
        KernelThread ready =
            bench.Thread("ready", 3, context => Assert.Equal(WaitResult.TimedOut, bench.Scheduler.Sleep(context, KernelBench.Tick)));
        KernelThread gone = bench.Thread("gone", 9, _ => { });
        bench.Thread("other", 5, context =>
        {
            Assert.False(bench.Scheduler.CancelWait(ready));
            Assert.False(bench.Scheduler.CancelWait(gone));
            Assert.False(bench.Scheduler.CancelWait(bench.Scheduler.Current));
            Assert.False(bench.Scheduler.CancelWait(bench.Scheduler.GetThread(0)));
        });
        bench.Run();
        Assert.Equal(ThreadState.Ended, ready.State);
    }

    [Fact]
    public void TimeoutsThatAreDueAtOneTickWakeTheMostImportantFirst()
    {
        using var bench = new KernelBench();
        for (int priority = 1; priority <= 8; priority++)
        {
            bench.Thread($"p{priority}", priority, context =>
            {
                bench.Scheduler.Sleep(context, KernelBench.Tick / (ulong)bench.Scheduler.Current.Priority);
                bench.Log.Add(bench.Scheduler.Current.Name);
            });
        }

        bench.Run();
        Assert.Equal(new[] { "p8", "p7", "p6", "p5", "p4", "p3", "p2", "p1" }, bench.Log);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void SleepersOfAnyLengthWakeInOrderOfTheirDeadlines(int seed)
    {
        using var bench = new KernelBench();
        var random = new Random(seed);
        var woken = new List<ulong>();
        var expected = new List<ulong>();
        for (int i = 0; i < 40; i++)
        {
            ulong first = (ulong)random.Next(1, 60) * KernelBench.Tick;
            ulong second = (ulong)random.Next(1, 60) * KernelBench.Tick;
            expected.Add(first);
            expected.Add(first + second);
            bench.Thread($"t{i}", 5, context =>
            {
                bench.Scheduler.Sleep(context, first);
                woken.Add(bench.Scheduler.Clock.Nanoseconds);
                bench.Scheduler.Sleep(context, second);
                woken.Add(bench.Scheduler.Clock.Nanoseconds);
            });
        }

        bench.Run(restingTicks: 200);
        expected.Sort();
        Assert.Equal(expected, woken);
    }

    [Fact]
    public void CancelledSleepersLeaveTheOthersDeadlinesInOrder()
    {
        using var bench = new KernelBench();
        var sleepers = new List<KernelThread>();
        var woken = new List<string>();
        for (int i = 0; i < 20; i++)
        {
            ulong ticks = (ulong)(1 + (i * 7 % 20)) * KernelBench.Tick;
            sleepers.Add(bench.Thread($"t{ticks / KernelBench.Tick:00}", 9, context =>
            {
                if (bench.Scheduler.Sleep(context, ticks) == WaitResult.TimedOut)
                {
                    woken.Add(bench.Scheduler.Current.Name);
                }
            }));
        }

        bench.Thread("canceller", 5, _ =>
        {
            for (int i = 0; i < sleepers.Count; i += 3)
            {
                Assert.True(bench.Scheduler.CancelWait(sleepers[i]));
            }
        });
        bench.Run();
        Assert.Equal(13, woken.Count);
        var sorted = new List<string>(woken);
        sorted.Sort(StringComparer.Ordinal);
        Assert.Equal(sorted, woken);
    }

    [Fact]
    public void ADeadlineThatTakesACancelledOnesPlaceIsKept()
    {
        using var bench = new KernelBench();
        var woken = new List<ulong>();
        KernelThread? cancelled = null;

        // In this order the heap's last deadline, 3, is earlier than the 10 above the place that 11 leaves, and due before anything else
        // moves it.
        foreach (ulong ticks in new ulong[] { 1, 10, 2, 11, 12, 5, 3 })
        {
            KernelThread sleeper = bench.Thread($"t{ticks}", 9, context =>
            {
                if (bench.Scheduler.Sleep(context, ticks * KernelBench.Tick) == WaitResult.TimedOut)
                {
                    woken.Add(bench.Scheduler.Clock.Nanoseconds / KernelBench.Tick);
                }
            });
            cancelled = ticks == 11 ? sleeper : cancelled;
        }

        bench.Thread("canceller", 5, _ => Assert.True(bench.Scheduler.CancelWait(cancelled!)));
        bench.Run();
        Assert.Equal(new ulong[] { 1, 2, 3, 5, 10, 12 }, woken);
    }
}
