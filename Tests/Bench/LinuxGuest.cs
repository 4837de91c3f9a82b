using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace Reservoir.Tests.Bench;

/// <summary>Linux in the same machine, doing the same work.</summary>
internal sealed partial class LinuxGuest : IBenchGuest
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(120);

    private readonly LinuxImage _image;
    private readonly GuestMachine _machine;
    private bool _receives;

    /// <summary>Boots it, and waits until it is ready.</summary>
    public LinuxGuest(LinuxImage image, FrameCable cable)
    {
        _image = image;
        _machine = Boot("linux", image, "", cable);
        string boot = _machine.WaitFor("ready\n", s_timeout);
        BootFigures = [new("linux-boot-kernel", "ms", Math.Round(Number(Uptime().Match(boot)) * 1000))];
    }

    /// <inheritdoc/>
    public string Prefix => "linux-";

    /// <inheritdoc/>
    public IReadOnlyList<Figure> BootFigures { get; }

    /// <summary>Reads by DMA here, and by PIO in a second boot, where its driver was told to.</summary>
    public IReadOnlyList<Figure> MeasureDisk()
    {
        ReadDisk(_machine, "4096", "linux-disk-dma-4k");
        ReadDisk(_machine, "131072", "linux-disk-dma-128k");
        using GuestMachine pio = Boot("linux-pio", _image, "bench=pio", cable: null);
        pio.WaitFor("ready\n", s_timeout);
        ReadDisk(pio, "131072", "linux-disk-pio");
        return [.. _machine.Figures, .. pio.Figures];
    }

    /// <inheritdoc/>
    public long CountFrames()
    {
        if (!_receives)
        {
            _receives = true;
            _machine.Type("exec probe receive 7");
            _machine.WaitFor("receiving\n", s_timeout);
        }

        _machine.Type("");
        _machine.WaitFor("received ", s_timeout);
        return long.Parse(_machine.WaitFor("\n", s_timeout), CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();

    private static void ReadDisk(GuestMachine machine, string bytes, string name)
    {
        machine.Type($"probe disk /dev/sda {bytes} {name}; echo done");
        string said = machine.WaitFor("\ndone\n", s_timeout);
        if (!GuestMachine.FiguresIn(said).Any(figure => figure.Name == name))
        {
            throw new BenchException($"Linux did not measure {name}:\n{said}");
        }
    }

    private static GuestMachine Boot(string name, LinuxImage image, string options, FrameCable? cable) => GuestMachine.Start(
        name,
        [.. GuestHardware.ToArguments(cable), "-kernel", image.Kernel, "-initrd", image.FileSystem, "-append",
            $"console=ttyS0 quiet panic=-1 {options}".TrimEnd()]);

    private static double Number(Match match) => match.Success
        ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : throw new BenchException("Linux did not say how long it took to boot: see artifacts/log/bench-linux.log");

    [GeneratedRegex(@"uptime (\d+\.\d+)")]
    private static partial Regex Uptime();
}
