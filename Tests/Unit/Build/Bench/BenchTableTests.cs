using System;
using System.Linq;
using Reservoir.Tests.Bench;
using Xunit;

namespace Reservoir.Tests.Unit.Build.Bench;

/// <summary>The table of figures, bounds and peers.</summary>
public sealed class BenchTableTests
{
    [Fact]
    public void RowShowsBoundDistanceAndPeers()
    {
        string row = Row([new Figure("yield-pair", "instructions", 120)], "yield pair");
        Assert.Equal("| yield pair, 2 switches | 120 | instructions | ≤ 130 | yes | 72 | 48 | 127 | 72 | 454 | 486 |", row);
    }

    [Fact]
    public void BrokenBoundIsNotHidden()
    {
        Assert.Contains("| ≤ 130 | **no** |", Row([new Figure("yield-pair", "instructions", 131)], "yield pair"),
            StringComparison.Ordinal);
        Assert.Contains("| ≥ 99.5 | **no** |", Row([new Figure("frames-60k", "%", 99.4)], "60-byte frames that arrive of 60,000/s"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void BrokenBoundInInstructionsIsNamedAndOneByTheClockIsNot()
    {
        Figure[] figures =
            [new("yield-pair", "instructions", 131), new("semaphore-pair", "instructions", 60), new("latency-max-ratio", "times", 10.1),
            new("frames-60k", "%", 30), new("of-no-row", "instructions", 1e9)];
        Assert.Equal(["yield-pair: 131 instructions, and must be at most 130", "latency-max-ratio: 10.1 times, and must be at most 10"],
            BenchRows.BrokenBounds(figures));
    }

    [Theory]
    [InlineData(99.5)]
    [InlineData(100)]
    public void BoundFromBelowIsKeptFromItOn(double value)
    {
        Assert.Contains("| ≥ 99.5 | yes |", Row([new Figure("frames-60k", "%", value)], "60-byte frames that arrive of 60,000/s"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsBetterThanWishedForIsThere()
    {
        Assert.Contains("| 72 | there |", Row([new Figure("yield-pair", "instructions", 70)], "yield pair"), StringComparison.Ordinal);
    }

    [Fact]
    public void PeerOfTheSameRunIsShownWithTheRatio()
    {
        string row = Row([new Figure("disk-dma-4k", "MB/s", 60), new Figure("linux-disk-dma-4k", "MB/s", 15)], "disk reads by DMA, 4 KB");
        Assert.EndsWith("| 15 (ours 4 times) |", row, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatWasNotMeasuredSaysSo()
    {
        Figure[] figures = [new("disk-dma-4k", "MB/s", 60)];
        Assert.EndsWith("| not measured |", Row(figures, "disk reads by DMA, 4 KB"), StringComparison.Ordinal);
        Assert.StartsWith("| disk reads by DMA, 128 KB each | not measured |", Row(figures, "disk reads by DMA, 128 KB"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void PartWithoutAFigureIsLeftOut()
    {
        Assert.DoesNotContain("Thread-Metric", BenchTable.Write([new Figure("yield-pair", "instructions", 120)]), StringComparison.Ordinal);
    }

    [Fact]
    public void FigureWithoutAPlaceComesLast()
    {
        string table = BenchTable.Write([new Figure("of-no-row", "instructions", 122), new Figure("yield-pair", "instructions", 120)]);
        Assert.EndsWith("### Others\n\n| figure | value | unit |\n|---|---|---|\n| of-no-row | 122 | instructions |\n\n", table,
            StringComparison.Ordinal);
    }

    [Fact]
    public void EveryNameHasOnePlace()
    {
        string[] names = [.. BenchRows.Sections.SelectMany(section => section.Rows).SelectMany(row => row.MeasuredPeers.Append(row.Name))];
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public void NoRowHasMorePeersThanItsPartHasColumns()
    {
        Assert.All(BenchRows.Sections, section =>
            Assert.All(section.Rows, row =>
            Assert.True(Math.Max(row.Peers.Count, row.MeasuredPeers.Count) <= section.Peers.Count, row.Name)));
    }

    private static string Row(Figure[] figures, string operation) =>
        BenchTable.Write(figures).Split('\n').Single(line => line.StartsWith($"| {operation}", StringComparison.Ordinal));
}
