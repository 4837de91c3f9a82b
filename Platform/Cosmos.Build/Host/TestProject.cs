using System;
using System.IO;
using System.Linq;
using System.Xml.Linq;

namespace Cosmos.Build.Host;

/// <summary>Runs one test project and reads its verdicts.</summary>
internal static class TestProject
{
    private static readonly XNamespace s_trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Runs a project's tests, built already.</summary>
    /// <param name="project">Its folder.</param>
    /// <param name="isSoak">Whether to take the long variants.</param>
    /// <returns>The counts; a run that ended without verdicts counts as one failure.</returns>
    public static TestCounts Run(string project, bool isSoak)
    {
        Console.WriteLine($"== {project}");
        string results = Path.Combine(Repository.Artifacts, "log", $"{Path.GetFileName(project)}.trx");
        File.Delete(results);
        string[] command = ["dotnet", "test", project, "--no-build", "-nologo", "--logger", "console;verbosity=minimal", "--logger", $"trx;LogFileName={results}"];
        int status = isSoak ? HostProcess.Run(command, ("RESERVOIR_SOAK", "1")) : HostProcess.Run(command);
        if (!File.Exists(results))
        {
            Console.Error.WriteLine($"{project}: no verdicts, status {status}");
            return new TestCounts(0, 1);
        }

        XElement? counters = XDocument.Load(results).Descendants(s_trx + "Counters").FirstOrDefault();
        int passed = Read(counters, "passed");
        int failed = Read(counters, "total") - passed - Read(counters, "notExecuted");
        return new TestCounts(passed, status != 0 && failed == 0 ? 1 : failed);
    }

    private static int Read(XElement? counters, string name) => (int?)counters?.Attribute(name) ?? 0;
}
