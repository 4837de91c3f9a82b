using System;
using System.Collections.Generic;
using System.Linq;
using Cosmos.Build.Host;

namespace Cosmos.Build.Bench;

/// <summary>
/// The kernel's own measurements, with time counted in guest instructions (<c>-icount shift=0,sleep=off</c>): but for what a disk's completion disturbs, each figure repeats exactly.
/// </summary>
internal static class KernelRun
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(20);

    /// <summary>Boots, measures, switches off.</summary>
    /// <param name="options">Options for the kernel besides <c>bench=only</c>.</param>
    /// <exception cref="BenchException">It did not end well.</exception>
    public static IReadOnlyList<Figure> Measure(string options)
    {
        string commandLine = $"bench=only {options}".TrimEnd();
        using GuestMachine machine = GuestMachine.Start(
            "kernel",
            [
                .. GuestHardware.ToArguments(), "-boot", "d", "-cdrom", Repository.Iso, "-icount", "shift=0,sleep=off",
                "-fw_cfg", $"name=opt/reservoir/cmdline,string={commandLine.Replace(",", ",,", StringComparison.Ordinal)}",
            ]);
        int status = machine.WaitForExit(s_patience);
        string heard = machine.Heard;
        string? bad = heard.Split('\n').FirstOrDefault(line => line.StartsWith("FAULT", StringComparison.Ordinal) || line.StartsWith("PANIC", StringComparison.Ordinal) || line.StartsWith(Figure.FailureMark, StringComparison.Ordinal));
        if (status != 0 || bad is not null || machine.Figures.Count == 0)
        {
            // Half a list of figures would look like a whole one.
            throw new BenchException($"the kernel's benchmark did not end well: status {status}, {machine.Figures.Count} figures; {bad ?? "no fault reported"}");
        }

        return machine.Figures;
    }
}
