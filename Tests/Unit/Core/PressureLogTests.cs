using Reservoir.Memory;
using Reservoir.Pools;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What the log of pools under pressure says, and when it says nothing.</summary>
public sealed class PressureLogTests
{
    private static readonly PoolRules s_watermarks = new() { HighWatermark = 3, LowWatermark = 1 };

    [Fact]
    public void ABeginningAndAnEndOfPressureAreReportedOnce()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, s_watermarks, out NonBlockingPool pool);
        var log = new PressureLog(bench.Pools);
        var said = new TextCapture();
        BufferHandle[] buffers = Rent(pool, 3);
        log.WriteChanges(said);
        log.WriteChanges(said);
        pool.Return(buffers[0]);
        log.WriteChanges(said);
        pool.Return(buffers[1]);
        log.WriteChanges(said);
        log.WriteChanges(said);
        Assert.Equal(
            [
                "pool pool: under pressure, 3 of 4 buffers in use, 0 requests refused so far",
                "pool pool: pressure is over, 1 of 4 buffers in use, 0 requests refused so far",
            ],
            said.Lines);
    }

    [Fact]
    public void TimesOfPressureBetweenTwoReportsAreCountedInOneLine()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, s_watermarks, out NonBlockingPool pool);
        var log = new PressureLog(bench.Pools);
        var said = new TextCapture();
        for (int i = 0; i < 3; i++)
        {
            foreach (BufferHandle buffer in Rent(pool, 4))
            {
                pool.Return(buffer);
            }
        }

        pool.TryRent();
        log.WriteChanges(said);
        Assert.Equal(
            ["pool pool: pressure is over, 1 of 4 buffers in use, 0 requests refused so far; 3 times since the last report"],
            said.Lines);
    }

    [Fact]
    public void APoolWithoutWatermarksOrBelowThemIsNotReported()
    {
        using var bench = new KernelBench(
            PlanLine.Pool("plain", "test", PoolKind.NonBlocking, 64, 2),
            PlanLine.Pool("watched", "test", PoolKind.NonBlocking, 64, 4, rules: s_watermarks));
        var log = new PressureLog(bench.Pools);
        var said = new TextCapture();
        Rent(bench.NonBlocking("plain"), 2);
        NonBlockingPool watched = bench.NonBlocking("watched");
        Rent(watched, 2);
        log.WriteChanges(said);
        Assert.Empty(said.Lines);
        Rent(watched, 1);
        log.WriteChanges(said);
        Assert.Equal(["pool watched: under pressure, 3 of 4 buffers in use, 0 requests refused so far"], said.Lines);
    }

    private static BufferHandle[] Rent(NonBlockingPool pool, int count)
    {
        var buffers = new BufferHandle[count];
        for (int i = 0; i < count; i++)
        {
            buffers[i] = pool.TryRent().Buffer;
            Assert.False(buffers[i].IsNone);
        }

        return buffers;
    }
}
