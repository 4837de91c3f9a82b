using System;
using Cosmos.Core;
using Cosmos.Core.Runtime;
using Reservoir.Benchmarks.Latency;
using Reservoir.Memory;
using Reservoir.Threads;

namespace Reservoir.Wiring;

/// <summary>The latency under load, on the card and the disk that everything else uses too. Only in a boot with <c>bench=latency</c>. Boot
/// context.</summary>
internal static class LatencyWiring
{
    private const int DefaultSamples = 100_000;

    /// <summary>Whether this boot is for that.</summary>
    public static bool IsWanted => KernelCommandLine.TryGet("bench"u8, out ReadOnlySpan<byte> value) && value.SequenceEqual("latency"u8);

    /// <summary>Makes the measurement with its threads; without a card or a disk the boot stops.</summary>
    public static LatencyRun Create(Scheduler scheduler, Reservations reservations, NetworkWiring network, StorageWiring storage)
    {
        if (network.Stack is null || storage.Disk is null)
        {
            Fault.Panic("bench=latency needs a network card and a disk"u8);
        }

        var histogram = new LatencyHistogram(reservations.Region("latency-counters", ReservationKind.Scratch));
        var run = new LatencyRun(scheduler, network.Stack!.Device, storage.Disk!, histogram, ReadSamples());
        reservations.Thread("latency-sampler", Priorities.LatencySampler, run.Sampler);
        reservations.Thread("latency-busy", Priorities.LatencyBusy, run.Busy);
        reservations.Thread("latency-disk", Priorities.Recorder, run.Disk);
        return run;
    }

    /// <summary>The kernel's option <c>samples=</c>.</summary>
    private static int ReadSamples()
    {
        if (!KernelCommandLine.TryGet("samples"u8, out ReadOnlySpan<byte> text))
        {
            return DefaultSamples;
        }

        if (!int.TryParse(text, out int samples) || samples < 1)
        {
            Fault.Panic("samples= is no number of samples"u8);
        }

        return samples;
    }
}
