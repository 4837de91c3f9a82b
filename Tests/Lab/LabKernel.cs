using Reservoir.Drivers.Ata;
using Reservoir.Drivers.E1000;
using Reservoir.Lab.Commands;
using Reservoir.Lab.Faults;
using Reservoir.Lab.Storms;
using Reservoir.Lab.Victims;
using Reservoir.Memory;
using Reservoir.Options;

namespace Reservoir.Lab;

/// <summary>
/// The second image: the product's own boot, with threads and commands that storm its pools, make mistakes, kill, demonstrate and measure.
/// What is shown here is shown of the product's code.
/// </summary>
public sealed class LabKernel : Kernel
{
    private readonly LabOptions _options = new();
    private readonly DiskFaults _diskFaults = new();
    private readonly E1000Faults _cardFaults = new();

    /// <inheritdoc/>
    protected override KernelOptions CreateOptions() => _options;

    /// <inheritdoc/>
    protected override PlanLine[] CreatePlan() => [.. base.CreatePlan(), .. LabPlan.Create(_options)];

    /// <inheritdoc/>
    protected override RegisterWindow WrapCard(RegisterWindow window) => _cardFaults.Attach(window);

    /// <inheritdoc/>
    protected override AtaWindows WrapDisk(AtaWindows windows) => _diskFaults.Wrap(windows);

    /// <inheritdoc/>
    protected override void AddServices()
    {
        AddStorm();                                             // threads and interrupts against all pools
        AddVictims();                                           // threads that make a mistake on request
        AddKiller();                                            // kills any thread, again and again
        Machine.AddCommand(new NicFaultCommand(_cardFaults));                             // a card that misbehaves
        Machine.AddCommand(new DiskFaultCommand(Machine.Storage.Disks, _diskFaults));     // disks that misbehave
        _ = new DemoWiring(Machine, _options);                  // what reserved memory is good for
        AddMeasurement();                                       // measurements, instead of the prompt
    }

    private void AddStorm()
    {
        var storm = new PoolStorm(Machine.Scheduler, Machine.Reservations.Pools);
        for (int i = 0; i < PoolStorm.ThreadCount; i++)
        {
            StormThread body = storm.Threads[i];
            body.Thread = Machine.Reservations.Thread(LabPlan.Storm(i), body);
        }

        Machine.AddCommand(new StormCommand(storm));
    }

    private void AddVictims()
    {
        var victims = new Victim[(int)FaultKind.Stack + 1];
        for (int i = 0; i < victims.Length; i++)
        {
            victims[i] = new Victim(Machine.Scheduler, (FaultKind)i);
            victims[i].Thread = Machine.Reservations.Thread(LabPlan.Victim((FaultKind)i), victims[i]);
        }

        Machine.AddCommand(new FaultCommand(victims));
    }

    private void AddKiller()
    {
        var killer = new ThreadKiller(Machine.Scheduler, Machine.CreateLogWriter());
        Machine.Reservations.Thread(LabPlan.Killer, killer);
        Machine.AddCommand(new KillCommand(Machine.Scheduler, killer));
    }

    private void AddMeasurement()
    {
        if (_options.MeasuresOperations)
        {
            Machine.BootSteps.Add(new OperationsMeasurement(Machine));
        }
        else if (_options.MeasuresLatency)
        {
            Machine.BootSteps.Add(new LatencyMeasurement(Machine, _options.Samples));
        }
    }
}
