using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Reservoir.Tests.Support;

namespace Reservoir.Tests.Bench;

/// <summary>This kernel, booted as everybody boots it, measured through its shell.</summary>
internal sealed partial class ReservoirGuest : IBenchGuest
{
    private const string Prompt = "reservoir> ";
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    private readonly GuestMachine _machine;

    public ReservoirGuest(FrameCable cable)
    {
        long begun = Stopwatch.GetTimestamp();
        _machine = GuestMachine.Start(
            "reservoir",
            [.. GuestHardware.ToArguments(cable), "-boot", "d", "-cdrom", Repository.Iso, "-smbios",
                $"type=11,value=boot:{Repository.ProductKey}"]);
        string boot = _machine.WaitFor(Prompt, s_timeout);
        BootFigures =
        [
            new("boot-kernel", "ms", Number(BootTime().Match(boot))),
            new("boot-power-on", "ms", Math.Round(Stopwatch.GetElapsedTime(begun).TotalMilliseconds)),
        ];
    }

    /// <inheritdoc/>
    public string Prefix => "";

    /// <inheritdoc/>
    public IReadOnlyList<Figure> BootFigures { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Figure> MeasureDisk() => GuestMachine.FiguresIn(Command("disk bench"));

    /// <inheritdoc/>
    public long CountFrames() => (long)Number(FramesTaken().Match(Command("net")));

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();

    private string Command(string command)
    {
        _machine.Type(command);
        _machine.WaitFor(command, s_timeout);
        return _machine.WaitFor(Prompt, s_timeout);
    }

    private static double Number(Match match) => match.Success
        ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : throw new BenchException("the kernel's answer has changed: see artifacts/log/bench-reservoir.log");

    [GeneratedRegex(@"boot took (\d+) ms")]
    private static partial Regex BootTime();

    [GeneratedRegex(@"protocols: taken (\d+)")]
    private static partial Regex FramesTaken();
}
