using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Tests.Support;

namespace Reservoir.Tests.Bench;

/// <summary>
/// The kernel's own measurements, with time counted in guest instructions (<c>-icount shift=0,sleep=off</c>): but for what a disk's
/// completion disturbs, each figure repeats exactly.
/// </summary>
internal static class KernelRun
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(20);

    /// <summary>Boots, measures, switches off.</summary>
    /// <exception cref="BenchException">It did not end well.</exception>
    public static IReadOnlyList<Figure> Measure()
    {
        using GuestMachine machine = GuestMachine.Start("kernel", ToArguments("bench=only", cable: null));
        return Collect(machine, s_timeout);
    }

    /// <summary>QEMU's arguments to boot the lab, which measures, with time counted in instructions.</summary>
    /// <param name="commandLine">The kernel's options.</param>
    /// <param name="cable">The network card's cable; null if nobody is at its other end.</param>
    public static IReadOnlyList<string> ToArguments(string commandLine, FrameCable? cable) =>
    [
        .. GuestHardware.ToArguments(cable), "-boot", "d", "-cdrom", Repository.Iso, "-icount", "shift=0,sleep=off",
        "-smbios", $"type=11,value=boot:{Repository.LabKey}",
        "-fw_cfg", $"name=opt/cosmos/cmdline,string={commandLine.Replace(",", ",,", StringComparison.Ordinal)}",
    ];

    /// <summary>Waits until the machine has switched itself off, and takes its figures.</summary>
    /// <exception cref="BenchException">It did not end well.</exception>
    public static IReadOnlyList<Figure> Collect(GuestMachine machine, TimeSpan timeout)
    {
        int status = machine.WaitForExit(timeout);
        string? bad = machine.Heard.Split('\n').FirstOrDefault(IsBad);
        if (status != 0 || bad is not null || machine.Figures.Count == 0)
        {
            // Half a list of figures would look like a whole one.
            throw new BenchException(
                $"the kernel's benchmark did not end well: status {status}, {machine.Figures.Count} figures; {bad ?? "no fault reported"}");
        }

        return machine.Figures;
    }

    private static bool IsBad(string line) =>
        line.StartsWith("FAULT", StringComparison.Ordinal) || line.StartsWith("PANIC", StringComparison.Ordinal)
            || line.StartsWith(Figure.FailureMark, StringComparison.Ordinal);
}
