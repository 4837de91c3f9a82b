using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>A pool's reserve for threads and its cap for owners; and which callers may not wait at all.</summary>
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
