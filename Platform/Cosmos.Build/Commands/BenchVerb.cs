using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text.Json;
using Cosmos.Build.Host;
using Spectre.Console;

namespace Cosmos.Build.Commands;

/// <summary>
/// <c>bench</c>: boots with time counted in guest instructions, so that every figure repeats exactly, and collects what the kernel prints as
/// <c>BENCH name unit value</c>.
/// </summary>
internal static class BenchVerb
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static Command Create()
    {
        var verb = new Command("bench", "Counts guest instructions of the kernel's operations, into artifacts/bench.json.");
        verb.SetAction(_ => Run());
        return verb;
    }

    private static int Run()
    {
        if (!HostTools.Ensure(HostTools.ForBuilding, HostTools.ForBooting) || !SolutionBuild.Build("Kernel/Kernel.csproj"))
        {
            return 1;
        }

        var emulator = new Emulator { CommandLine = "bench=only", HasDisk = false, IsInteractive = false };
        IReadOnlyList<string> command = [.. emulator.ToCommand(), "-icount", "shift=0,sleep=off"];
        var start = new ProcessStartInfo(command[0], [.. System.Linq.Enumerable.Skip(command, 1)]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        using Process process = Process.Start(start)!;
        using var watchdog = new System.Threading.Timer(_ => process.Kill(), null, s_patience, System.Threading.Timeout.InfiniteTimeSpan);
        var figures = new List<Figure>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("FAULT", StringComparison.Ordinal) || line.StartsWith("PANIC", StringComparison.Ordinal))
            {
                Console.Error.WriteLine(line);
                process.Kill();
            }

            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["BENCH", string name, string unit, string value] && double.TryParse(value, CultureInfo.InvariantCulture, out double number))
            {
                figures.Add(new Figure(name, unit, number));
            }
        }

        process.WaitForExit();
        if (figures.Count == 0 || process.ExitCode != 0)
        {
            // Half a list of figures would look like a whole one.
            Console.Error.WriteLine($"the benchmark did not end well: {figures.Count} figures, status {process.ExitCode}");
            return 1;
        }

        Write(figures);
        return 0;
    }

    private static void Write(List<Figure> figures)
    {
        var table = new Table().AddColumns("operation", "unit", "value");
        foreach (Figure figure in figures)
        {
            table.AddRow(figure.name, figure.unit, figure.value.ToString(CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(table);
        string file = Path.Combine(Repository.Artifacts, "bench.json");
        File.WriteAllText(file, JsonSerializer.Serialize(figures, new JsonSerializerOptions { WriteIndented = true }));
    }

    /// <summary>One figure, with the names that it has in the file.</summary>
    private sealed record Figure(string name, string unit, double value);
}
