using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Reservoir.Tests.Bench;
using Cosmos.Build.Host;

namespace Reservoir.Tests.Support.Verbs;

/// <summary>
/// <c>bench</c>: measures the kernel, and its peers beside it; writes artifacts/bench.json and artifacts/bench.md. What can't be measured
/// is named, and absent from both.
/// </summary>
internal static class BenchVerb
{
    public static Command Create()
    {
        var verb = new Command("bench", "Measures the kernel beside its peers, into artifacts/bench.json and artifacts/bench.md.");
        var options = new BenchOptions(verb);
        verb.SetAction(result => Run(options.Read(result)));
        return verb;
    }

    private static int Run(BenchRequest request)
    {
        try
        {
            // Before anything is measured: a file that can't be read shows at once.
            IReadOnlyList<Figure>? before = request.Compared is { } file ? FigureFile.Read(file) : null;
            List<string> failures = [];
            IReadOnlyList<Figure> figures = request.Given is { } given ? FigureFile.Read(given) : Measure(request, failures);
            Console.WriteLine(BenchTable.Write(figures));
            if (before is not null)
            {
                Console.WriteLine(ComparisonTable.Write(Comparison.Of(before, figures)));
            }

            failures.ForEach(failure => Console.Error.WriteLine($"NOT MEASURED: {failure}"));
            string[] broken = [.. BenchRows.BrokenBounds(figures)];
            Array.ForEach(broken, bound => Console.Error.WriteLine($"BOUND BROKEN: {bound}"));
            return failures.Count + broken.Length == 0 ? 0 : 1;
        }
        catch (InvalidDataException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static IReadOnlyList<Figure> Measure(BenchRequest request, List<string> failures)
    {
        if (!HostTools.Ensure(HostTools.ForBuilding, HostTools.ForBooting) || !SolutionBuild.Build(Repository.IsoProject))
        {
            failures.Add("anything: the kernel is not built");
            return [];
        }

        List<Figure> figures = [];
        if (request.Kernel)
        {
            Console.Error.WriteLine("Measuring the kernel by instructions");
            Add(figures, failures, KernelRun.Measure);
            Console.Error.WriteLine("Sampling latencies under load");
            Add(figures, failures, () => LatencyRun.Measure(request.Samples));
        }

        if (request.Linux)
        {
            Console.Error.WriteLine("Measuring frames, disk and boot beside Linux");
            LinuxImage? linux = Prepare(failures, LinuxImage.Tools, LinuxImage.Build);
            Add(figures, failures, () => WallClockRun.Measure(linux));
        }

        if (request.Host)
        {
            Console.Error.WriteLine("Measuring the pool on the host");
            string? dpdk = Prepare(failures, HostPoolRun.Tools, HostPoolRun.BuildDpdk);
            Add(figures, failures, () =>
                SolutionBuild.Build("Tests/Bench/Host")
                    ? HostPoolRun.Measure(dpdk)
                    : throw new BenchException("Tests/Bench/Host is not built"));
        }

        FigureFile.Write(Path.Combine(Repository.Artifacts, "bench.json"), figures);
        File.WriteAllText(Path.Combine(Repository.Artifacts, "bench.md"), BenchTable.Write(figures));
        return figures;
    }

    private static void Add(List<Figure> figures, List<string> failures, Func<IReadOnlyList<Figure>> measure)
    {
        try
        {
            figures.AddRange(measure());
        }
        catch (Exception error) when (error is BenchException or IOException)
        {
            failures.Add(error.Message);
        }
    }

    /// <summary>Gets a peer; without it, the others are measured all the same.</summary>
    private static T? Prepare<T>(List<string> failures, IReadOnlyList<HostTool> tools, Func<T> build)
        where T : class
    {
        try
        {
            return HostTools.Ensure(tools)
                ? build() : throw new BenchException($"a peer, for want of {string.Join(", ", tools.Select(tool => tool.Name))}");
        }
        catch (Exception error) when (error is BenchException or IOException)
        {
            failures.Add(error.Message);
            return null;
        }
    }
}
