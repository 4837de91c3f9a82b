using System.Xml.Linq;
using Cosmos.Build.Host;
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
