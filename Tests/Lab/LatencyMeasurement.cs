using Cosmos.Common;
using Cosmos.Core;
using Reservoir.Lab.Benchmarks.Latency;
using Reservoir.Memory;
using Reservoir.Shell;
using Reservoir.Threads;

namespace Reservoir.Lab;

/// <summary>Measures the latency under load, on the card and the disk that everything else uses too: <c>bench=latency</c>.</summary>
internal sealed class LatencyMeasurement : BootStep
{
    private readonly LatencyRun _run;

    /// <summary>Makes the threads; without a card or a disk the boot stops. Boot context.</summary>
    /// <param name="machine">What is there already.</param>
    /// <param name="samples">How many samples to take.</param>
    public LatencyMeasurement(Machine machine, int samples)
    {
        if (machine.Network.Stack is null || machine.Storage.Disk is null)
        {
            Fault.Panic("bench=latency needs a network card and a disk"u8);
        }

        Reservations reservations = machine.Reservations;
        var histogram = new LatencyHistogram(reservations.Region("latency-counters", ReservationKind.Scratch));
        _run = new LatencyRun(machine.Scheduler, machine.Network.Stack!.Card, machine.Storage.Disk!, histogram, samples);
        reservations.Thread(LabPlan.LatencySampler, _run.Sampler);
        reservations.Thread(LabPlan.LatencyBusy, _run.Busy);
        reservations.Thread(LabPlan.LatencyDisk, _run.Disk);
    }

    /// <inheritdoc/>
    public override BootStepResult Run(ThreadContext context, TextOutput output)
    {
        _run.Run(context, output);
        return BootStepResult.ShutDown;
    }
}
