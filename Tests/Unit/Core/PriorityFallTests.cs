using System.Collections.Generic;
using System.Linq;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>A thread whose priority was raised falls back as soon as, and no further than, what others wait for allows.</summary>
public sealed class PriorityFallTests
{
    private const ulong Tick = KernelBench.Tick;

    [Theory]
    [InlineData(EndOfWait.Timeout)]
    [InlineData(EndOfWait.Cancel)]
    [InlineData(EndOfWait.CancelFromInterrupt)]
    [InlineData(EndOfWait.Death)]
    [InlineData(EndOfWait.DeathFromInterrupt)]
    public void TheWholeChainFallsBackWhenTheWaitEnds(EndOfWait end)
    {
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool first, out BlockingPool second);
        bench.Supervise();
        var mutex = new Mutex(bench.Scheduler, "m");
        KernelThread a = bench.Thread("a", 2, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, 100 * Tick);
        });
        KernelThread b = bench.Thread("b", 3, context =>
        {
            first.Rent(context);
            bench.Scheduler.Sleep(context, Tick);
            mutex.Lock(context);
        });
        KernelThread c = bench.Thread("c", 4, context =>
        {
            second.Rent(context);
            bench.Scheduler.Sleep(context, 2 * Tick);
            first.Rent(context);
        });
        KernelThread important = bench.Thread("important", 20, context =>
        {
            bench.Scheduler.Sleep(context, 3 * Tick);
            second.TryRent(context, 10 * Tick);
        });
        bench.Thread("ender", 1, context =>
        {
            bench.Scheduler.Sleep(context, 5 * Tick);
            Assert.Equal(new[] { 20, 20, 20 }, new[] { a.Priority, b.Priority, c.Priority });
            bench.EndWait(context, important, end, 10 * Tick);

            // What remains is c's wait for b's buffer, and so b's for a's mutex.
            Assert.Equal(new[] { 4, 4, 4 }, new[] { a.Priority, b.Priority, c.Priority });
            bench.Log.Add("done");
        });
        bench.Run(restingTicks: 40);
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Theory]
    [InlineData(EndOfWait.Timeout)]
    [InlineData(EndOfWait.Cancel)]
    [InlineData(EndOfWait.CancelFromInterrupt)]
    [InlineData(EndOfWait.Death)]
    [InlineData(EndOfWait.DeathFromInterrupt)]
    public void WhenOneWaiterGoesTheHolderFallsToTheNext(EndOfWait end)
    {
        using var bench = new KernelBench();
        bench.Supervise();
        var mutex = new Mutex(bench.Scheduler, "m");
        KernelThread owner = bench.Thread("owner", 2, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, 100 * Tick);
        });
        bench.Thread("lesser", 7, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            mutex.Lock(context);
        });
        KernelThread important = bench.Thread("important", 20, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            mutex.Lock(context, 10 * Tick);
        });
        bench.Thread("ender", 1, context =>
        {
            bench.Scheduler.Sleep(context, 3 * Tick);
            Assert.Equal(20, owner.Priority);
            bench.EndWait(context, important, end, 10 * Tick);
            Assert.Equal(7, owner.Priority);
            bench.Log.Add("done");
        });
        bench.Run(restingTicks: 40);
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Fact]
    public void WhoHoldsTwoThingsFallsBackToWhatTheOtherOneStillNeeds()
    {
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool pool, out _);
        var mutex = new Mutex(bench.Scheduler, "m");
        bench.Thread("holder", 2, context =>
        {
            mutex.Lock(context);
            BufferHandle buffer = pool.Rent(context).Buffer;
            bench.Scheduler.Sleep(context, 5 * Tick);
            bench.Log.Add($"{bench.Scheduler.Current.Priority}");
            mutex.Unlock(context);
            bench.Log.Add($"{bench.Scheduler.Current.Priority}");
            pool.Return(buffer);
            bench.Log.Add($"{bench.Scheduler.Current.Priority}");
        });
        bench.Thread("for the pool", 7, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            pool.Rent(context);
        });
        bench.Thread("for the mutex", 12, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            mutex.Lock(context);
            mutex.Unlock(context);
        });
        bench.Run();
        Assert.Equal(new[] { "12", "7", "2" }, bench.Log);
    }

    [Fact]
    public void TheNewOwnerOfAMutexIsRaisedByWhoComesLater()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        bench.Thread("first", 8, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, 2 * Tick);
            mutex.Unlock(context);
        });
        KernelThread second = bench.Thread("second", 3, context =>
        {
            mutex.Lock(context);
            Assert.Equal(3, bench.Scheduler.Current.Priority);
            bench.Scheduler.Sleep(context, 5 * Tick);
            Assert.Equal(15, bench.Scheduler.Current.Priority);
            mutex.Unlock(context);
            Assert.Equal(3, bench.Scheduler.Current.Priority);
            bench.Log.Add("second");
        });
        bench.Thread("later", 15, context =>
        {
            bench.Scheduler.Sleep(context, 4 * Tick);
            mutex.Lock(context);
            bench.Log.Add("later");
        });
        bench.Run();
        Assert.Equal(new[] { "later", "second" }, bench.Log);
        Assert.Equal(3, second.Priority);
    }

    [Fact]
    public void TheBoostGoesWithTheBufferThatIsAdopted()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle buffer = default;
        KernelThread giver = bench.Thread("giver", 3, context =>
        {
            buffer = pool.Rent(context).Buffer;
            bench.Scheduler.Sleep(context, 50 * Tick);
        });
        bench.Thread("waiter", 9, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            pool.Rent(context);
        });
        bench.Thread("taker", 2, context =>
        {
            bench.Scheduler.Sleep(context, 2 * Tick);
            Assert.Equal(9, giver.Priority);
            Assert.Equal(2, bench.Scheduler.Current.Priority);
            Assert.Equal(ReturnError.None, pool.Adopt(buffer));
            Assert.Equal(3, giver.Priority);
            Assert.Equal(9, bench.Scheduler.Current.Priority);
            Assert.Equal(ReturnError.None, pool.Return(buffer));
            Assert.Equal(2, bench.Scheduler.Current.Priority);
            bench.Log.Add("done");
        });
        bench.Run(restingTicks: 100);
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Fact]
    public void TheBoostEndsWithTheBufferThatIsDisowned()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        bench.Thread("giver", 3, context =>
        {
            BufferHandle buffer = pool.Rent(context).Buffer;
            bench.Scheduler.Sleep(context, 5 * Tick);
            Assert.Equal(9, bench.Scheduler.Current.Priority);
            Assert.Equal(ReturnError.None, pool.Disown(buffer));
            Assert.Equal(3, bench.Scheduler.Current.Priority);
            bench.Log.Add("done");
        });
        bench.Thread("waiter", 9, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            pool.Rent(context);
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Fact]
    public void ABufferThatSomebodyElseReturnsEndsTheBoostOfTheWholeChain()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        var mutex = new Mutex(bench.Scheduler, "m");
        BufferHandle buffer = default;
        KernelThread owner = bench.Thread("owner", 2, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, 100 * Tick);
        });
        KernelThread holder = bench.Thread("holder", 3, context =>
        {
            buffer = pool.Rent(context).Buffer;
            bench.Scheduler.Sleep(context, Tick);
            mutex.Lock(context);
        });
        bench.Thread("waiter", 20, context =>
        {
            bench.Scheduler.Sleep(context, 2 * Tick);
            pool.Rent(context);
        });
        bench.Thread("returner", 4, context =>
        {
            bench.Scheduler.Sleep(context, 4 * Tick);
            Assert.Equal(20, owner.Priority);
            Assert.Equal(20, holder.Priority);
            Assert.Equal(ReturnError.None, pool.Return(buffer));
            Assert.Equal(3, holder.Priority);
            Assert.Equal(3, owner.Priority);
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Fact]
    public void AQuarantinedBufferEndsTheBoost()
    {
        using KernelBench bench = KernelBench.WithBlocking(2, out BlockingPool pool);
        pool.TryRent();
        bench.Thread("holder", 3, context =>
        {
            BufferHandle buffer = pool.Rent(context).Buffer;
            Damage.Behind(pool, buffer);
            bench.Scheduler.Sleep(context, 3 * Tick);
            Assert.Equal(9, bench.Scheduler.Current.Priority);
            Assert.Equal(ReturnError.Overrun, pool.Return(buffer));
            Assert.Equal(3, bench.Scheduler.Current.Priority);
            bench.Log.Add("done");
        });
        bench.Thread("waiter", 9, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            pool.TryRent(context, 20 * Tick);
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Fact]
    public void WhoWaitsForMoreOfWhatItHasDoesNotKeepItselfRaised()
    {
        using KernelBench bench = KernelBench.WithBlocking(2, out BlockingPool pool);
        BufferHandle ofBoot = pool.TryRent().Buffer;
        KernelThread holder = bench.Thread("holder", 3, context =>
        {
            pool.Rent(context);
            Assert.Equal(RentError.None, pool.Rent(context).Error);
            bench.Log.Add("holder");
        });
        bench.Thread("important", 20, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            Assert.Equal(RentError.TimedOut, pool.TryRent(context, 2 * Tick).Error);
            Assert.Equal(3, holder.Priority);
        });
        bench.Thread("next", 9, context =>
        {
            bench.Scheduler.Sleep(context, 5 * Tick);
            BufferHandle buffer = pool.Rent(context).Buffer;
            bench.Log.Add("next");
            pool.Return(buffer);
        });
        bench.Thread("returner", 12, context =>
        {
            bench.Scheduler.Sleep(context, 7 * Tick);
            pool.Return(ofBoot);
        });
        bench.Run();
        Assert.Equal(new[] { "next", "holder" }, bench.Log);
        Assert.Equal(3, holder.Priority);
    }

    [Fact]
    public void ThoseWhoWaitForEachOtherDoNotKeepEachOtherRaised()
    {
        using KernelBench bench = KernelBench.WithBlocking(3, out BlockingPool pool);
        BufferHandle ofBoot = pool.TryRent().Buffer;
        var holders = new List<KernelThread>();
        foreach (int priority in new[] { 3, 4 })
        {
            holders.Add(bench.Thread($"h{priority}", priority, context =>
            {
                BufferHandle first = pool.Rent(context).Buffer;
                bench.Scheduler.Sleep(context, Tick);
                BufferHandle second = pool.Rent(context).Buffer;
                bench.Log.Add($"{bench.Scheduler.Current.Name} {bench.Scheduler.Current.Priority}");
                pool.Return(first);
                pool.Return(second);
            }));
        }

        bench.Thread("important", 20, context =>
        {
            bench.Scheduler.Sleep(context, 2 * Tick);
            Assert.Equal(RentError.TimedOut, pool.TryRent(context, 2 * Tick).Error);
            Assert.Equal(new[] { 4, 4 }, holders.Select(holder => holder.Priority));
            pool.Return(ofBoot);
        });
        bench.Run();
        Assert.Equal(new[] { "h4 4", "h3 3" }, bench.Log);
        Assert.Equal(3, pool.Free);
    }

    [Fact]
    public void AWaiterThatIsRaisedItselfStillKeepsTheHolderRaised()
    {
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool pool, out _);
        var mutex = new Mutex(bench.Scheduler, "m");
        KernelThread holder = bench.Thread("holder", 2, context =>
        {
            pool.Rent(context);
            bench.Scheduler.Sleep(context, 100 * Tick);
        });
        KernelThread middle = bench.Thread("middle", 3, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, Tick);
            pool.Rent(context);
        });
        bench.Thread("important", 20, context =>
        {
            bench.Scheduler.Sleep(context, 2 * Tick);
            mutex.Lock(context);
        });
        bench.Thread("other", 20, context =>
        {
            bench.Scheduler.Sleep(context, 3 * Tick);
            pool.TryRent(context, 2 * Tick);
            Assert.Equal(20, holder.Priority);
            Assert.Equal(20, middle.Priority);
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
    }
}
