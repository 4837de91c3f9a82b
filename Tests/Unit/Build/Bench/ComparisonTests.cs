using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Tests.Bench;
using Xunit;

namespace Reservoir.Tests.Unit.Build.Bench;

/// <summary>What <c>bench --compare</c> says.</summary>
public sealed class ComparisonTests
{
    [Theory]
    [InlineData(100, 110, "+10.0 %")]
    [InlineData(100, 50, "-50.0 %")]
    [InlineData(88, 87, "-1.1 %")]
    [InlineData(-10, -5, "+50.0 %")]
    [InlineData(0, 5, "from 0")]
    [InlineData(88, 88, "same")]
    [InlineData(0, 0, "same")]
    public void ChangeIsAShareOfWhatWas(double before, double after, string change)
    {
        Comparison comparison = Assert.Single(Comparison.Of([new Figure("a", "u", before)], [new Figure("a", "u", after)]));
        Assert.Equal(change, comparison.Change);
        Assert.Equal(before != after, comparison.HasMoved);
    }

    [Fact]
    public void NewAndGoneNamesAreSaidToBeThat()
    {
        IReadOnlyList<Comparison> comparisons =
            Comparison.Of([new Figure("old", "u", 1), new Figure("both", "u", 1)],
            [new Figure("both", "u", 1), new Figure("young", "u", 1)]);
        Assert.Equal(["both same", "young new", "old gone"], comparisons.Select(comparison => $"{comparison.Name} {comparison.Change}"));
    }

    [Fact]
    public void AnotherUnitIsAnotherFigure()
    {
        IReadOnlyList<Comparison> comparisons = Comparison.Of([new Figure("a", "ns", 1)], [new Figure("a", "ms", 1)]);
        Assert.Equal(["ms new", "ns gone"], comparisons.Select(comparison => $"{comparison.Unit} {comparison.Change}"));
    }

    [Fact]
    public void TableShowsWhatHasMovedAndCountsTheRest()
    {
        string table = ComparisonTable.Write(Comparison.Of(
            [new Figure("moved", "u", 100), new Figure("kept", "u", 5), new Figure("gone", "u", 7)],
            [new Figure("moved", "u", 90), new Figure("kept", "u", 5), new Figure("new", "u", 3)]));
        Assert.Contains("| moved | 100 | 90 | u | -10.0 % |", table, StringComparison.Ordinal);
        Assert.Contains("| new |  | 3 | u | new |", table, StringComparison.Ordinal);
        Assert.Contains("| gone | 7 |  | u | gone |", table, StringComparison.Ordinal);
        Assert.DoesNotContain("kept", table, StringComparison.Ordinal);
        Assert.EndsWith("1 of 4 are the same\n", table, StringComparison.Ordinal);
    }

    [Fact]
    public void TableOfNothingMovedHasNoRows()
    {
        string table = ComparisonTable.Write(Comparison.Of([new Figure("kept", "u", 5)], [new Figure("kept", "u", 5)]));
        Assert.DoesNotContain("|", table, StringComparison.Ordinal);
    }
}
