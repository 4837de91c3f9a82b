using System;
using System.Collections.Generic;
using System.Linq;

namespace Reservoir.Tests.Bench;

/// <summary>
/// Frames, disk and boot, by the clock on the wall: the kernel and Linux in turn, twice, in the same QEMU with the same devices, and the
/// better of the two for each. Only the ratio of two figures of one run means something.
/// </summary>
internal static class WallClockRun
{
    private const int Rounds = 2;

    /// <summary>Measures this kernel and, unless there is none, Linux.</summary>
    /// <param name="linux">Linux; null if it can't be had.</param>
    public static IReadOnlyList<Figure> Measure(LinuxImage? linux)
    {
        List<Figure> figures = [];
        for (int i = 0; i < Rounds; i++)
        {
            Measure(figures, cable => new ReservoirGuest(cable));
            if (linux is not null)
            {
                Measure(figures, cable => new LinuxGuest(linux, cable));
            }
        }

        return [.. figures.GroupBy(figure => (figure.Name, figure.Unit)).Select(group =>
            new Figure(group.Key.Name, group.Key.Unit, Best(group)))];
    }

    /// <summary>The better one: the shorter time, the higher rate or share.</summary>
    private static double Best(IGrouping<(string Name, string Unit), Figure> figures) =>
        figures.Key.Unit == "ms" ? figures.Min(figure => figure.Value) : figures.Max(figure => figure.Value);

    private static void Measure(List<Figure> figures, Func<FrameCable, IBenchGuest> boot)
    {
        using var cable = new FrameCable();
        using IBenchGuest guest = boot(cable);
        figures.AddRange(guest.BootFigures);
        figures.AddRange(guest.MeasureDisk());
        figures.AddRange(FrameRun.Measure(guest, cable));
    }
}
