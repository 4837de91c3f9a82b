using System.Linq;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>The place that a thread has among its equals when its priority is raised and when it falls back.</summary>
public sealed class PriorityOrderTests
{
    private const ulong Tick = KernelBench.Tick;

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
}
