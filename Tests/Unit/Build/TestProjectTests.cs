using System.Xml.Linq;
using Reservoir.Tests.Support;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>The closing line of <c>test</c> counts what happened, and never makes a success of nothing.</summary>
public sealed class TestProjectTests
{
    [Theory]
    [InlineData(5, 5, 5, 0, 5, 0)]
    [InlineData(5, 5, 3, 1, 3, 2)]
    [InlineData(5, 5, 0, 1, 0, 5)]
    public void VerdictsAreCounted(int total, int executed, int passed, int status, int expectedPassed, int expectedFailed)
    {
        Assert.Equal(new TestCounts(expectedPassed, expectedFailed), TestProject.Count(Results(total, executed, passed), status));
    }

    [Fact]
    public void SkippedTestsAreNeitherPassedNorFailed()
    {
        Assert.Equal(new TestCounts(3, 0), TestProject.Count(Results(total: 5, executed: 3, passed: 3), status: 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void RunWithoutVerdictsIsAFailure(int status)
    {
        Assert.Equal(new TestCounts(0, 1), TestProject.Count(null, status));
        Assert.Equal(new TestCounts(0, 1), TestProject.Count(new XDocument(new XElement("other")), status));
        Assert.Equal(new TestCounts(0, 1), TestProject.Count(Results(0, 0, 0), status));
    }

    [Fact]
    public void RunThatEndsBadlyAfterGoodVerdictsIsAFailure()
    {
        Assert.Equal(new TestCounts(4, 1), TestProject.Count(Results(4, 4, 4), status: 134));
    }

    [Fact]
    public void CountsAddUpAndReadAsTheClosingLine()
    {
        Assert.Equal("7 passed, 3 failed", (new TestCounts(3, 1) + new TestCounts(4, 2)).ToString());
    }

    [Fact]
    public void FiguresOfLongTestsAreReadAndOtherOutputIsNot()
    {
        XNamespace trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
        XElement Test(string name, string output) =>
            new(trx + "UnitTestResult", new XAttribute("testName", name), new XAttribute("duration", "00:01:40.1234567"),
            new XElement(trx + "Output", new XElement(trx + "StdOut", output)));
        var results = new XDocument(new XElement(trx + "TestRun", new XElement(
            trx + "Results",
            Test("A.B.FramesAreCounted(seed: 1.5)", "figures: 10 frames\r\nand more"),
            Test("A.B.Silent", "10 figures: none"),
            new XElement(trx + "UnitTestResult", new XAttribute("testName", "A.B.Mute")))));
        Assert.Equal(["FramesAreCounted [00:01:40]: 10 frames"], TestProject.ReadFigures(results));
        Assert.Empty(TestProject.ReadFigures(null));
    }

    private static XDocument Results(int total, int executed, int passed)
    {
        XNamespace trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
        return new XDocument(new XElement(trx + "TestRun", new XElement(trx + "ResultSummary", new XElement(
            trx + "Counters",
            new XAttribute("total", total),
            new XAttribute("executed", executed),
            new XAttribute("passed", passed),
            new XAttribute("failed", executed - passed),
            new XAttribute("notExecuted", 0)))));
    }
}
