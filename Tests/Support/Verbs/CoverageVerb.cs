using System;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Cosmos.Build.Host;

namespace Reservoir.Tests.Support.Verbs;

/// <summary><c>coverage</c>: which lines of the kernel's core the unit tests run.</summary>
internal static class CoverageVerb
{
    /// <summary>The least share of lines, in percent.</summary>
    internal const double Least = 95;

    private const string Assembly = "Reservoir.Core";

    /// <summary>All that drive the core. The others test the host's tools.</summary>
    private const string Tests =
        "FullyQualifiedName!~Unit.Analyzers&FullyQualifiedName!~Unit.Architecture&FullyQualifiedName!~Unit.Build"
        + "&FullyQualifiedName!~Unit.Models"
        + "&FullyQualifiedName!~Unit.Waiting";

    public static Command Create()
    {
        var verb = new Command("coverage", "Measures which lines of Kernel/Core the unit tests run; fails below 95 percent.");
        verb.SetAction(_ => Run());
        return verb;
    }

    private static int Run()
    {
        string folder = Path.Combine(Repository.Artifacts, "coverage");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        if (!SolutionBuild.Build("Tests/Unit")
            || HostProcess.RunQuietly(
                ["dotnet", "test", "Tests/Unit", "--no-build", "-nologo", "--filter", Tests, "--collect:XPlat Code Coverage",
                "--results-directory", folder], Repository.Log("coverage.log")) != 0)
        {
            return 1;
        }

        string? report = Directory.EnumerateFiles(folder, "coverage.cobertura.xml", SearchOption.AllDirectories).FirstOrDefault();
        LineCoverage coverage = LineCoverage.Read(report is null ? new XDocument() : XDocument.Load(report), Assembly);
        foreach ((string file, int line) in coverage.Missed)
        {
            Console.WriteLine($"not run: {file}:{line}");
        }

        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
            $"Kernel/Core: {coverage.Covered} of {coverage.Lines} lines, {coverage.Percent:0.0} %"));
        return coverage.Percent >= Least ? 0 : 1;
    }
}
