using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What lets the self-tests damage and kill on purpose and leave nothing behind: it is theirs alone (internal).</summary>
public sealed class SelfTestSupportTests
{
    [Fact]
    public void RepairedBuffersCanBeRentedAgainAndTheBooksAreRight()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(3, out NonBlockingPool pool);
        BufferHandle kept = pool.TryRent().Buffer;
        for (int i = 0; i < 2; i++)
        {
            BufferHandle damaged = pool.TryRent().Buffer;
            Damage.Behind(pool, damaged);
            Assert.Equal(ReturnError.Overrun, pool.Return(damaged));
        }

        Assert.Equal(2, pool.TakeSnapshot().Quarantined);
        Assert.Equal(RentError.Empty, pool.TryRent().Error);
        pool.RepairQuarantined();
        Assert.Equal(0, pool.TakeSnapshot().Quarantined);
        Assert.Equal(2, pool.Free);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
        RentResult first = pool.TryRent();
        RentResult second = pool.TryRent();
        Assert.True(first.Succeeded && second.Succeeded && first.Buffer.Index != second.Buffer.Index);
        Assert.Equal(RentError.Empty, pool.TryRent().Error);
        Assert.Equal(ReturnError.None, pool.Return(first.Buffer));
        Assert.Equal(ReturnError.None, pool.Return(second.Buffer));
        Assert.Equal(ReturnError.None, pool.Return(kept));
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void RepairLeavesRentedAndFreeBuffersAlone()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle rented = pool.TryRent().Buffer;
        Damage.Before(pool, rented);
        pool.RepairQuarantined();
        Assert.Equal(ReturnError.Underrun, pool.Return(rented));
        Assert.Equal(1, pool.Free);
    }

    [Fact]
    public void AThreadThatATestEndsIsCleanedUpAndStartedAgainWithoutAWordOrACount()
    {
        using KernelBench bench = KernelBench.WithBlocking(2, out BlockingPool pool);
        bench.Supervise();
        int runs = 0;
        KernelThread thread = bench.Thread("t", 5, context =>
        {
            runs++;
            pool.TryRent();
            bench.Scheduler.Sleep(context, 5 * KernelBench.Tick);
        });
        bench.Thread("test", 3, context =>
        {
            Assert.Equal(1, pool.Free);
            Assert.Equal(KillError.None, bench.Scheduler.Kill(thread, ThreadEnd.EndedByTest));
            Assert.Equal(1, pool.Free);
            Assert.Equal(1UL, pool.TakeSnapshot().Reclaimed);
        });
        bench.Run();
        Assert.Equal(2, runs);
        Assert.Equal(0, thread.Restarts);
        Assert.Equal(0UL, bench.Supervisor!.Deaths);
        Assert.Empty(bench.Messages.ToString());
    }
}
