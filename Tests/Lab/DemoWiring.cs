using Reservoir.Devices;
using Reservoir.Lab.Commands;
using Reservoir.Lab.Demo;
using Reservoir.Threads;

namespace Reservoir.Lab;

/// <summary>
/// What the demonstrations need: threads that bring packets and work with a disk, a recorder on a port and a disk of their own. Boot
/// context.
/// </summary>
/// <remarks>The buffers are the services' own: what a demonstration takes away, it takes away from the product.</remarks>
internal sealed class DemoWiring
{
    /// <summary>The port of the demonstrations' recorder: a dynamic one (RFC 6335, section 6).</summary>
    private const ushort RecorderPort = 49_998;

    /// <summary>Makes it, and the command <c>demo</c>.</summary>
    /// <param name="machine">What is there already.</param>
    /// <param name="options">Names the disk.</param>
    public DemoWiring(Machine machine, LabOptions options)
    {
        IBlockStorage? disk = FindDisk(machine, options);
        StarvationDemo? starvation = null;
        IsolationDemo? isolation = null;
        if (disk is not null && machine.Network.Stack is { } stack && machine.Network.Thread is { } protocols)
        {
            Scheduler scheduler = machine.Scheduler;
            Reservations reservations = machine.Reservations;
            var flood = new Flood(scheduler, machine.Network.Frames, stack);
            reservations.Thread(LabPlan.Flood, flood);
            var load = new DiskLoad(scheduler, disk);
            reservations.Thread(LabPlan.DiskLoad, load);
            var scratch = new ScratchClaimant(scheduler);
            var answers = new AnswerService();
            stack.Ports.Add(answers);
            var recorder = new RecorderWiring(machine, disk, machine.Storage.RecorderPool, RecorderPort, LabPlan.Writer);
            var volume = new DemoVolume(scheduler, recorder.Thread.Volume);
            var parts = new IsolationParts
            {
                Scheduler = scheduler,
                Stack = stack,
                Protocols = protocols,
                Flood = flood,
                Answers = answers,
                Disk = load,
                Scratch = scratch,
                ScratchThread = reservations.Thread(LabPlan.Scratch, scratch),
                Volume = volume,
                Service = recorder.Service,
                Recorder = recorder.Thread,
            };
            isolation = new IsolationDemo(parts, stack.Card);
            starvation = new StarvationDemo(parts, machine.Watchdog);
        }

        machine.AddCommand(new DemoCommand(starvation, isolation, machine.Console.Input.Log));
    }

    private static IBlockStorage? FindDisk(Machine machine, LabOptions options)
    {
        foreach (IBlockStorage disk in machine.Storage.Disks)
        {
            if (string.Equals(disk.Name, options.DemoDisk.Drive) && disk != machine.Storage.Disk)
            {
                return disk;
            }
        }

        if (options.DemoDisk.IsGiven)
        {
            machine.Console.Messages.WriteLine($"demo-disk={options.DemoDisk.Drive}: there is no such drive besides the recorder's");
        }

        return null;
    }
}
