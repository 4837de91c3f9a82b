using Reservoir.Demo;
using Reservoir.Threads;

namespace Reservoir.Wiring;

/// <summary>The watchdog, and what the demonstrations need: threads that bring packets and work with the disk, on the services' own pools.
/// Boot context.</summary>
internal sealed class DemoWiring
{
    public DemoWiring(Scheduler scheduler, Reservations reservations, ConsoleWiring console, NetworkWiring network, StorageWiring storage)
    {
        Watchdog = new Watchdog(scheduler, console.Input.Log.CreateWriter());
        reservations.Thread("watchdog", Priorities.Watchdog, Watchdog, Reservations.ServiceRestarts);
        if (network.Stack is null || network.Thread is null || storage.Disk is null)
        {
            return;
        }

        var flood = new Flood(scheduler, network.Frames, network.Stack);
        reservations.Thread(Flood.ThreadName, Priorities.Flood, flood, Reservations.ServiceRestarts);
        var load = new DiskLoad(scheduler, storage.Disk);
        reservations.Thread(DiskLoad.ThreadName, Priorities.DiskLoad, load, Reservations.ServiceRestarts);
        var scratch = new ScratchHand(scheduler);
        KernelThread scratchThread = reservations.Thread(ScratchHand.ThreadName, Priorities.Victim, scratch, Reservations.ServiceRestarts);
        var answers = new AnswerService();
        network.Stack.Ports.Add(answers);
        if (network.Stack.Output is { } output)
        {
            var parts = new IsolationParts
            {
                Scheduler = scheduler,
                Stack = network.Stack,
                Protocols = network.Thread,
                Flood = flood,
                Answers = answers,
                Disk = load,
                Scratch = scratch,
                ScratchThread = scratchThread,
                Service = storage.Service,
                Recorder = storage.Recorder,
            };
            Isolation = new IsolationDemo(parts, output);
        }

        Starvation = new StarvationDemo(scheduler, flood, load, network.Thread, storage.Service, storage.Recorder, Watchdog);
    }

    /// <summary>Looks for threads that wait for each other.</summary>
    public Watchdog Watchdog { get; }

    /// <summary>The isolation matrix; null without a card or a disk.</summary>
    public IsolationDemo? Isolation { get; }

    /// <summary>The flood; null without a card or a disk.</summary>
    public StarvationDemo? Starvation { get; }
}
