using System.Collections.Generic;
using System.Linq;
using Reservoir.Memory;
using Reservoir.Pools;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>Rentals that fail on purpose: every k-th, and nothing else changes.</summary>
public sealed class FaultInjectionTests
{
    [Theory]
    [InlineData(1, "XXXXXX")]
    [InlineData(2, ".X.X.X")]
    [InlineData(3, "..X..X")]
    [InlineData(7, "......")]
    [InlineData(int.MaxValue, "......")]
    public void EveryKthRentalFails(int k, string expected)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        Assert.True(pool.InjectFailures(k));
        Assert.Equal(k, pool.FailEvery);
        string seen = "";
        for (int i = 0; i < expected.Length; i++)
        {
            RentResult rented = pool.TryRent();
            seen += rented.Succeeded ? '.' : rented.Error == RentError.Injected ? 'X' : '?';
            Assert.Equal(rented.Succeeded ? ReturnError.None : ReturnError.NoHandle, pool.Return(rented.Buffer));
        }

        Assert.Equal(expected, seen);
        Assert.Equal((ulong)expected.Count(letter => letter == 'X'), pool.TakeSnapshot().RefusedInjected);
        Assert.Equal(1, pool.Free);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void ANegativeRateIsRefusedAndChangesNothing()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, out NonBlockingPool pool);
        Assert.True(pool.InjectFailures(2));
        Assert.True(pool.TryRent().Succeeded);
        Assert.False(pool.InjectFailures(-1));
        Assert.False(pool.InjectFailures(int.MinValue));
        Assert.Equal(2, pool.FailEvery);
        Assert.Equal(RentError.Injected, pool.TryRent().Error);
    }

    [Fact]
    public void InjectionEndsWithZeroAndCountsAnewEachTime()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(8, out NonBlockingPool pool);
        Assert.Equal(0, pool.FailEvery);
        pool.InjectFailures(2);
        Assert.True(pool.TryRent().Succeeded);
        pool.InjectFailures(2);
        Assert.True(pool.TryRent().Succeeded);
        Assert.Equal(RentError.Injected, pool.TryRent().Error);
        pool.InjectFailures(0);
        for (int i = 0; i < 6; i++)
        {
            Assert.True(pool.TryRent().Succeeded);
        }

        Assert.Equal(8, pool.TakeSnapshot().HighWater);
    }

    [Fact]
    public void OnlyRentalsThatWouldHaveSucceededAreCounted()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(3, new PoolRules { Reserve = 1, Cap = 1 }, out NonBlockingPool pool);
        pool.InjectFailures(2);
        BufferHandle first = pool.TryRent().Buffer;
        Assert.Equal(RentError.OverCap, pool.TryRent().Error);
        pool.Return(first);
        Assert.Equal(RentError.Injected, pool.TryRent().Error);
        Assert.True(pool.TryRent().Succeeded);
        bench.Thread("t", 5, _ =>
        {
            pool.InjectFailures(0);
            Assert.True(pool.TryRent().Succeeded);
            pool.InjectFailures(1);
            bench.Processor.Interrupt(() => Assert.Equal(RentError.Reserved, pool.TryRent().Error));
            Assert.Equal(RentError.OverCap, pool.TryRent().Error);
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(new[] { "done" }, bench.Log);
        Assert.Equal(1UL, pool.TakeSnapshot().RefusedInjected);
    }

    [Fact]
    public void ABlockingRentalFailsByInjectionTooAndDoesNotWaitForIt()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        var errors = new List<RentError>();
        bench.Thread("t", 5, context =>
        {
            pool.InjectFailures(1);
            errors.Add(pool.Rent(context).Error);
            errors.Add(pool.TryRent(context, KernelBench.Tick).Error);
            errors.Add(pool.TryRent().Error);
            pool.InjectFailures(0);
            Assert.True(pool.Rent(context).Succeeded);
            pool.InjectFailures(1);
            errors.Add(pool.Rent(context).Error);
            errors.Add(pool.TryRent(context, KernelBench.Tick).Error);
            errors.Add(pool.TryRent(context, 0).Error);
        });
        bench.Run();
        Assert.Equal(
            new[] { RentError.Injected, RentError.Injected, RentError.Injected, RentError.Injected, RentError.Injected, RentError.Empty },
            errors);
        Assert.Equal(0UL, pool.TakeSnapshot().Waits);
        Assert.Equal(5UL, pool.TakeSnapshot().RefusedInjected);
    }
}
