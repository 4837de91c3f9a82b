using System.Collections.Generic;
using System.Linq;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>The buffers of a thread that ended come back, each exactly once, to the pool or to a waiter.</summary>
public sealed class ReclaimTests
{
    [Theory]
    [InlineData(ThreadEnd.Returned)]
    [InlineData(ThreadEnd.Faulted)]
    [InlineData(ThreadEnd.Killed)]
    public void BuffersOfAllPoolsComeBack(ThreadEnd end)
    {
        using KernelBench bench = KernelBench.WithBothKinds(out NonBlockingPool first, out BlockingPool second);
        bench.Supervise();
        KernelThread thread = bench.Thread("t", 5, context =>
        {
            first.TryRent();
            first.TryRent();
            second.Rent(context);
            Assert.Equal(3, bench.Pools.CountBuffersOf(bench.Scheduler.Current));
            bench.End(end);
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
}
