using System.Collections.Generic;

namespace Reservoir.Tests.Bench;

/// <summary>A part of the table: rows with the same peers.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Peers">The names of the peers: a column each.</param>
/// <param name="Rows">Its rows, in order.</param>
internal sealed record BenchSection(string Title, IReadOnlyList<string> Peers, IReadOnlyList<BenchRow> Rows);
