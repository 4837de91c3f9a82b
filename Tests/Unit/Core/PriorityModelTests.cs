using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>Random use of pools and mutexes, against a model that computes each thread's priority anew.</summary>
public sealed class PriorityModelTests
{
    private const ulong Tick = KernelBench.Tick;

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
        using KernelBench bench = KernelBench.WithTwoBlocking(out BlockingPool first, out BlockingPool second);
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
}
