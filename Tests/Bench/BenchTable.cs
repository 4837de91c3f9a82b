using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Reservoir.Tests.Bench;

/// <summary>The figures as a table in Markdown, with bounds and peers.</summary>
internal static class BenchTable
{
    /// <summary>Writes the table. A row that was not measured says so; figures without a place of their own come last.</summary>
    /// <param name="figures">What was measured.</param>
    public static string Write(IReadOnlyList<Figure> figures)
    {
        var text = new StringBuilder();
        foreach (BenchSection section in BenchRows.Sections)
        {
            if (section.Rows.Any(row => Find(figures, row.Name) is not null))
            {
                WriteSection(text, section, figures);
            }
        }

        Figure[] others = [.. figures.Where(figure => BenchRows.Find(figure.Name) is null && !BenchRows.IsPeer(figure.Name))];
        if (others.Length != 0)
        {
            text.Append("### Others\n\n| figure | value | unit |\n|---|---|---|\n");
            foreach (Figure figure in others)
            {
                text.Append($"| {figure.Name} | {Figure.Format(figure.Value)} | {figure.Unit} |\n");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static void WriteSection(StringBuilder text, BenchSection section, IReadOnlyList<Figure> figures)
    {
        bool hasMust = section.Rows.Any(row => row.Must is not null);
        bool hasAim = section.Rows.Any(row => row.Aim is not null);
        string[] columns =
            ["operation", "Reservoir", "unit", .. hasMust ? (string[])["must", "kept"] : [], .. hasAim ? (string[])["aim", "from aim"] : [],
            .. section.Peers];
        text.Append($"### {section.Title}\n\n");
        WriteLine(text, columns);
        WriteLine(text, columns.Select(_ => "---"), space: "");
        foreach (BenchRow row in section.Rows)
        {
            Figure? figure = Find(figures, row.Name);
            List<string> cells = [row.Operation, figure is null ? "not measured" : Figure.Format(figure.Value), figure?.Unit ?? ""];
            if (hasMust)
            {
                cells.Add(row.Must is double must ? $"{(row.IsMoreBetter ? "≥" : "≤")} {Figure.Format(must)}" : "");
                cells.Add(row.Must is null || figure is null ? "" : row.Meets(figure.Value) ? "yes" : "**no**");
            }

            if (hasAim)
            {
                cells.Add(row.Aim is double aim ? Figure.Format(aim) : "");
                cells.Add(figure is null || row.DistanceFromAim(figure.Value) is not double distance ? "" : distance <= 0
                    ? "there" : Figure.Format(distance));
            }

            cells.AddRange(Enumerable.Range(0, section.Peers.Count).Select(i => DescribePeer(row, figure, figures, i)));
            WriteLine(text, cells);
        }

        text.Append('\n');
    }

    /// <summary>A published value as it is; a measured one with how many times ours it is, for only the ratio of two wall-clock figures of
    /// one run means something.</summary>
    private static string DescribePeer(BenchRow row, Figure? own, IReadOnlyList<Figure> figures, int column)
    {
        if (column < row.Peers.Count)
        {
            return row.Peers[column];
        }

        Figure? peer = column < row.MeasuredPeers.Count ? Find(figures, row.MeasuredPeers[column]) : null;
        if (peer is null)
        {
            return row.MeasuredPeers.Count > column ? "not measured" : "";
        }

        return own is null || peer.Value == 0
            ? Figure.Format(peer.Value) : $"{Figure.Format(peer.Value)} (ours {Figure.Format(own.Value / peer.Value)} times)";
    }

    private static void WriteLine(StringBuilder text, IEnumerable<string> cells, string space = " ")
    {
        text.Append('|');
        foreach (string cell in cells)
        {
            text.Append(space).Append(cell.Replace("|", "\\|", System.StringComparison.Ordinal)).Append(space).Append('|');
        }

        text.Append('\n');
    }

    private static Figure? Find(IReadOnlyList<Figure> figures, string name) => figures.FirstOrDefault(figure => figure.Name == name);
}
