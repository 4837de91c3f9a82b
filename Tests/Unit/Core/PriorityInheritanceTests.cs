using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>Who holds what a more important thread waits for runs at that thread's priority: as long as it is needed, and no
/// longer.</summary>
public sealed class PriorityInheritanceTests
{
    private const ulong Tick = KernelBench.Tick;

    /// <summary>The ways in which a wait can end without what was waited for.</summary>
    public enum EndOfWait
    {
        Timeout,
        Cancel,
        CancelFromInterrupt,
        Death,
        DeathFromInterrupt,
    }

    [Fact]
    public void TheHolderOfABufferIsNotKeptFromReturningItByThoseInBetween()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        KernelThread holder = bench.Thread("holder", 3, context =>
        {
            BufferHandle buffer = pool.Rent(context).Buffer;
            bench.TickTimer(2);
            Assert.Equal(9, bench.Scheduler.Current.Priority);
            Assert.Equal(3, bench.Scheduler.Current.BasePriority);
            bench.Log.Add("holder returns");
            pool.Return(buffer);
            Assert.Equal(3, bench.Scheduler.Current.Priority);
            bench.Log.Add("holder goes on");
        });
        bench.Thread("between", 6, context =>
        {
            bench.Scheduler.Sleep(context, 2 * Tick);
            bench.Log.Add("between");
        });
        bench.Thread("important", 9, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            Assert.True(pool.Rent(context).Succeeded);
            bench.Log.Add("important");
        });
        bench.Run();
        Assert.Equal(new[] { "holder returns", "important", "between", "holder goes on" }, bench.Log);
        Assert.Equal(3, holder.Priority);
    }

    [Fact]
    public void TheOwnerOfAMutexIsNotKeptFromUnlockingItByThoseInBetween()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        bench.Thread("owner", 3, context =>
        {
            mutex.Lock(context);
            bench.TickTimer(2);
            Assert.Equal(9, bench.Scheduler.Current.Priority);
            bench.Log.Add("owner unlocks");
            mutex.Unlock(context);
            Assert.Equal(3, bench.Scheduler.Current.Priority);
            bench.Log.Add("owner goes on");
        });
        bench.Thread("between", 6, context =>
        {
            bench.Scheduler.Sleep(context, 2 * Tick);
            bench.Log.Add("between");
        });
        bench.Thread("important", 9, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            mutex.Lock(context);
            bench.Log.Add("important");
        });
        bench.Run();
        Assert.Equal(new[] { "owner unlocks", "important", "between", "owner goes on" }, bench.Log);
    }

    [Fact]
    public void ALessImportantOrEqualWaiterRaisesNobody()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        KernelThread holder = bench.Thread("holder", 5, context =>
        {
            pool.Rent(context);
            bench.Scheduler.Sleep(context, 10 * Tick);
        });
        bench.Thread("equal", 5, context => pool.TryRent(context, 3 * Tick));
        bench.Thread("less", 2, context => pool.TryRent(context, 3 * Tick));
        bench.Thread("look", 1, _ =>
        {
            Assert.Equal(2, pool.TakeSnapshot().Waiting);
            Assert.Equal(5, holder.Priority);
            bench.Log.Add("looked");
        });
        bench.Run();
        Assert.Equal(new[] { "looked" }, bench.Log);
    }

    [Fact]
    public void NobodyIsRaisedForAWaitThatNobodyCanHurry()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        KernelThread signaller = bench.Thread("signaller", 3, context => bench.Scheduler.Sleep(context, 5 * Tick));
        bench.Thread("waiter", 9, context => semaphore.Wait(context, 2 * Tick));
        bench.Thread("look", 1, _ => Assert.Equal(3, signaller.Priority));
        bench.Run();
    }

    [Fact]
    public void ABufferOfAnInterruptHandlerRaisesNobody()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        bench.Thread("waiter", 9, context => Assert.True(pool.Rent(context).Succeeded));
        bench.Thread("look", 1, _ =>
        {
            for (int i = 0; i < bench.Scheduler.ThreadCount; i++)
            {
                KernelThread thread = bench.Scheduler.GetThread(i);
                Assert.Equal(thread.BasePriority, thread.Priority);
            }

            pool.Return(held);
            bench.Log.Add("looked");
        });
        bench.Run();
        Assert.Equal(new[] { "looked" }, bench.Log);
    }

    [Fact]
    public void AllHoldersOfAPoolAreRaisedAndEachFallsBackWhenItReturns()
    {
        using KernelBench bench = KernelBench.WithBlocking(3, out BlockingPool pool);
        var holders = new List<KernelThread>();
        var held = new List<BufferHandle>();
        foreach (int priority in new[] { 2, 3, 4 })
        {
            holders.Add(bench.Thread($"h{priority}", priority, context =>
            {
                held.Add(pool.Rent(context).Buffer);
                bench.Scheduler.Sleep(context, (ulong)(20 - priority) * Tick);
                Assert.Equal(9, bench.Scheduler.Current.Priority);
                pool.Return(held[4 - priority]);
                bench.Log.Add($"{bench.Scheduler.Current.Name} {bench.Scheduler.Current.Priority}");
            }));
        }

        bench.Thread("waiter", 9, context =>
        {
            bench.Scheduler.Sleep(context, 5 * Tick);
            for (int i = 0; i < 3; i++)
            {
                pool.Rent(context);
                bench.Log.Add(string.Join(' ', holders.Select(holder => holder.Priority)));
            }
        });
        bench.Run();
        Assert.Equal(new[] { "2 3 4", "h4 4", "2 3 4", "h3 3", "2 3 4", "h2 2" }, bench.Log);
    }

    [Fact]
    public void AChainOfHoldersIsRaisedToItsEnd()
    {
        using KernelBench bench = WithPools(out BlockingPool first, out BlockingPool second);
        var mutex = new Mutex(bench.Scheduler, "m");
        KernelThread a = bench.Thread("a", 2, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, 10 * Tick);
            mutex.Unlock(context);
            bench.Log.Add($"a {bench.Scheduler.Current.Priority}");
        });
        KernelThread b = bench.Thread("b", 3, context =>
        {
            BufferHandle buffer = first.Rent(context).Buffer;
            bench.Scheduler.Sleep(context, Tick);
            mutex.Lock(context);
            mutex.Unlock(context);
            first.Return(buffer);
            bench.Log.Add($"b {bench.Scheduler.Current.Priority}");
        });
        KernelThread c = bench.Thread("c", 4, context =>
        {
            BufferHandle buffer = second.Rent(context).Buffer;
            bench.Scheduler.Sleep(context, 2 * Tick);
            BufferHandle other = first.Rent(context).Buffer;
            first.Return(other);
            second.Return(buffer);
            bench.Log.Add($"c {bench.Scheduler.Current.Priority}");
        });
        bench.Thread("important", 20, context =>
        {
            bench.Scheduler.Sleep(context, 3 * Tick);
            second.Rent(context);
            bench.Log.Add("important");
        });
        bench.Thread("look", 1, context =>
        {
            bench.Scheduler.Sleep(context, 5 * Tick);
            Assert.Equal(new[] { 20, 20, 20 }, new[] { a.Priority, b.Priority, c.Priority });
            bench.Log.Add("looked");
        });
        bench.Run();
        Assert.Equal(new[] { "looked", "important", "c 4", "b 3", "a 2" }, bench.Log);
    }

    [Theory]
    [InlineData(EndOfWait.Timeout)]
    [InlineData(EndOfWait.Cancel)]
    [InlineData(EndOfWait.CancelFromInterrupt)]
    [InlineData(EndOfWait.Death)]
    [InlineData(EndOfWait.DeathFromInterrupt)]
    public void TheWholeChainFallsBackWhenTheWaitEnds(EndOfWait end)
    {
        using KernelBench bench = WithPools(out BlockingPool first, out BlockingPool second);
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
            EndWait(bench, context, important, end, 10 * Tick);

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
            EndWait(bench, context, important, end, 10 * Tick);
            Assert.Equal(7, owner.Priority);
            bench.Log.Add("done");
        });
        bench.Run(restingTicks: 40);
        Assert.Equal(new[] { "done" }, bench.Log);
    }

    [Fact]
    public void WhoHoldsTwoThingsFallsBackToWhatTheOtherOneStillNeeds()
    {
        using KernelBench bench = WithPools(out BlockingPool pool, out _);
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
        using KernelBench bench = WithPools(out BlockingPool pool, out _);
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

    [Fact]
    public void ADeadHolderIsNotRaisedAndStartsAgainAtItsOwnPriority()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        bench.Supervise();
        KernelThread holder = bench.Thread("holder", 3, context =>
        {
            bench.Log.Add($"{bench.Scheduler.Current.Priority}");
            pool.Rent(context);
            bench.Scheduler.Sleep(context, 100 * Tick);
        }, restartLimit: 1);
        bench.Thread("waiter", 9, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            BufferHandle buffer = pool.Rent(context).Buffer;
            pool.Return(buffer);
        });
        bench.Thread("killer", 20, context =>
        {
            bench.Scheduler.Sleep(context, 3 * Tick);
            Assert.Equal(9, holder.Priority);
            Assert.Equal(KillError.None, bench.Scheduler.Kill(holder));
            Assert.Equal(3, holder.Priority);
        });
        bench.Run();
        Assert.Equal(new[] { "3", "3" }, bench.Log);
    }

    [Fact]
    public void WhoIsRaisedStandsBehindItsNewEquals()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        bench.Thread("owner", 3, context =>
        {
            mutex.Lock(context);
            bench.TickTimer();
            bench.Log.Add("owner");
            mutex.Unlock(context);
        });
        foreach (string name in new[] { "a", "b" })
        {
            bench.Thread(name, 9, context =>
            {
                bench.Scheduler.Sleep(context, Tick);
                bench.Log.Add(bench.Scheduler.Current.Name);
            });
        }

        bench.Thread("waiter", 9, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            bench.Log.Add("waiter waits");
            mutex.Lock(context);
            bench.Log.Add("waiter");
        });
        bench.Run();
        Assert.Equal(4, bench.Log.IndexOf("waiter"));
        Assert.Equal(3, bench.Log.IndexOf("owner"));
    }

    [Fact]
    public void WhoFallsBackWhileItRunsStandsBeforeItsEquals()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        bench.Thread("owner", 3, context =>
        {
            mutex.Lock(context);
            bench.Log.Add("locked");
            bench.TickTimer();
            mutex.Unlock(context);
            bench.Log.Add("owner");
        });
        bench.Thread("equal", 3, _ => bench.Log.Add("equal"));
        bench.Thread("waiter", 9, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            mutex.Lock(context);
            bench.Log.Add("waiter");
        });
        bench.Run();
        Assert.Equal(new[] { "locked", "waiter", "owner", "equal" }, bench.Log);
    }

    [Fact]
    public void WhoIsRaisedMovesUpWhereItWaits()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 2);
        bench.Thread("owner", 3, context =>
        {
            mutex.Lock(context);
            semaphore.Wait(context);
            bench.Log.Add("owner");
            mutex.Unlock(context);
        });
        bench.Thread("other", 6, context =>
        {
            semaphore.Wait(context);
            bench.Log.Add("other");
        });
        bench.Thread("important", 9, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            mutex.Lock(context);
            bench.Log.Add("important");
        });
        bench.Thread("signaller", 12, context =>
        {
            bench.Scheduler.Sleep(context, 3 * Tick);
            semaphore.Release();
            bench.Scheduler.Sleep(context, Tick);
            semaphore.Release();
        });
        bench.Run();
        Assert.Equal(new[] { "owner", "important", "other" }, bench.Log);
    }

    [Fact]
    public void WhoIsRaisedTakesTurnsWithItsNewEquals()
    {
        using var bench = new KernelBench();
        var mutex = new Mutex(bench.Scheduler, "m");
        bench.Thread("owner", 3, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, 3 * Tick);
            Run(bench, "owner", 2);
            mutex.Unlock(context);
            bench.Log.Add("unlocked");
        });
        bench.Thread("waiter", 9, context =>
        {
            bench.Scheduler.Sleep(context, Tick);
            mutex.Lock(context);
        });
        bench.Thread("equal", 9, context =>
        {
            bench.Scheduler.Sleep(context, 3 * Tick);
            Run(bench, "equal", 2);
        });
        bench.Run();
        Assert.Equal("unlocked", bench.Log[^1]);
        Assert.Equal(2, bench.Log.Take(2).Distinct().Count());
        Assert.Equal(2, bench.Log.Skip(2).Take(2).Distinct().Count());

        static void Run(KernelBench bench, string name, int quanta)
        {
            for (int i = 0; i < quanta; i++)
            {
                bench.Log.Add(name);
                bench.TickTimer(KernelBench.QuantumTicks);
            }
        }
    }

    [Fact]
    public void AChainOfAllThreadsThereCanBeIsRaisedAndFallsBack()
    {
        const int links = 120;
        using var bench = new KernelBench();
        bench.Supervise();
        Mutex[] mutexes = Enumerable.Range(0, links).Select(i => new Mutex(bench.Scheduler, $"m{i}")).ToArray();
        var chain = new List<KernelThread>();
        for (int i = 0; i < links; i++)
        {
            int own = i;
            chain.Add(bench.Thread($"t{i}", 3, context =>
            {
                mutexes[own].Lock(context);
                bench.Scheduler.Sleep(context, Tick);
                if (own == 0)
                {
                    bench.Scheduler.Sleep(context, 30 * Tick);
                }
                else
                {
                    mutexes[own - 1].Lock(context);
                }
            }));
        }

        KernelThread important = bench.Thread("important", 20, context =>
        {
            bench.Scheduler.Sleep(context, 3 * Tick);
            mutexes[links - 1].Lock(context);
            bench.Log.Add("never");
        });
        bench.Thread("killer", 25, context =>
        {
            bench.Scheduler.Sleep(context, 5 * Tick);
            Assert.All(chain, thread => Assert.Equal(20, thread.Priority));
            bench.Processor.Interrupt(() => bench.Scheduler.Kill(important));
            Assert.All(chain, thread => Assert.Equal(3, thread.Priority));
            bench.Log.Add("done");
        });
        bench.Run(restingTicks: 100);
        Assert.Equal(new[] { "done" }, bench.Log);
        Assert.All(chain, thread => Assert.Equal(ThreadEnd.Returned, thread.End));
        Assert.All(mutexes, mutex => Assert.Null(mutex.Owner));
    }

    /// <summary>A deadlock of two mutexes and a third thread at their door: the boost of the third ends with its wait, and the others' with
    /// theirs.</summary>
    [Fact]
    public void ACircleOfWaitersIsRaisedOnceAndFallsBack()
    {
        using var bench = new KernelBench();
        Mutex[] mutexes = [new Mutex(bench.Scheduler, "m0"), new Mutex(bench.Scheduler, "m1")];
        var results = new List<LockResult>();
        var stuck = new List<KernelThread>();
        for (int i = 0; i < 2; i++)
        {
            int own = i;
            stuck.Add(bench.Thread($"t{i}", 3 + i, context =>
            {
                mutexes[own].Lock(context);
                bench.Scheduler.Sleep(context, Tick);
                results.Add(mutexes[1 - own].Lock(context, 20 * Tick));
                mutexes[own].Unlock(context);
            }));
        }

        bench.Thread("important", 20, context =>
        {
            bench.Scheduler.Sleep(context, 3 * Tick);
            Assert.Equal(new[] { 4, 4 }, stuck.Select(thread => thread.Priority));
            results.Add(mutexes[0].Lock(context, 3 * Tick));
            Assert.Equal(new[] { 4, 4 }, stuck.Select(thread => thread.Priority));
        });
        bench.Thread("look", 1, context =>
        {
            bench.Scheduler.Sleep(context, 4 * Tick);
            Assert.Equal(new[] { 20, 20 }, stuck.Select(thread => thread.Priority));
            bench.Log.Add("looked");
        });
        bench.Run(restingTicks: 100);
        Assert.Equal(new[] { "looked" }, bench.Log);
        Assert.Equal(LockResult.TimedOut, results[0]);
        Assert.All(stuck, thread => Assert.Equal(thread.BasePriority, thread.Priority));
        Assert.All(stuck, thread => Assert.Equal(ThreadState.Ended, thread.State));
    }

    /// <summary>Random use of pools and mutexes, timeouts, cancellations and deaths. Each time a mask is lifted every thread's priority is
    /// compared with what follows from who has what and who waits for what.</summary>
    [Theory]
    [InlineData(1, false, 31)]
    [InlineData(2, false, 31)]
    [InlineData(3, false, 8)]
    [InlineData(4, false, 31)]
    [InlineData(5, true, 31)]
    [InlineData(6, true, 31)]
    [InlineData(7, true, 8)]
    [InlineData(8, true, 31)]
    public void EveryPriorityIsAlwaysWhatIsNeededAndNothingElse(int seed, bool areShared, int supervisor)
    {
        using KernelBench bench = WithPools(out BlockingPool first, out BlockingPool second);
        bench.Supervise(supervisor);
        BlockingPool[] pools = [first, second];
        Mutex[] mutexes = [new Mutex(bench.Scheduler, "m0"), new Mutex(bench.Scheduler, "m1")];
        var random = new Random(seed);
        var workers = new List<KernelThread>();
        var shared = new List<(BlockingPool Pool, BufferHandle Buffer)>();
        var everRented = new List<(BlockingPool Pool, BufferHandle Buffer)>();
        for (int i = 0; i < 7; i++)
        {
            workers.Add(
                bench.Thread($"w{i}", 3 + (2 * i), context =>
                Work(bench, pools, mutexes, context, random, areShared ? shared : new(), everRented), restartLimit: 1000));
        }

        bench.Thread("meddler", 25, context =>
        {
            for (int i = 0; i < 150; i++)
            {
                bench.Scheduler.Sleep(context, Tick);
                KernelThread victim = workers[random.Next(workers.Count)];
                _ = random.Next(6) switch
                {
                    0 => (object)bench.Scheduler.Kill(victim),
                    1 => bench.Scheduler.CancelWait(victim),
                    _ => 0,
                };
            }

            bench.Log.Add("over");
            workers.ForEach(worker => bench.Scheduler.Kill(worker));
        });
        int raised = 0;
        bench.Processor.Unmasked = () => raised += Check(bench, pools, mutexes);
        bench.Run(restingTicks: 600);
        bench.Processor.Unmasked = null;
        Assert.Equal(new[] { "over" }, bench.Log);
        Assert.True(raised > 50, $"only {raised} boosts were seen");

        // What was disowned, or given to a device, is nobody's.
        foreach ((BlockingPool pool, BufferHandle buffer) in everRented)
        {
            pool.Unpost(buffer);
            pool.Return(buffer);
        }

        Assert.All(pools, pool => Assert.Equal(pool.Count, pool.Free));
        Assert.All(pools, pool => Assert.Equal(PoolAudit.Sound, pool.Audit()));
        Assert.All(mutexes, mutex => Assert.Null(mutex.Owner));
    }

    private static void Work(
        KernelBench bench,
        BlockingPool[] pools,
        Mutex[] mutexes,
        ThreadContext context,
        Random random,
        List<(BlockingPool Pool, BufferHandle Buffer)> held,
        List<(BlockingPool Pool, BufferHandle Buffer)> everRented)
    {
        while (bench.Log.Count == 0)
        {
            BlockingPool pool = pools[random.Next(pools.Length)];
            Mutex mutex = mutexes[random.Next(mutexes.Length)];
            switch (random.Next(7))
            {
                case 0 or 1:
                    RentResult rented = pool.TryRent(context, (ulong)random.Next(6) * Tick);
                    if (rented.Succeeded)
                    {
                        held.Add((pool, rented.Buffer));
                        everRented.Add((pool, rented.Buffer));
                    }

                    break;
                case 2:
                    mutex.Lock(context, (ulong)random.Next(6) * Tick);
                    break;
                case 3:
                    mutex.Unlock(context);
                    break;
                case 4 when held.Count > 0:
                    (BlockingPool Pool, BufferHandle Buffer) chosen = held[random.Next(held.Count)];
                    held.Remove(chosen);
                    ReturnError error = random.Next(6) switch
                    {
                        0 => chosen.Pool.Adopt(chosen.Buffer),
                        1 => chosen.Pool.Disown(chosen.Buffer),
                        2 => chosen.Pool.Post(chosen.Buffer),
                        _ => chosen.Pool.Unpost(chosen.Buffer) == ReturnError.OwnerDied
                            ? ReturnError.OwnerDied : chosen.Pool.Return(chosen.Buffer),
                    };
                    if (error is ReturnError.None or ReturnError.Posted && chosen.Pool.GetBusAddress(chosen.Buffer) != 0)
                    {
                        held.Add(chosen);
                    }

                    break;
                case 5:
                    bench.TickTimer();
                    break;
                default:
                    bench.Scheduler.Sleep(context, Tick);
                    break;
            }
        }
    }

    /// <summary>Compares all priorities with what they have to be; tells how many threads were raised.</summary>
    private static int Check(KernelBench bench, BlockingPool[] pools, Mutex[] mutexes)
    {
        KernelThread[] threads =
            Enumerable.Range(0, bench.Scheduler.ThreadCount).Select(bench.Scheduler.GetThread).Where(thread =>
            thread.State != ThreadState.Ended).ToArray();
        int[] needed = threads.Select(thread => thread.BasePriority).ToArray();
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int waiter = 0; waiter < threads.Length; waiter++)
            {
                string? what = threads[waiter].WaitingFor;
                for (int holder = 0; what is not null && holder < threads.Length; holder++)
                {
                    bool holds = pools.Any(pool => pool.Name == what && pool.CountRentedBy(threads[holder].Id) != 0)
                        || (what is ['m', _] && mutexes[what[1] - '0'].Owner == threads[holder]);
                    if (holds && needed[holder] < needed[waiter])
                    {
                        needed[holder] = needed[waiter];
                        changed = true;
                    }
                }
            }
        }

        Assert.Equal(needed, threads.Select(thread => thread.Priority));
        return threads.Count(thread => thread.Priority != thread.BasePriority);
    }

    private static void EndWait(KernelBench bench, ThreadContext context, KernelThread waiter, EndOfWait end, ulong timeout)
    {
        switch (end)
        {
            case EndOfWait.Timeout:
                bench.Scheduler.Sleep(context, timeout);
                break;
            case EndOfWait.Cancel:
                Assert.True(bench.Scheduler.CancelWait(waiter));
                break;
            case EndOfWait.CancelFromInterrupt:
                bench.Processor.Interrupt(() => Assert.True(bench.Scheduler.CancelWait(waiter)));
                break;
            case EndOfWait.Death:
                Assert.Equal(KillError.None, bench.Scheduler.Kill(waiter));
                break;
            default:
                bench.Processor.Interrupt(() => Assert.Equal(KillError.None, bench.Scheduler.Kill(waiter)));
                break;
        }
    }

    private static KernelBench WithPools(out BlockingPool first, out BlockingPool second)
    {
        var bench = new KernelBench(
            PlanLine.Pool("first", "test", PoolKind.Blocking, KernelBench.BufferSize, 1),
            PlanLine.Pool("second", "test", PoolKind.Blocking, KernelBench.BufferSize, 1));
        first = bench.Blocking("first");
        second = bench.Blocking("second");
        return bench;
    }
}
