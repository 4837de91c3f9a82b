using System.Collections.Generic;

namespace Reservoir.Tests.Bench;

/// <summary>What is known of a measurement: what it measures, what it has to reach, what others reach.</summary>
/// <param name="Name">Its name in the list of figures.</param>
/// <param name="Operation">What is measured, for readers.</param>
internal sealed record BenchRow(string Name, string Operation)
{
    /// <summary>The bound that has to be kept; null if there is none.</summary>
    public double? Must { get; init; }

    /// <summary>What is wished for; null if nothing.</summary>
    public double? Aim { get; init; }

    /// <summary>Whether more is better; if not, less is.</summary>
    public bool IsMoreBetter { get; init; }

    /// <summary>What others reach, by the columns of the table: published values, in their own words.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>The names of the figures of others, by the columns of the table: measured in the same run.</summary>
    public IReadOnlyList<string> MeasuredPeers { get; init; } = [];

    /// <summary>Whether a value keeps the bound.</summary>
    public bool Meets(double value) => Must is not double must || (IsMoreBetter ? value >= must : value <= must);

    /// <summary>How far a value is from what is wished for; 0 or less if it is there.</summary>
    public double? DistanceFromAim(double value) => Aim is not double aim ? null : IsMoreBetter ? aim - value : value - aim;
}
