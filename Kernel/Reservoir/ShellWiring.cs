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
        machine.AddCommand(new HelpCommand(commands));
        machine.AddCommand(new PoolsCommand(machine.Reservations.Pools, memory));
        machine.AddCommand(new PoolCommand(machine.Reservations.Pools, machine.Scheduler));
        machine.AddCommand(new MemoryCommand(memory));
        machine.AddCommand(new ThreadsCommand(machine.Scheduler));
        machine.AddCommand(new ThreadCommand(machine.Scheduler, machine.Reservations.Pools));
        machine.AddCommand(new InterruptsCommand(machine.Scheduler));
        machine.AddCommand(new PciCommand());
        machine.AddCommand(new NetCommand(network.Stack, network.Thread));
        machine.AddCommand(new NicCommand(network.Stack, machine.Scheduler.Clock));
        machine.AddCommand(new DiskCommand(storage.Disks, storage.Others, machine.Scheduler.Clock));
        machine.AddCommand(new RecordCommand(recorder.Service, recorder.Thread));
        machine.AddCommand(new SelfTestCommand(machine.SelfTests.Runner));
        machine.AddCommand(new WatchdogCommand(machine.Watchdog));
        machine.AddCommand(new LogCommand(machine.Console.Input.Log));
        machine.AddCommand(new OptionsCommand(machine.Options));
        machine.AddCommand(new UptimeCommand(machine.Scheduler, machine.Time.TimerDescription, machine.Time.TimerGrainNanoseconds));
        machine.AddCommand(new TimeCommand(commands, machine.Scheduler.Clock));
        machine.AddCommand(new PanicCommand());
        machine.AddCommand(new RebootCommand(power, recorder.Thread));
        machine.AddCommand(new ShutdownCommand(power, recorder.Thread));
    }
}
