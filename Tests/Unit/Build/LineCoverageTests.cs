using System.Linq;
using System.Xml.Linq;
using Reservoir.Tests.Support;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>The share of lines that were run is that of the assembly that was asked for, and a report of nothing is no success.</summary>
public sealed class LineCoverageTests
{
    [Fact]
    public void ALineCountsOnceAndIsCoveredIfAnyClassRanIt()
    {
        LineCoverage coverage = LineCoverage.Read(Report(("A.cs", 1, 5), ("A.cs", 2, 0), ("A.cs", 2, 3), ("B.cs", 2, 0)), "Core");
        Assert.Equal(3, coverage.Lines);
        Assert.Equal(2, coverage.Covered);
        Assert.Equal(("B.cs", 2), Assert.Single(coverage.Missed));
        Assert.Equal(66.7, coverage.Percent, 1);
    }

    [Fact]
    public void AnotherAssemblysLinesDoNotCount()
    {
        LineCoverage coverage = LineCoverage.Read(Report(("A.cs", 1, 5)), "Other");
        Assert.Equal(0, coverage.Lines);
        Assert.Equal(0, coverage.Percent);
    }

    [Fact]
    public void AReportOfNothingCoversNothing() => Assert.Equal(0, LineCoverage.Read(new XDocument(), "Core").Percent);

    private static XDocument Report(params (string File, int Line, int Hits)[] lines)
    {
        return new XDocument(new XElement("coverage", new XElement("packages", new XElement(
            "package",
            new XAttribute("name", "Core"),
            new XElement("classes", lines.Select(line => new XElement(
                "class",
                new XAttribute("filename", line.File),
                new XElement("lines", new XElement("line", new XAttribute("number", line.Line), new XAttribute("hits", line.Hits))))))))));
    }
}
