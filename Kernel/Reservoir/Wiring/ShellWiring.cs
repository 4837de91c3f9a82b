using Reservoir.Benchmarks.Latency;
using Reservoir.Memory;
using Reservoir.Shell;
using Reservoir.Shell.Commands;
using Reservoir.Threads;

namespace Reservoir.Wiring;

/// <summary>The shell's commands, each with what it shows or does. Boot context.</summary>
internal static class ShellWiring
{
    public static void Start(
        Scheduler scheduler, TimeWiring time, Reservations reservations, ConsoleWiring console, NetworkWiring network,
            StorageWiring storage, SelfTestWiring tests, DemoWiring demos,
        BenchmarkWiring? benchmarks, LatencyRun? latency)
    {
        var power = new MachinePower();
        var commands = new CommandTable();
        commands.Add(new HelpCommand(commands));
        commands.Add(new PoolsCommand(reservations.Pools));
        commands.Add(new PoolCommand(reservations.Pools, scheduler));
        commands.Add(new MemoryCommand(reservations.Memory));
        commands.Add(new ThreadsCommand(scheduler));
        commands.Add(new ThreadCommand(scheduler, reservations.Pools, tests.Killer));
        commands.Add(new InterruptsCommand(scheduler));
        commands.Add(new PciCommand());
        commands.Add(new NetCommand(network.Stack, network.Thread));
        commands.Add(new NicCommand(network.Stack, scheduler.Clock));
        commands.Add(new DiskCommand(storage.Disks, storage.Others, scheduler.Clock));
        commands.Add(new RecordCommand(storage.Service, storage.Recorder));
        commands.Add(new SelfTestCommand(tests.SelfTests));
        commands.Add(new StormCommand(tests.Storm));
        commands.Add(new DemoCommand(demos.Starvation, demos.Isolation, console.Input.Log));
        commands.Add(new WatchdogCommand(demos.Watchdog));
        commands.Add(new LogCommand(console.Input.Log));
        commands.Add(new UptimeCommand(scheduler, time.TimerDescription, time.TimerGrainNanoseconds));
        commands.Add(new TimeCommand(commands, scheduler.Clock));
        commands.Add(new FaultCommand(tests.Victims));
        commands.Add(new PanicCommand());
        commands.Add(new RebootCommand(power, storage.Recorder));
        commands.Add(new ShutdownCommand(power, storage.Recorder));

        var shell = new Shell.Shell(console.Input, console.Output, commands);
        Region scratch = reservations.Region("shell-scratch", ReservationKind.Scratch);
        reservations.Thread("shell", Priorities.Shell, new ShellThread(scheduler, console, tests, benchmarks, latency, shell, scratch),
            Reservations.ServiceRestarts);
    }
}
