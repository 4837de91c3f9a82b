using System.Collections.Generic;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What a blocking pool promises to those who wait for a buffer, and to those who return one.</summary>
public sealed class BlockingPoolTests
{
    [Fact]
    public void AThreadThatFindsABufferDoesNotWait()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        RentResult rented = default;
        bench.Thread("t", 5, context => rented = pool.Rent(context));
        bench.Run();
        Assert.True(rented.Succeeded);
        Assert.Equal(0UL, pool.TakeSnapshot().Waits);
    }

    [Fact]
    public void AReturnedBufferGoesToTheWaiterWithoutBeingFree()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        RentResult rented = default;
        KernelThread waiter = bench.Thread("waiter", 5, context => rented = pool.Rent(context));
        bench.Thread("holder", 4, _ =>
        {
            Assert.Equal("pool", waiter.WaitingFor);
            Assert.Equal(1, pool.TakeSnapshot().Waiting);
            Assert.Equal(ReturnError.None, pool.Return(held));
            Assert.Equal(0, pool.Free);
        });
        bench.Run();
        Assert.True(rented.Succeeded);
        Assert.True(pool.IsRented(rented.Buffer));
        Assert.Equal(waiter.Id, pool.GetOwner(rented.Buffer.Index));
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void AMoreImportantWaiterRunsBeforeTheReturnReturns()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        bench.Thread("waiter", 5, context => Use(bench, pool, context));
        bench.Thread("holder", 4, _ =>
        {
            pool.Return(held);
            bench.Log.Add("holder");
        });
        bench.Run();
        Assert.Equal(new[] { "waiter", "holder" }, bench.Log);
    }

    [Fact]
    public void ALessImportantWaiterHasToWaitForTheReturnersEnd()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        bench.Thread("waiter", 4, context => Use(bench, pool, context));
        bench.Thread("holder", 5, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            pool.Return(held);
            bench.Log.Add("holder");
        });
        bench.Run();
        Assert.Equal(new[] { "holder", "waiter" }, bench.Log);
    }

    [Fact]
    public void ReturnAfterHandOffIsRefused()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        RentResult rented = default;
        bench.Thread("waiter", 5, context => rented = pool.Rent(context));
        ReturnError second = ReturnError.None;
        bench.Thread("holder", 4, _ =>
        {
            pool.Return(held);
            second = pool.Return(held);
        });
        bench.Run();
        Assert.Equal(ReturnError.StaleHandle, second);
        Assert.True(pool.IsRented(rented.Buffer));
        Assert.Equal(rented.Buffer.Index, held.Index);
        Assert.True(pool.GetSpan(held).IsEmpty);
    }

    [Fact]
    public void TheMostImportantWaiterIsServedFirst()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        foreach (int priority in new[] { 9, 7, 11, 8, 10 })
        {
            bench.Thread($"p{priority}", priority, context => Use(bench, pool, context));
        }

        bench.Thread("holder", 1, _ => pool.Return(held));
        bench.Run();
        Assert.Equal(new[] { "p11", "p10", "p9", "p8", "p7" }, bench.Log);
    }

    [Fact]
    public void AmongEqualsTheLongestWaitIsServedFirst()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        for (int i = 0; i < 5; i++)
        {
            bench.Thread($"t{i}", 5, context => Use(bench, pool, context));
        }

        bench.Thread("holder", 1, _ => pool.Return(held));
        bench.Run();
        Assert.Equal(new[] { "t0", "t1", "t2", "t3", "t4" }, bench.Log);
    }

    [Fact]
    public void NobodyTakesABufferThatIsOnItsWayToAWaiter()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        RentResult rented = default;
        bench.Thread("waiter", 3, context => rented = pool.Rent(context));
        bench.Thread("barger", 20, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            pool.Return(held);
            Assert.Equal(RentError.Empty, pool.TryRent().Error);
            bench.Processor.Interrupt(() => Assert.Equal(RentError.Empty, pool.TryRent().Error));
            Assert.False(rented.Succeeded);
        });
        bench.Run();
        Assert.True(rented.Succeeded);
    }

    [Fact]
    public void AnInterruptHandlersReturnWakesTheWaiter()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        bench.Thread("waiter", 9, context => Use(bench, pool, context));
        bench.Thread("other", 3, _ =>
        {
            bench.Processor.Interrupt(() =>
            {
                pool.Return(held);
                bench.Log.Add("handler goes on");
            });
            bench.Log.Add("other");
        });
        bench.Run();
        Assert.Equal(new[] { "handler goes on", "waiter", "other" }, bench.Log);
    }

    [Fact]
    public void AWaitEndsByItsTimeoutAndNotBefore()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        ulong ended = 0;
        RentResult rented = default;
        bench.Thread("waiter", 5, context =>
        {
            rented = pool.TryRent(context, 3 * KernelBench.Tick);
            ended = bench.Scheduler.Clock.Nanoseconds;
        });
        bench.Run();
        Assert.Equal(RentError.TimedOut, rented.Error);
        Assert.Equal(3 * KernelBench.Tick, ended);
        PoolSnapshot snapshot = pool.TakeSnapshot();
        Assert.Equal(0, snapshot.Waiting);
        Assert.Equal(1UL, snapshot.Timeouts);
        Assert.Equal(ReturnError.None, pool.Return(held));
        Assert.Equal(1, pool.Free);
    }

    [Fact]
    public void ABufferThatComesBackAfterTheTimeoutIsFree()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        RentError error = default;
        bench.Thread("waiter", 5, context => error = pool.TryRent(context, KernelBench.Tick).Error);
        bench.Thread("holder", 9, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick / 2);

            // Both wake at the same tick; this one runs first, with the waiter already told that its time is up.
            pool.Return(held);
            Assert.Equal(1, pool.Free);
        });
        bench.Run();
        Assert.Equal(RentError.TimedOut, error);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void ABufferThatComesBackWhileTheTimersInterruptIsHeldOffGoesToTheWaiter()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        RentResult rented = default;
        bench.Thread("waiter", 5, context => rented = pool.TryRent(context, KernelBench.Tick));
        bench.Thread("holder", 4, _ =>
        {
            nuint state = bench.Processor.MaskInterrupts();
            bench.TickTimer();
            pool.Return(held);
            bench.Processor.RestoreInterrupts(state);
        });
        bench.Run();
        Assert.True(rented.Succeeded);
        Assert.Equal(0UL, pool.TakeSnapshot().Timeouts);
        Assert.Equal(1, pool.TakeSnapshot().InUse);
    }

    [Fact]
    public void AWaitOfNoTimeDoesNotWait()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        pool.TryRent();
        RentResult rented = default;
        bench.Thread("t", 5, context => rented = pool.TryRent(context, 0));
        bench.Run();
        Assert.Equal(RentError.Empty, rented.Error);
        Assert.Equal(0UL, pool.TakeSnapshot().Waits);
        Assert.Equal(1UL, pool.TakeSnapshot().Failures);
    }

    [Fact]
    public void AWaitWithoutEndHasNoTimeout()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        pool.TryRent();
        KernelThread waiter = bench.Thread("t", 5, context => pool.Rent(context));
        bench.Run(restingTicks: 1000);
        Assert.Equal(ThreadState.Waiting, waiter.State);
    }

    [Fact]
    public void ATimeoutBeyondTheEndOfTimeIsWithoutEnd()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        pool.TryRent();
        KernelThread waiter = bench.Thread("t", 5, context =>
        {
            bench.TickTimer();
            pool.TryRent(context, Clock.Forever - 1);
        });
        bench.Run(restingTicks: 1000);
        Assert.Equal(ThreadState.Waiting, waiter.State);
        Assert.Equal(Clock.Forever, waiter.Deadline);
    }

    [Fact]
    public void ACancelledWaitGetsNoBuffer()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        RentResult rented = default;
        KernelThread waiter = bench.Thread("waiter", 5, context => rented = pool.TryRent(context, 100 * KernelBench.Tick));
        bench.Thread("holder", 4, _ =>
        {
            Assert.True(bench.Scheduler.CancelWait(waiter));
            Assert.False(bench.Scheduler.CancelWait(waiter));
            pool.Return(held);
        });
        bench.Run();
        Assert.Equal(RentError.Cancelled, rented.Error);
        Assert.Equal(1UL, pool.TakeSnapshot().Cancellations);
        Assert.Equal(1, pool.Free);
    }

    [Fact]
    public void AnInterruptHandlerCanCancelAWait()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        pool.TryRent();
        RentResult rented = default;
        KernelThread waiter = bench.Thread("waiter", 5, context => rented = pool.Rent(context));
        bench.Thread("other", 4, _ => bench.Processor.Interrupt(() => Assert.True(bench.Scheduler.CancelWait(waiter))));
        bench.Run();
        Assert.Equal(RentError.Cancelled, rented.Error);
    }

    [Fact]
    public void ACancellationAfterTheHandOffComesTooLate()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        RentResult rented = default;
        KernelThread waiter = bench.Thread("waiter", 3, context => rented = pool.Rent(context));
        bench.Thread("holder", 9, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            pool.Return(held);
            Assert.False(bench.Scheduler.CancelWait(waiter));
        });
        bench.Run();
        Assert.True(rented.Succeeded);
    }

    [Fact]
    public void AWaiterWhoseTimeIsUpAtTheHandOffKeepsTheBuffer()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        RentResult rented = default;
        bench.Thread("waiter", 3, context => rented = pool.TryRent(context, 2 * KernelBench.Tick));
        bench.Thread("holder", 9, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            pool.Return(held);
            bench.TickTimer(10);
        });
        bench.Run();
        Assert.True(rented.Succeeded);
        Assert.Equal(0UL, pool.TakeSnapshot().Timeouts);
    }

    [Fact]
    public void AWaitWithInterruptsMaskedIsRefused()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        pool.TryRent();
        RentResult rented = default;
        bench.Thread("t", 5, context =>
        {
            nuint state = bench.Processor.MaskInterrupts();
            rented = pool.Rent(context);
            Assert.True(bench.Processor.InterruptsMasked);
            bench.Processor.RestoreInterrupts(state);
        });
        bench.Run();
        Assert.Equal(RentError.NotAllowedHere, rented.Error);
        Assert.Equal(0UL, pool.TakeSnapshot().Waits);
    }

    [Fact]
    public void AWaitWithoutATokenIsRefused()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        pool.TryRent();
        RentResult beforeStart = pool.Rent(default);
        RentResult inThread = default;
        RentResult inInterrupt = default;
        bench.Thread("t", 5, _ =>
        {
            inThread = pool.Rent(default);
            bench.Processor.Interrupt(() => inInterrupt = pool.TryRent(default, 1));
        });
        bench.Run();
        Assert.Equal(RentError.NotAllowedHere, beforeStart.Error);
        Assert.Equal(RentError.NotAllowedHere, inThread.Error);
        Assert.Equal(RentError.NotAllowedHere, inInterrupt.Error);
    }

    [Fact]
    public void ARentThatWaitedAndSucceededIsNoFailure()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        bench.Thread("waiter", 5, context => Use(bench, pool, context));
        bench.Thread("holder", 4, context =>
        {
            bench.Scheduler.Sleep(context, 4 * KernelBench.Tick);
            pool.Return(held);
        });
        bench.Run();
        PoolSnapshot snapshot = pool.TakeSnapshot();
        Assert.Equal(0UL, snapshot.Failures);
        Assert.Equal(1UL, snapshot.Waits);
        Assert.Equal(2UL, snapshot.Rents);
        Assert.Equal(4 * KernelBench.Tick, snapshot.LongestWaitNanoseconds);
        Assert.Equal(1, snapshot.HighWater);
    }

    [Fact]
    public void ADamagedBufferIsNotHandedToAWaiter()
    {
        using KernelBench bench = KernelBench.WithBlocking(2, out BlockingPool pool);
        BufferHandle damaged = pool.TryRent().Buffer;
        BufferHandle good = pool.TryRent().Buffer;
        RentResult rented = default;
        KernelThread waiter = bench.Thread("waiter", 5, context => rented = pool.Rent(context));
        bench.Thread("holder", 4, _ =>
        {
            Damage.Behind(pool, damaged);
            Assert.Equal(ReturnError.Overrun, pool.Return(damaged));
            Assert.Equal(ThreadState.Waiting, waiter.State);
            Assert.Equal(ReturnError.None, pool.Return(good));
        });
        bench.Run();
        Assert.Equal(good.Index, rented.Buffer.Index);
        Assert.Equal(1, pool.TakeSnapshot().Quarantined);
    }

    [Fact]
    public void WaitersAreToldWhenTheLastBufferIsQuarantined()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle damaged = pool.TryRent().Buffer;
        var errors = new List<RentError>();
        bench.Thread("waiter 1", 5, context => errors.Add(pool.Rent(context).Error));
        bench.Thread("waiter 2", 5, context => errors.Add(pool.TryRent(context, 1000 * KernelBench.Tick).Error));
        bench.Thread("holder", 4, context =>
        {
            Damage.Before(pool, damaged);
            Assert.Equal(ReturnError.Underrun, pool.Return(damaged));
            errors.Add(pool.Rent(context).Error);
        });
        bench.Run(restingTicks: 5);
        Assert.Equal(new[] { RentError.NoneLeft, RentError.NoneLeft, RentError.NoneLeft }, errors);
        Assert.Equal(0, pool.TakeSnapshot().Waiting);
    }

    [Fact]
    public void AReturnWithInterruptsMaskedDoesNotGiveWayBeforeTheMaskIsLifted()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        bench.Thread("waiter", 9, context => Use(bench, pool, context));
        bench.Thread("holder", 4, _ =>
        {
            nuint state = bench.Processor.MaskInterrupts();
            pool.Return(held);
            bench.Log.Add("still masked");
            bench.Processor.RestoreInterrupts(state);
            bench.TickTimer();
            bench.Log.Add("holder");
        });
        bench.Run();
        Assert.Equal(new[] { "still masked", "waiter", "holder" }, bench.Log);
    }

    [Fact]
    public void SixtyWaitersAreAllServedOnceAndInOrder()
    {
        using KernelBench bench = KernelBench.WithBlocking(2, out BlockingPool pool);
        BufferHandle first = pool.TryRent().Buffer;
        BufferHandle second = pool.TryRent().Buffer;
        var expected = new List<string>();
        for (int i = 0; i < 60; i++)
        {
            int priority = 2 + (i * 7 % 30);
            bench.Thread($"w{i}", priority, context => Use(bench, pool, context));
        }

        for (int priority = 31; priority >= 2; priority--)
        {
            for (int i = 0; i < 60; i++)
            {
                if (2 + (i * 7 % 30) == priority)
                {
                    expected.Add($"w{i}");
                }
            }
        }

        bench.Thread("holder", 1, _ =>
        {
            Assert.Equal(60, pool.TakeSnapshot().Waiting);
            pool.Return(first);
            pool.Return(second);
        });
        bench.Run();
        Assert.Equal(expected, bench.Log);
        Assert.Equal(2, pool.Free);
        Assert.Equal(62UL, pool.TakeSnapshot().Rents);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void TheKindIsWhatThePlanSays()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        Assert.Equal(PoolKind.Blocking, pool.Kind);
    }

    /// <summary>Rents, logs the thread's name, and returns.</summary>
    private static void Use(KernelBench bench, BlockingPool pool, ThreadContext context)
    {
        RentResult rented = pool.Rent(context);
        Assert.True(rented.Succeeded);
        bench.Log.Add(bench.Scheduler.Current.Name);
        Assert.Equal(ReturnError.None, pool.Return(rented.Buffer));
    }
}
