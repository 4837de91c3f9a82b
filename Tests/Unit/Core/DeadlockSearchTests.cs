using System;
using System.Linq;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>Threads that wait for each other are found from the records of pools and mutexes, and nobody else is.</summary>
public sealed class DeadlockSearchTests
{
    private const ulong Tick = KernelBench.Tick;
    private const int Priority = 5;
    private const int Looker = 20;

    [Fact]
    public void TwoThreadsThatHoldAndWaitAcrossTwoPoolsAreACircle()
    {
        using KernelBench bench = WithCircle(out _, out _);
        DeadlockSearch search = LookAfterwards(bench, out bool found);
        Assert.True(found);
        Assert.Equal(["a", "b"], Circle(search).Order());
        Assert.Equal("second", search.ResourceOf(bench.Scheduler.FindThread("a"u8)!).Name);
    }

    [Fact]
    public void APoolAndAMutexAreACircle()
    {
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool pool, out _);
        var mutex = new Mutex(bench.Scheduler, "gate");
        bench.Thread("owner", Priority, context =>
        {
            mutex.Lock(context);
            bench.Scheduler.Sleep(context, 2 * Tick);
            pool.Rent(context);
        });
        HoldAndThen(bench, "renter", pool, context => mutex.Lock(context));
        DeadlockSearch search = LookAfterwards(bench, out bool found);
        Assert.True(found);
        Assert.Equal(["owner", "renter"], Circle(search).Order());
        Assert.Same(mutex, search.ResourceOf(bench.Scheduler.FindThread("renter"u8)!));
        Assert.Same(pool, search.ResourceOf(bench.Scheduler.FindThread("owner"u8)!));
    }

    [Fact]
    public void AThreadThatWaitsForABufferOfAPoolOfWhichItHasAllIsACircleOfOne()
    {
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool pool, out _);
        HoldAndWait(bench, "greedy", pool, pool);
        DeadlockSearch search = LookAfterwards(bench, out bool found);
        Assert.True(found);
        Assert.Equal(["greedy"], Circle(search));
    }

    [Fact]
    public void BuffersInAQueueAreInTheHandsOfTheThreadThatEmptiesIt()
    {
        using KernelBench bench = KernelBench.WithBlocking(3, out BlockingPool pool);
        var queue = new FrameQueue(bench.Scheduler, pool, 4, "work");
        bench.Thread("consumer", Priority, context =>
        {
            queue.Wait(context, Tick);
            bench.Scheduler.Sleep(context, 3 * Tick);
            Assert.True(queue.TryDequeue(out _));
            pool.Rent(context);
        });
        bench.Thread("producer", Priority + 1, context =>
        {
            bench.Scheduler.Sleep(context, 2 * Tick);
            for (int i = 0; i < 3; i++)
            {
                Assert.True(queue.TryEnqueue(new ReceivedFrame(pool.TryRent().Buffer, 1)));
            }
        });
        DeadlockSearch search = LookAfterwards(bench, out bool found);
        Assert.True(found);
        Assert.Equal(["consumer"], Circle(search));
    }

    [Fact]
    public void WhoWaitsForACircleIsStuckButNotInIt()
    {
        using KernelBench bench = WithCircle(out BlockingPool first, out _);
        KernelThread bystander = bench.Thread("bystander", Priority, context =>
        {
            bench.Scheduler.Sleep(context, 4 * Tick);
            first.Rent(context);
        });
        DeadlockSearch search = LookAfterwards(bench, out bool found);
        Assert.True(found);
        Assert.True(search.IsStuck(bystander));
        Assert.DoesNotContain("bystander", Circle(search));
    }

    [Fact]
    public void AfterTheVictimsWaitIsCalledOffTheOthersGoOn()
    {
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool first, out BlockingPool second);
        var search = new DeadlockSearch(bench.Scheduler);
        bench.Thread("important", Priority + 1, context => bench.Log.Add($"important {HoldAndRent(bench, context, first, second).Error}"));
        bench.Thread("victim", Priority, context => bench.Log.Add($"victim {HoldAndRent(bench, context, second, first).Error}"));
        bench.Thread("looker", Looker, context =>
        {
            bench.Scheduler.Sleep(context, 10 * Tick);
            Assert.True(search.Look());
            Assert.Equal("victim", search.Victim!.Name);
            Assert.True(search.TryBreak());
            Assert.False(search.TryBreak());
        });
        bench.Run();
        Assert.Equal(["important None", "victim Cancelled"], bench.Log);
        Assert.False(search.Look());
        Assert.Null(search.Victim);
        Assert.False(search.TryBreak());
        Assert.Equal(2, first.Free + second.Free);
    }

    [Fact]
    public void AWaiterWhoseHolderRunsIsNotStuck()
    {
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool pool, out _);
        bool over = false;
        bench.Thread("holder", Priority, context =>
        {
            BufferHandle buffer = pool.Rent(context).Buffer;
            while (!over)
            {
                bench.TickTimer();
            }

            pool.Return(buffer);
        });
        bench.Thread("waiter", Priority + 1, context =>
        {
            bench.Scheduler.Sleep(context, 2 * Tick);
            pool.Rent(context);
        });
        DeadlockSearch search = LookAfterwards(bench, out bool found, () => over = true);
        Assert.False(found);
        Assert.Equal(0, search.CircleLength);
    }

    [Fact]
    public void ALongChainWhoseEndIsSlowIsNotStuck()
    {
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool first, out BlockingPool second);
        HoldAndWait(bench, "a", first, second);
        HoldAndThen(bench, "slow", second, context => bench.Scheduler.Sleep(context, 1000 * Tick));
        bench.Thread("c", Priority, context =>
        {
            bench.Scheduler.Sleep(context, 3 * Tick);
            first.Rent(context);
        });
        LookAfterwards(bench, out bool found);
        Assert.False(found);
    }

    [Fact]
    public void AWaitWithATimeLimitEndsAndIsNoPartOfACircle()
    {
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool first, out BlockingPool second);
        HoldAndWait(bench, "a", first, second);
        HoldAndThen(bench, "b", second, context => first.TryRent(context, 1000 * Tick));
        LookAfterwards(bench, out bool found);
        Assert.False(found);
    }

    [Fact]
    public void OneBufferOfAnotherThreadIsEnoughToHope()
    {
        using KernelBench bench = KernelBench.WithBlocking(2, out BlockingPool pool);
        HoldAndThen(bench, "greedy", pool, context => pool.Rent(context));
        HoldAndThen(bench, "sleeper", pool, context => bench.Scheduler.Sleep(context, 1000 * Tick));
        LookAfterwards(bench, out bool found);
        Assert.False(found);
    }

    [Fact]
    public void ABufferThatADeviceHasIsEnoughToHopeUnlessItsRingKeepsItForGood()
    {
        using KernelBench bench = KernelBench.WithBlocking(2, out BlockingPool pool);
        var ring = new Ring(pool);
        BufferHandle posted = default;
        bench.Thread("greedy", Priority, context =>
        {
            pool.Rent(context);
            posted = pool.TryRent().Buffer;
            pool.Disown(posted);
            pool.Post(posted);
            pool.Rent(context);
        });
        var search = new DeadlockSearch(bench.Scheduler);
        bench.Thread("looker", Looker, context =>
        {
            bench.Scheduler.Sleep(context, 5 * Tick);
            Assert.False(search.Look());
            ring.Has = 1;
            Assert.True(search.Look());
            ring.Has = 0;
            Assert.False(search.Look());
            bench.Log.Add("looked");
        });
        bench.Run();
        Assert.Equal(["looked"], bench.Log);
    }

    [Fact]
    public void ABufferThatAnInterruptHandlerHasIsEnoughToHope()
    {
        using KernelBench bench = KernelBench.WithBlocking(2, out BlockingPool pool);
        bench.Thread("greedy", Priority, context =>
        {
            pool.Rent(context);
            bench.Processor.Interrupt(() => Assert.True(pool.TryRent().Succeeded));
            pool.Rent(context);
        });
        LookAfterwards(bench, out bool found);
        Assert.False(found);
    }

    [Fact]
    public void AQueueWhoseConsumerSleepsIsEnoughToHope()
    {
        using KernelBench bench = KernelBench.WithBlocking(2, out BlockingPool pool);
        var queue = new FrameQueue(bench.Scheduler, pool, 4, "work");
        bench.Thread("consumer", Priority, context =>
        {
            queue.Wait(context, Tick);
            bench.Scheduler.Sleep(context, 1000 * Tick);
        });
        bench.Thread("producer", Priority, context =>
        {
            bench.Scheduler.Sleep(context, 2 * Tick);
            queue.TryEnqueue(new ReceivedFrame(pool.TryRent().Buffer, 1));
            pool.Rent(context);
            pool.Rent(context);
        });
        LookAfterwards(bench, out bool found);
        Assert.False(found);
    }

    [Fact]
    public void WaitingForASemaphoreIsNoDeadlock()
    {
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool pool, out _);
        var semaphore = new Semaphore(bench.Scheduler, "never", 0, 1);
        HoldAndThen(bench, "holder", pool, context => semaphore.Wait(context));
        bench.Thread("waiter", Priority, context =>
        {
            bench.Scheduler.Sleep(context, 2 * Tick);
            pool.Rent(context);
        });
        LookAfterwards(bench, out bool found);
        Assert.False(found);
    }

    [Fact]
    public void NobodyIsStuckInAKernelThatDoesNothing()
    {
        using KernelBench bench = KernelBench.WithTwoBlocking(out _, out _);
        LookAfterwards(bench, out bool found);
        Assert.False(found);
    }

    [Fact]
    public void TheWatchdogTellsOnceWhoHoldsWhatAndWhoWaitsForWhom()
    {
        using KernelBench bench = WithCircle(out _, out _);
        var said = new TextCapture();
        var watchdog = new Watchdog(bench.Scheduler, said);
        bench.Thread("looker", Looker, context =>
        {
            Assert.False(watchdog.Look(context));
            bench.Scheduler.Sleep(context, 10 * Tick);
            Assert.True(watchdog.Look(context));
            Assert.True(watchdog.Look(context));
            Assert.True(watchdog.Found.IsSet);
            bench.Log.Add("looked");
        });
        bench.Run();
        Assert.Equal(["looked"], bench.Log);
        Assert.Equal(1u, watchdog.Deadlocks);
        Assert.Equal(
            [
                "watchdog: DEADLOCK, seen 10 ms after boot. These threads can't go on:",
                "  a waits for a buffer of pool second",
                "  b waits for a buffer of pool first",
                "  pool second: 1 buffers, 0 free, 0 quarantined; of those in use",
                "       1 are held by b",
                "  pool first: 1 buffers, 0 free, 0 quarantined; of those in use",
                "       1 are held by a",
                "  circle: a waits for second, which b has; b waits for first, which a has",
            ],
            said.Lines);
    }

    [Fact]
    public void TheWatchdogEndsADeadlockOnRequestAndNothingElse()
    {
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool first, out BlockingPool second);
        var watchdog = new Watchdog(bench.Scheduler, new TextCapture());
        bench.Thread("a", Priority, context => HoldAndRent(bench, context, first, second));
        bench.Thread("b", Priority + 1, context => HoldAndRent(bench, context, second, first));
        bench.Thread("looker", Looker, context =>
        {
            Assert.False(watchdog.TryBreak(context, out KernelThread? nobody));
            Assert.Null(nobody);
            bench.Scheduler.Sleep(context, 10 * Tick);
            Assert.True(watchdog.TryBreak(context, out KernelThread? victim));
            Assert.Equal("a", victim!.Name);
            bench.Scheduler.Sleep(context, 2 * Tick);
            Assert.False(watchdog.TryBreak(context, out _));
            Assert.False(watchdog.Found.IsSet);
            bench.Log.Add("looked");
        });
        bench.Run();
        Assert.Equal(["looked"], bench.Log);
        Assert.Equal(1u, watchdog.Broken);
        Assert.Equal(2, first.Free + second.Free);
    }

    [Fact]
    public void TheWatchdogLooksByItself()
    {
        using KernelBench bench = WithCircle(out _, out _);
        var watchdog = new Watchdog(bench.Scheduler, new TextCapture());
        bench.Thread("watchdog", Looker, watchdog.Run);
        bench.Run(restingTicks: 1000);
        Assert.Equal(1u, watchdog.Deadlocks);
        Assert.InRange(watchdog.Looks, 3u, 4u);
    }

    private static string[] Circle(DeadlockSearch search) =>
        [.. Enumerable.Range(0, search.CircleLength).Select(i => search.GetCircle(i).Name)];

    /// <summary>A thread that takes a buffer of one pool and then, when others have done so too, waits for one of another.</summary>
    private static void HoldAndWait(KernelBench bench, string name, BlockingPool has, BlockingPool wants) =>
        bench.Thread(name, Priority, context => HoldAndRent(bench, context, has, wants));

    private static RentResult HoldAndRent(KernelBench bench, ThreadContext context, BlockingPool has, BlockingPool wants)
    {
        BufferHandle buffer = has.Rent(context).Buffer;
        bench.Scheduler.Sleep(context, 2 * Tick);
        RentResult second = wants.Rent(context);
        if (second.Succeeded)
        {
            wants.Return(second.Buffer);
        }

        has.Return(buffer);
        return second;
    }

    /// <summary>A thread that takes a buffer and then, when others have done so too, does something else, with the buffer in its
    /// hands.</summary>
    private static void HoldAndThen(KernelBench bench, string name, BlockingPool has, ThreadScript then) =>
        bench.Thread(name, Priority, context =>
    {
        has.Rent(context);
        bench.Scheduler.Sleep(context, 2 * Tick);
        then(context);
    });

    /// <summary>Runs the threads, and looks when all have come to where they wait.</summary>
    private static DeadlockSearch LookAfterwards(KernelBench bench, out bool found, Action? afterwards = null)
    {
        var search = new DeadlockSearch(bench.Scheduler);
        bool? result = null;
        bench.Thread("looker", Looker, context =>
        {
            bench.Scheduler.Sleep(context, 10 * Tick);
            result = search.Look();
            afterwards?.Invoke();
        });
        bench.Run();
        Assert.NotNull(result);
        found = result.Value;
        return search;
    }

    /// <summary>Two threads, a and b, each with what the other wants.</summary>
    private static KernelBench WithCircle(out BlockingPool first, out BlockingPool second)
    {
        KernelBench bench = KernelBench.WithTwoBlocking(out first, out second);
        HoldAndWait(bench, "a", first, second);
        HoldAndWait(bench, "b", second, first);
        return bench;
    }

    /// <summary>A device's ring.</summary>
    private sealed class Ring(BufferPool pool) : BufferHolder("ring", pool)
    {
        public int Has { get; set; }

        public override int Count => Has;

        public override bool IsForGood => true;
    }
}
