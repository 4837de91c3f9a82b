using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Reservoir.Tests.Bench;

/// <summary>One measured value.</summary>
/// <param name="Name">What was measured, as in <see cref="BenchRows"/>.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Value">How much.</param>
internal sealed record Figure(string Name, string Unit, double Value)
{
    /// <summary>How the kernel and the programs on the host write one: <c>BENCH name unit value</c>.</summary>
    public const string Mark = "BENCH";

    /// <summary>How they say that a measurement has failed: <c>BENCH-FAILED name reason</c>.</summary>
    public const string FailureMark = "BENCH-FAILED";

    /// <summary>Reads a line.</summary>
    /// <param name="line">Whatever was written.</param>
    /// <param name="figure">The figure; null if the line is none.</param>
    public static bool TryParse(string line, [NotNullWhen(true)] out Figure? figure)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool isFigure = words is [Mark, _, _, _]
            && double.TryParse(words[3], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value);
        figure = isFigure ? new Figure(words[1], words[2], double.Parse(words[3], NumberStyles.Float, CultureInfo.InvariantCulture)) : null;
        return isFigure;
    }

    /// <summary>The value as people write it: three digits that count, or all before the point.</summary>
    public static string Format(double value) =>
        value.ToString(Math.Abs(value) >= 100 || value == Math.Round(value) ? "0" : Math.Abs(value) >= 10 ? "0.0" : "0.00",
        CultureInfo.InvariantCulture);
}
