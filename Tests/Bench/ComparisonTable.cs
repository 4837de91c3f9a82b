using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Reservoir.Tests.Bench;

/// <summary>What has moved between two lists of figures, as a table in Markdown.</summary>
internal static class ComparisonTable
{
    /// <summary>Writes the table: only what has moved, and how many have not.</summary>
    public static string Write(IReadOnlyList<Comparison> comparisons)
    {
        Comparison[] moved = [.. comparisons.Where(comparison => comparison.HasMoved)];
        var text = new StringBuilder("### What has moved\n\n");
        if (moved.Length != 0)
        {
            text.Append("| figure | before | after | unit | change |\n|---|---|---|---|---|\n");
        }

        foreach (Comparison comparison in moved)
        {
            text.Append(
                $"| {comparison.Name} | {Describe(comparison.Before)} | {Describe(comparison.After)} "
                + $"| {comparison.Unit} | {comparison.Change} |\n");
        }

        return text.Append(moved.Length == 0
            ? "" : "\n").Append($"{comparisons.Count - moved.Length} of {comparisons.Count} are the same\n").ToString();
    }

    private static string Describe(double? value) => value is double known ? Figure.Format(known) : "";
}
