using System.Collections.Generic;
using Reservoir.Pools;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What a pool's numbers promise.</summary>
public sealed class PoolSnapshotTests
{
    [Fact]
    public void ANewPoolIsAllFree()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(7, out NonBlockingPool pool);
        PoolSnapshot snapshot = pool.TakeSnapshot();
        Assert.Equal(7, snapshot.Count);
        Assert.Equal(7, snapshot.Free);
        Assert.Equal(7, pool.Free);
        Assert.Equal(7, pool.Count);
        Assert.Equal(KernelBench.BufferSize, pool.BufferSize);
        Assert.Equal("pool", pool.Name);
        Assert.Equal(0, snapshot.InUse + snapshot.Quarantined + snapshot.HighWater + snapshot.Waiting);
        Assert.Equal(0UL, snapshot.Rents + snapshot.Failures + snapshot.RefusedReturns + snapshot.Waits);
    }

    [Fact]
    public void InUseFreeAndQuarantinedAlwaysMakeTheCount()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(6, out NonBlockingPool pool);
        var rented = new List<BufferHandle>();
        for (int i = 0; i < 6; i++)
        {
            rented.Add(pool.TryRent().Buffer);
            AddsUp(pool);
        }

        Damage.Behind(pool, rented[2]);
        foreach (BufferHandle buffer in rented)
        {
            pool.Return(buffer);
            AddsUp(pool);
        }

        Assert.Equal(5, pool.Free);
    }

    [Fact]
    public void TheHighWaterMarkStaysWhereItWas()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(5, out NonBlockingPool pool);
        BufferHandle a = pool.TryRent().Buffer;
        BufferHandle b = pool.TryRent().Buffer;
        BufferHandle c = pool.TryRent().Buffer;
        pool.Return(a);
        pool.Return(b);
        pool.Return(c);
        pool.Return(pool.TryRent().Buffer);
        Assert.Equal(3, pool.TakeSnapshot().HighWater);
        Assert.Equal(4UL, pool.TakeSnapshot().Rents);
    }

    [Fact]
    public void ARefusedRentIsCountedOnceAndNotAsARent()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        pool.TryRent();
        pool.TryRent();
        pool.TryRent();
        PoolSnapshot snapshot = pool.TakeSnapshot();
        Assert.Equal(2UL, snapshot.Failures);
        Assert.Equal(1UL, snapshot.Rents);
    }

    [Fact]
    public void TheMaskIsLiftedAfterEveryCallWhateverItsEnd()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle good = pool.TryRent().Buffer;
        BufferHandle damaged = pool.TryRent().Buffer;
        Lifted();
        pool.TryRent();
        Lifted();
        pool.Return(default);
        Lifted();
        Damage.Behind(pool, damaged);
        pool.Return(damaged);
        Lifted();
        pool.Return(good);
        Lifted();
        pool.TakeSnapshot();
        Lifted();
        pool.Audit();
        Lifted();

        void Lifted() => Assert.False(bench.Processor.InterruptsMasked);
    }

    private static void AddsUp(BufferPool pool)
    {
        PoolSnapshot snapshot = pool.TakeSnapshot();
        Assert.Equal(snapshot.Count, snapshot.InUse + snapshot.Free + snapshot.Quarantined);
    }
}
