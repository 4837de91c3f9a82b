using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Cosmos.Build.Host;

namespace Reservoir.Tests.Support;

/// <summary>Runs one test project and reads its results.</summary>
internal static class TestProject
{
    /// <summary>A test's output that begins so tells what a long run has done.</summary>
    private const string FiguresMark = "figures: ";

    private static readonly XNamespace s_trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Runs a project's tests, built already.</summary>
    /// <param name="project">Its folder.</param>
    /// <param name="isSoak">Whether to take the long variants.</param>
    /// <returns>The counts; a run without results counts as one failure.</returns>
    public static TestCounts Run(string project, bool isSoak)
    {
        Console.WriteLine($"== {project}");
        string results = Path.Combine(Repository.Artifacts, "log", $"{Path.GetFileName(project)}.trx");
        File.Delete(results);
        string[] command =
            ["dotnet", "test", project, "--no-build", "-nologo", "--logger", "console;verbosity=minimal", "--logger",
            $"trx;LogFileName={results}"];
        int status = isSoak ? HostProcess.Run(command, ("RESERVOIR_SOAK", "1")) : HostProcess.Run(command);
        XDocument? report = File.Exists(results) ? XDocument.Load(results) : null;
        TestCounts counts = Count(report, status);
        foreach (string line in isSoak ? ReadFigures(report) : [])
        {
            Console.WriteLine(line);
        }

        if (counts.Passed == 0)
        {
            Console.Error.WriteLine($"{project}: no test passed, status {status}");
        }

        return counts;
    }

    /// <summary>Reads the results of a run.</summary>
    /// <param name="results">What the run wrote, in Visual Studio's format; null if it wrote nothing.</param>
    /// <param name="status">The exit status of the run.</param>
    internal static TestCounts Count(XDocument? results, int status)
    {
        XElement? counters = results?.Descendants(s_trx + "Counters").FirstOrDefault();
        int passed = Read(counters, "passed");
        // Skipped tests are in the total only: VSTest leaves the counter "notExecuted" at 0.
        int failed = Read(counters, "executed") - passed;
        bool isUnexplained = failed == 0 && (status != 0 || passed == 0);
        return new TestCounts(passed, isUnexplained ? 1 : failed);
    }

    /// <summary>What the long tests of a run say they have done: a line each, with the time it took.</summary>
    /// <param name="results">As for <see cref="Count"/>.</param>
    internal static IEnumerable<string> ReadFigures(XDocument? results) =>
        from test in results?.Descendants(s_trx + "UnitTestResult") ?? []
        from line in ((string?)test.Element(s_trx + "Output")?.Element(s_trx + "StdOut") ?? "").Split('\n')
        where line.StartsWith(FiguresMark, StringComparison.Ordinal)
        let method = ((string?)test.Attribute("testName") ?? "?").Split('(')[0]
        select $"{method.Split('.')[^1]} [{((string?)test.Attribute("duration") ?? "?").Split('.')[0]}]: "
            + $"{line[FiguresMark.Length..].TrimEnd('\r')}";

    private static int Read(XElement? counters, string name) => (int?)counters?.Attribute(name) ?? 0;
}
