using System.Collections.Generic;
using System.Linq;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>A thread that holds what a more important thread waits for runs at that thread's priority. When it goes back is in
/// <see cref="PriorityFallTests"/>, its place among its equals in <see cref="PriorityOrderTests"/>, random use in
/// <see cref="PriorityModelTests"/>.</summary>
public sealed class PriorityInheritanceTests
{
    private const ulong Tick = KernelBench.Tick;

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
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool first, out BlockingPool second);
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
}
