using System;
using System.Collections.Generic;
using Reservoir.Memory;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What the scheduler promises: who runs, when, and what is refused.</summary>
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
