using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Shell;
using Reservoir.Shell.Commands;

namespace Reservoir;

/// <summary>The shell's commands, each with what it shows or does, and the shell's thread. Boot context.</summary>
internal static class ShellWiring
{
    /// <summary>Adds the commands of every image to those that the image has added itself, and starts the shell.</summary>
    /// <param name="machine">Everything else.</param>
    public static void Start(Machine machine)
    {
        var power = new MachinePower();
        AddCommands(machine, power);
        var scratch = new ThreadScratch(machine.Reservations.Region("shell-scratch", ReservationKind.Scratch));
        var shell = new Shell.Shell(machine.Console.Input, machine.Console.Output, machine.Commands, scratch);
        var body = new ShellThread(shell, scratch, [.. machine.BootSteps], power, machine.Scheduler.Clock);
        machine.Reservations.Thread(Plan.Shell, body);
    }

    private static void AddCommands(Machine machine, PowerSwitch power)
    {
        CommandTable commands = machine.Commands;
        MemoryManager memory = machine.Reservations.Memory;
        NetworkWiring network = machine.Network;
        StorageWiring storage = machine.Storage;
        RecorderWiring recorder = storage.Recorder;
        commands.Add(new HelpCommand(commands));
        commands.Add(new PoolsCommand(machine.Reservations.Pools, memory));
        commands.Add(new PoolCommand(machine.Reservations.Pools, machine.Scheduler));
        commands.Add(new MemoryCommand(memory));
        commands.Add(new ThreadsCommand(machine.Scheduler));
        commands.Add(new ThreadCommand(machine.Scheduler, machine.Reservations.Pools));
        commands.Add(new InterruptsCommand(machine.Scheduler));
        commands.Add(new PciCommand());
        commands.Add(new NetCommand(network.Stack, network.Thread));
        commands.Add(new NicCommand(network.Stack, machine.Scheduler.Clock));
        commands.Add(new DiskCommand(storage.Disks, storage.Others, machine.Scheduler.Clock));
        commands.Add(new RecordCommand(recorder.Service, recorder.Thread));
        commands.Add(new SelfTestCommand(machine.SelfTests.Runner));
        commands.Add(new WatchdogCommand(machine.Watchdog));
        commands.Add(new LogCommand(machine.Console.Input.Log));
        commands.Add(new OptionsCommand(machine.Options));
        commands.Add(new UptimeCommand(machine.Scheduler, machine.Time.TimerDescription, machine.Time.TimerGrainNanoseconds));
        commands.Add(new TimeCommand(commands, machine.Scheduler.Clock));
        commands.Add(new PanicCommand());
        commands.Add(new RebootCommand(power, recorder.Thread));
        commands.Add(new ShutdownCommand(power, recorder.Thread));
    }
}
