using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Cosmos.Build.Host;
using Reservoir.Tests.Support;

namespace Reservoir.Tests.Bench;

/// <summary>The pool's assembly on the host, beside what .NET and DPDK have: in turn, several times, and the fastest of each.</summary>
internal static class HostPoolRun
{
    private const int Rounds = 3;
    private const string Pairs = "50000000";
    private static readonly string[] s_parts = ["mempool", "ring", "eal", "kvargs", "telemetry"];

    /// <summary>What the host needs for DPDK's part.</summary>
    public static IReadOnlyList<HostTool> Tools { get; } = [new("gcc", "gcc")];

    /// <summary>Measures.</summary>
    /// <param name="dpdk">The program built by <see cref="BuildDpdk"/>; null if it can't be had.</param>
    public static IReadOnlyList<Figure> Measure(string? dpdk)
    {
        string program = Path.Combine(Repository.Artifacts, "bin", "Reservoir.Tests.Bench.Host", "debug", "Reservoir.Tests.Bench.Host.dll");
        List<Figure> figures = [];
        for (int i = 0; i < Rounds; i++)
        {
            figures.AddRange(Run("dotnet", program));
            if (dpdk is not null)
            {
                figures.AddRange(Run(dpdk, Pairs));
            }
        }

        return [.. figures.GroupBy(figure => (figure.Name, figure.Unit)).Select(group =>
            new Figure(group.Key.Name, group.Key.Unit, group.Min(figure => figure.Value)))];
    }

    /// <summary>Builds the program that measures DPDK's mempool, from Debian's package of it.</summary>
    /// <returns>The program.</returns>
    /// <exception cref="BenchException">It can't be built.</exception>
    public static string BuildDpdk()
    {
        DebianPackage development = DebianPackage.Get("libdpdk-dev");
        (string Package, string File)[] needed = [("libnuma1", "libnuma.so.1"), ("libbsd0", "libbsd.so.0"), ("libmd0", "libmd.so.0")];
        string[] shared =
            [.. needed.Select(library =>
            Directory.GetFiles(DebianPackage.Get(library.Package).Folder, library.File, SearchOption.AllDirectories).Single())];
        string libraries = development.File("usr/lib/x86_64-linux-gnu");
        string program = Path.Combine(Repository.Artifacts, "debian", "dpdk-mempool");
        int status = HostProcess.RunQuietly(
            [
                "gcc", "-O3", "-march=native", "-o", program,
                "-I", development.File("usr/include/dpdk"), "-I", development.File("usr/include/x86_64-linux-gnu/dpdk"),
                Path.Combine(Repository.Root, "Tests", "Bench", "Peers", "dpdk-mempool.c"),
                "-Wl,--whole-archive", Path.Combine(libraries, "librte_mempool_ring.a"), "-Wl,--no-whole-archive",
                .. s_parts.Select(name => Path.Combine(libraries, $"librte_{name}.a")),
                .. shared,
                .. shared.Select(file => $"-Wl,-rpath,{Path.GetDirectoryName(file)}"),
                "-lm",
            ],
            Repository.Log("dpdk-mempool.log"));
        return status == 0 ? program : throw new BenchException("the program that measures DPDK's mempool can't be built");
    }

    private static IReadOnlyList<Figure> Run(string program, string argument)
    {
        var start = new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new BenchException($"{program} did not start");
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? GuestMachine.FiguresIn(said)
            : throw new BenchException($"{Path.GetFileName(program)} ended with status {process.ExitCode}: {said}");
    }
}
