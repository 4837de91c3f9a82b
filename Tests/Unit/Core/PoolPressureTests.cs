using System;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>The watermarks of a pool: when a time of pressure begins and ends, and which thread is told.</summary>
public sealed class PoolPressureTests
{
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
}
