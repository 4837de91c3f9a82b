using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What a pool's rules promise: the reserve for threads, the cap for owners, the watermarks; what fault injection does; and who
/// may not ask at all.</summary>
public sealed class PoolRulesTests
{
    [Fact]
    public void InterruptHandlersLeaveTheReserveToThreads()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, new PoolRules { Reserve = 2 }, out NonBlockingPool pool);
        var inInterrupt = new List<RentError>();
        bench.Thread("t", 5, _ =>
        {
            for (int i = 0; i < 3; i++)
            {
                bench.Processor.Interrupt(() => inInterrupt.Add(pool.TryRent().Error));
            }

            Assert.Equal(2, pool.Free);
            Assert.True(pool.TryRent().Succeeded);
            Assert.True(pool.TryRent().Succeeded);
            Assert.Equal(RentError.Empty, pool.TryRent().Error);
            bench.Processor.Interrupt(() => inInterrupt.Add(pool.TryRent().Error));
        });
        bench.Run();
        Assert.Equal(new[] { RentError.None, RentError.None, RentError.Reserved, RentError.Empty }, inInterrupt);
        PoolSnapshot snapshot = pool.TakeSnapshot();
        Assert.Equal(1UL, snapshot.RefusedReserved);
        Assert.Equal(2UL, snapshot.RefusedEmpty);
        Assert.Equal(3UL, snapshot.Failures);
        Assert.Equal(4UL, snapshot.Rents);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void AReturnLetsInterruptHandlersRentAgainAsSoonAsMoreThanTheReserveIsFree()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(3, new PoolRules { Reserve = 1 }, out NonBlockingPool pool);
        var inInterrupt = new List<RentError>();
        bench.Thread("t", 5, _ =>
        {
            BufferHandle[] held = [pool.TryRent().Buffer, pool.TryRent().Buffer, pool.TryRent().Buffer];
            foreach (BufferHandle buffer in held)
            {
                pool.Return(buffer);
                bench.Processor.Interrupt(() =>
                {
                    RentResult rented = pool.TryRent();
                    inInterrupt.Add(rented.Error);
                    pool.Return(rented.Buffer);
                });
            }
        });
        bench.Run();
        Assert.Equal(new[] { RentError.Reserved, RentError.None, RentError.None }, inInterrupt);
    }

    [Fact]
    public void TheBootCodeLeavesTheReserveToo()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, new PoolRules { Reserve = 1 }, out NonBlockingPool pool);
        Assert.True(pool.TryRent().Succeeded);
        Assert.Equal(RentError.Reserved, pool.TryRent().Error);
    }

    [Fact]
    public void QuarantinedBuffersAreNoReserve()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(3, new PoolRules { Reserve = 1 }, out NonBlockingPool pool);
        BufferHandle damaged = pool.TryRent().Buffer;
        Damage.Behind(pool, damaged);
        Assert.Equal(ReturnError.Overrun, pool.Return(damaged));
        Assert.True(pool.TryRent().Succeeded);
        Assert.Equal(RentError.Reserved, pool.TryRent().Error);
        Assert.Equal(1, pool.Free);
    }

    [Fact]
    public void WithoutAReserveInterruptHandlersMayTakeEverything()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, new PoolRules { Cap = 2 }, out NonBlockingPool pool);
        Assert.True(pool.TryRent().Succeeded);
        Assert.True(pool.TryRent().Succeeded);
        Assert.Equal(RentError.Empty, pool.TryRent().Error);
    }

    [Fact]
    public void AnOwnerGetsNoMoreThanItsShare()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(5, new PoolRules { Cap = 2 }, out NonBlockingPool pool);
        KernelThread greedy = bench.Thread("greedy", 5, _ =>
        {
            BufferHandle first = pool.TryRent().Buffer;
            Assert.True(pool.TryRent().Succeeded);
            Assert.Equal(RentError.OverCap, pool.TryRent().Error);
            Assert.Equal(3, pool.Free);
            Assert.Equal(ReturnError.None, pool.Return(first));
            Assert.True(pool.TryRent().Succeeded);
            Assert.Equal(RentError.OverCap, pool.TryRent().Error);
        });
        bench.Thread("other", 4, _ =>
        {
            Assert.True(pool.TryRent().Succeeded);
            bench.Log.Add("other");
        });
        bench.Run();
        Assert.Equal(new[] { "other" }, bench.Log);
        Assert.Equal(2, pool.CountRentedBy(greedy.Id));
        Assert.Equal(2UL, pool.TakeSnapshot().RefusedOverCap);
        Assert.Equal(2UL, pool.TakeSnapshot().Failures);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void AllInterruptHandlersTogetherAreOneOwner()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, new PoolRules { Cap = 2 }, out NonBlockingPool pool);
        Assert.True(pool.TryRent().Succeeded);
        var inInterrupt = new List<RentError>();
        bench.Thread("t", 5, _ =>
        {
            bench.Processor.Interrupt(() => inInterrupt.Add(pool.TryRent().Error));
            bench.Processor.Interrupt(() => inInterrupt.Add(pool.TryRent().Error));
            Assert.True(pool.TryRent().Succeeded);
        });
        bench.Run();
        Assert.Equal(new[] { RentError.None, RentError.OverCap }, inInterrupt);
    }

    [Fact]
    public void AnOwnerWithItsShareDoesNotWaitForMore()
    {
        using KernelBench bench = KernelBench.WithBlocking(2, out BlockingPool pool, new PoolRules { Cap = 1 });
        BufferHandle ofBoot = pool.TryRent().Buffer;
        KernelThread greedy = bench.Thread("greedy", 5, context =>
        {
            Assert.True(pool.Rent(context).Succeeded);
            Assert.Equal(0, pool.Free);
            Assert.Equal(RentError.OverCap, pool.Rent(context).Error);
            Assert.Equal(RentError.OverCap, pool.TryRent(context, KernelBench.Tick).Error);
            bench.Log.Add("refused");
        });
        bench.Thread("holder", 4, _ => pool.Return(ofBoot));
        bench.Run();
        Assert.Equal(new[] { "refused" }, bench.Log);
        Assert.Equal(1, pool.CountRentedBy(greedy.Id));
        Assert.Equal(0UL, pool.TakeSnapshot().Waits);
        Assert.Equal(2UL, pool.TakeSnapshot().RefusedOverCap);
    }

    [Fact]
    public void AnOwnerBelowItsShareWaitsAsUsual()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool, new PoolRules { Cap = 1 });
        BufferHandle ofBoot = pool.TryRent().Buffer;
        RentResult rented = default;
        bench.Thread("waiter", 5, context => rented = pool.Rent(context));
        bench.Thread("holder", 4, _ => pool.Return(ofBoot));
        bench.Run();
        Assert.True(rented.Succeeded);
    }

    [Fact]
    public void AdoptingIsNotLimitedButCounts()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, new PoolRules { Cap = 1 }, out NonBlockingPool pool);
        BufferHandle ofBoot = pool.TryRent().Buffer;
        bench.Thread("t", 5, _ =>
        {
            BufferHandle own = pool.TryRent().Buffer;
            Assert.Equal(ReturnError.None, pool.Adopt(ofBoot));
            Assert.Equal(RentError.OverCap, pool.TryRent().Error);
            pool.Return(own);
            Assert.Equal(RentError.OverCap, pool.TryRent().Error);
            pool.Disown(ofBoot);
            Assert.True(pool.TryRent().Succeeded);
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Fact]
    public void AnEmptyPoolIsEmptyWhateverTheRulesSay()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, new PoolRules { Cap = 1 }, out NonBlockingPool pool);
        pool.InjectFailures(1);
        Assert.Equal(RentError.Injected, pool.TryRent().Error);
        pool.InjectFailures(0);
        Assert.True(pool.TryRent().Succeeded);
        pool.InjectFailures(1);
        Assert.Equal(RentError.Empty, pool.TryRent().Error);
    }

    [Fact]
    public void TheRulesAreThoseOfThePlan()
    {
        var rules = new PoolRules { Reserve = 1, Cap = 2, HighWatermark = 3, LowWatermark = 1 };
        using KernelBench bench = KernelBench.WithNonBlocking(4, rules, out NonBlockingPool pool);
        Assert.Equal(rules, pool.Rules);
    }

    [Fact]
    public void PressureBeginsAtTheHighWatermarkAndEndsAtTheLowOne()
    {
        using KernelBench bench =
            KernelBench.WithNonBlocking(4, new PoolRules { HighWatermark = 3, LowWatermark = 1 }, out NonBlockingPool pool);
        var changed = new Semaphore(bench.Scheduler, "pressure", 0, 10);
        pool.WatchPressure(changed);
        BufferHandle[] held = new BufferHandle[4];
        held[0] = pool.TryRent().Buffer;
        held[1] = pool.TryRent().Buffer;
        Expect(under: false, begun: 0, signals: 0);
        held[2] = pool.TryRent().Buffer;
        Expect(under: true, begun: 1, signals: 1);
        held[3] = pool.TryRent().Buffer;
        Expect(under: true, begun: 1, signals: 1);

        // Between the two marks nothing changes, however often it goes up and down.
        pool.Return(held[3]);
        pool.Return(held[2]);
        Expect(under: true, begun: 1, signals: 1);
        held[2] = pool.TryRent().Buffer;
        pool.Return(held[2]);
        Expect(under: true, begun: 1, signals: 1);
        pool.Return(held[1]);
        Expect(under: false, begun: 1, signals: 2);
        held[1] = pool.TryRent().Buffer;
        Expect(under: false, begun: 1, signals: 2);
        held[2] = pool.TryRent().Buffer;
        Expect(under: true, begun: 2, signals: 3);
        Assert.Equal(PoolAudit.Sound, pool.Audit());

        void Expect(bool under, ulong begun, int signals)
        {
            PoolSnapshot snapshot = pool.TakeSnapshot();
            Assert.Equal(under, snapshot.IsUnderPressure);
            Assert.Equal(begun, snapshot.PressureBegun);
            Assert.Equal(signals, changed.Count);
        }
    }

    [Fact]
    public void PressureFromTheLastBufferToTheFirstEndsWhenAllAreBack()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, new PoolRules { HighWatermark = 2 }, out NonBlockingPool pool);
        BufferHandle first = pool.TryRent().Buffer;
        Assert.False(pool.TakeSnapshot().IsUnderPressure);
        BufferHandle second = pool.TryRent().Buffer;
        Assert.True(pool.TakeSnapshot().IsUnderPressure);
        pool.Return(first);
        Assert.True(pool.TakeSnapshot().IsUnderPressure);
        pool.Return(second);
        Assert.False(pool.TakeSnapshot().IsUnderPressure);
    }

    [Fact]
    public void WithoutWatermarksThereIsNoPressure()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        var changed = new Semaphore(bench.Scheduler, "pressure", 0, 10);
        pool.WatchPressure(changed);
        BufferHandle[] held = [pool.TryRent().Buffer, pool.TryRent().Buffer];
        Assert.False(pool.TakeSnapshot().IsUnderPressure);
        Array.ForEach(held, buffer => pool.Return(buffer));
        Assert.Equal(0, changed.Count);
        Assert.Equal(0UL, pool.TakeSnapshot().PressureBegun);
    }

    [Fact]
    public void WhoDoesNotWatchAnyMoreIsNotSignalled()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, new PoolRules { HighWatermark = 1 }, out NonBlockingPool pool);
        var changed = new Semaphore(bench.Scheduler, "pressure", 0, 10);
        pool.WatchPressure(changed);
        BufferHandle buffer = pool.TryRent().Buffer;
        pool.WatchPressure(null);
        pool.Return(buffer);
        Assert.Equal(1, changed.Count);
        Assert.False(pool.TakeSnapshot().IsUnderPressure);
    }

    [Fact]
    public void AMoreImportantWatcherRunsBeforeTheRentAndTheReturnReturn()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, new PoolRules { HighWatermark = 1 }, out NonBlockingPool pool);
        var changed = new Semaphore(bench.Scheduler, "pressure", 0, 10);
        pool.WatchPressure(changed);
        bench.Thread("watcher", 9, context =>
        {
            while (changed.Wait(context, 10 * KernelBench.Tick) == WaitResult.Signalled)
            {
                bench.Log.Add(pool.TakeSnapshot().IsUnderPressure ? "begun" : "over");
            }
        });
        bench.Thread("user", 4, _ =>
        {
            BufferHandle buffer = pool.TryRent().Buffer;
            bench.Log.Add("rented");
            pool.Return(buffer);
            bench.Log.Add("returned");
            bench.Processor.Interrupt(() =>
            {
                pool.TryRent();
                bench.Log.Add("handler");
            });
            bench.Log.Add("end");
        });
        bench.Run();
        Assert.Equal(new[] { "begun", "rented", "over", "returned", "handler", "begun", "end" }, bench.Log);
    }

    [Fact]
    public void PressureEndsWhenABufferIsQuarantined()
    {
        using KernelBench bench =
            KernelBench.WithNonBlocking(3, new PoolRules { HighWatermark = 2, LowWatermark = 1 }, out NonBlockingPool pool);
        pool.TryRent();
        BufferHandle damaged = pool.TryRent().Buffer;
        Assert.True(pool.TakeSnapshot().IsUnderPressure);
        Damage.Before(pool, damaged);
        Assert.Equal(ReturnError.Underrun, pool.Return(damaged));
        Assert.False(pool.TakeSnapshot().IsUnderPressure);
        pool.TryRent();
        Assert.Equal(2UL, pool.TakeSnapshot().PressureBegun);
    }

    [Fact]
    public void AHandOverDoesNotEndThePressure()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool, new PoolRules { HighWatermark = 1 });
        BufferHandle held = pool.TryRent().Buffer;
        bool during = false;
        bench.Thread("waiter", 5, context =>
        {
            RentResult rented = pool.Rent(context);
            during = pool.TakeSnapshot().IsUnderPressure;
            pool.Return(rented.Buffer);
        });
        bench.Thread("holder", 4, _ => pool.Return(held));
        bench.Run();
        Assert.True(during);
        Assert.False(pool.TakeSnapshot().IsUnderPressure);
        Assert.Equal(1UL, pool.TakeSnapshot().PressureBegun);
        Assert.Equal(0, pool.TakeSnapshot().Waiting);
    }

    [Theory]
    [InlineData(1, "XXXXXX")]
    [InlineData(2, ".X.X.X")]
    [InlineData(3, "..X..X")]
    [InlineData(7, "......")]
    [InlineData(int.MaxValue, "......")]
    public void EveryKthRentalFails(int k, string expected)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        Assert.True(pool.InjectFailures(k));
        Assert.Equal(k, pool.FailEvery);
        string seen = "";
        for (int i = 0; i < expected.Length; i++)
        {
            RentResult rented = pool.TryRent();
            seen += rented.Succeeded ? '.' : rented.Error == RentError.Injected ? 'X' : '?';
            Assert.Equal(rented.Succeeded ? ReturnError.None : ReturnError.NoHandle, pool.Return(rented.Buffer));
        }

        Assert.Equal(expected, seen);
        Assert.Equal((ulong)expected.Count(letter => letter == 'X'), pool.TakeSnapshot().RefusedInjected);
        Assert.Equal(1, pool.Free);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void ANegativeRateIsRefusedAndChangesNothing()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, out NonBlockingPool pool);
        Assert.True(pool.InjectFailures(2));
        Assert.True(pool.TryRent().Succeeded);
        Assert.False(pool.InjectFailures(-1));
        Assert.False(pool.InjectFailures(int.MinValue));
        Assert.Equal(2, pool.FailEvery);
        Assert.Equal(RentError.Injected, pool.TryRent().Error);
    }

    [Fact]
    public void InjectionEndsWithZeroAndCountsAnewEachTime()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(8, out NonBlockingPool pool);
        Assert.Equal(0, pool.FailEvery);
        pool.InjectFailures(2);
        Assert.True(pool.TryRent().Succeeded);
        pool.InjectFailures(2);
        Assert.True(pool.TryRent().Succeeded);
        Assert.Equal(RentError.Injected, pool.TryRent().Error);
        pool.InjectFailures(0);
        for (int i = 0; i < 6; i++)
        {
            Assert.True(pool.TryRent().Succeeded);
        }

        Assert.Equal(8, pool.TakeSnapshot().HighWater);
    }

    [Fact]
    public void OnlyRentalsThatWouldHaveSucceededAreCounted()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(3, new PoolRules { Reserve = 1, Cap = 1 }, out NonBlockingPool pool);
        pool.InjectFailures(2);
        BufferHandle first = pool.TryRent().Buffer;
        Assert.Equal(RentError.OverCap, pool.TryRent().Error);
        pool.Return(first);
        Assert.Equal(RentError.Injected, pool.TryRent().Error);
        Assert.True(pool.TryRent().Succeeded);
        bench.Thread("t", 5, _ =>
        {
            pool.InjectFailures(0);
            Assert.True(pool.TryRent().Succeeded);
            pool.InjectFailures(1);
            bench.Processor.Interrupt(() => Assert.Equal(RentError.Reserved, pool.TryRent().Error));
            Assert.Equal(RentError.OverCap, pool.TryRent().Error);
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
        Assert.Equal(1UL, pool.TakeSnapshot().RefusedInjected);
    }

    [Fact]
    public void ABlockingRentalFailsByInjectionTooAndDoesNotWaitForIt()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        var errors = new List<RentError>();
        bench.Thread("t", 5, context =>
        {
            pool.InjectFailures(1);
            errors.Add(pool.Rent(context).Error);
            errors.Add(pool.TryRent(context, KernelBench.Tick).Error);
            errors.Add(pool.TryRent().Error);
            pool.InjectFailures(0);
            Assert.True(pool.Rent(context).Succeeded);
            pool.InjectFailures(1);
            errors.Add(pool.Rent(context).Error);
            errors.Add(pool.TryRent(context, KernelBench.Tick).Error);
            errors.Add(pool.TryRent(context, 0).Error);
        });
        bench.Run();
        Assert.Equal(
            new[] { RentError.Injected, RentError.Injected, RentError.Injected, RentError.Injected, RentError.Injected, RentError.Empty },
            errors);
        Assert.Equal(0UL, pool.TakeSnapshot().Waits);
        Assert.Equal(5UL, pool.TakeSnapshot().RefusedInjected);
    }

    [Fact]
    public void WhoMayNotWaitIsRefusedEvenIfThereIsABuffer()
    {
        using KernelBench bench = KernelBench.WithBlocking(2, out BlockingPool pool);
        KernelThread other = bench.Thread("other", 4, _ => { });
        var errors = new List<RentError> { pool.Rent(default).Error, pool.TryRent(ForgedToken.Of(other), 0).Error };
        bench.Thread("t", 5, context =>
        {
            errors.Add(pool.Rent(default).Error);
            errors.Add(pool.Rent(ForgedToken.Of(other)).Error);
            errors.Add(pool.TryRent(ForgedToken.Of(other), KernelBench.Tick).Error);
            nuint state = bench.Processor.MaskInterrupts();
            errors.Add(pool.Rent(context).Error);
            errors.Add(pool.TryRent(context, 0).Error);
            bench.Processor.RestoreInterrupts(state);
            KernelThread self = bench.Scheduler.Current;
            bench.Processor.Interrupt(() => errors.Add(pool.Rent(ForgedToken.Of(self)).Error));
            bench.Processor.Interrupt(() => errors.Add(pool.TryRent(default, 0).Error));
        });
        Action rest = bench.Processor.Resting!;
        bench.Processor.Resting = () =>
        {
            errors.Add(pool.Rent(ForgedToken.Of(bench.Scheduler.GetThread(0))).Error);
            rest();
        };
        bench.Run();
        Assert.Equal(10, errors.Count);
        Assert.All(errors, error => Assert.Equal(RentError.NotAllowedHere, error));
        PoolSnapshot snapshot = pool.TakeSnapshot();
        Assert.Equal(10UL, snapshot.RefusedNotAllowed);
        Assert.Equal(10UL, snapshot.Failures);
        Assert.Equal(2, snapshot.Free);
        Assert.Equal(0UL, snapshot.Rents);
    }

    [Fact]
    public void WhoMayNotWaitMayStillAskWithoutWaiting()
    {
        using KernelBench bench = KernelBench.WithBlocking(3, out BlockingPool pool);
        Assert.True(pool.TryRent().Succeeded);
        bench.Thread("t", 5, _ =>
        {
            bench.Processor.Interrupt(() => Assert.True(pool.TryRent().Succeeded));
            nuint state = bench.Processor.MaskInterrupts();
            Assert.True(pool.TryRent().Succeeded);
            bench.Processor.RestoreInterrupts(state);
        });
        bench.Run();
        Assert.Equal(0, pool.Free);
    }

    [Fact]
    public void TheMaskIsLiftedAfterEveryRefusal()
    {
        using KernelBench bench = KernelBench.WithBlocking(2, out BlockingPool pool, new PoolRules { Cap = 1, HighWatermark = 1 });
        bench.Thread("t", 5, context =>
        {
            Unmasked(RentError.None, pool.Rent(context));
            Unmasked(RentError.OverCap, pool.Rent(context));
            Unmasked(RentError.OverCap, pool.TryRent());
            Unmasked(RentError.NotAllowedHere, pool.Rent(default));
            pool.InjectFailures(1);
            Assert.False(bench.Processor.InterruptsMasked);
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);

        void Unmasked(RentError expected, RentResult result)
        {
            Assert.Equal(expected, result.Error);
            Assert.False(bench.Processor.InterruptsMasked);
        }
    }
}
