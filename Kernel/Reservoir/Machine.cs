using System.Collections.Generic;
using Cosmos.Common;
using Reservoir.Options;
using Reservoir.Shell;
using Reservoir.Threads;

namespace Reservoir;

/// <summary>
/// What the boot has made, in the order in which it makes it: each part may use those before it. The one thing that parts of the boot hand
/// to each other.
/// </summary>
public sealed class Machine
{
    /// <summary>The command line, parsed.</summary>
    public KernelOptions Options { get; internal set; } = null!;

    /// <summary>The clock and the timer.</summary>
    public TimeWiring Time { get; internal set; } = null!;

    /// <summary>The threads.</summary>
    public Scheduler Scheduler { get; internal set; } = null!;

    /// <summary>The plan's memory.</summary>
    public Reservations Reservations { get; internal set; } = null!;

    /// <summary>Serial line, screen, keyboard, log.</summary>
    public ConsoleWiring Console { get; internal set; } = null!;

    /// <summary>The network.</summary>
    public NetworkWiring Network { get; internal set; } = null!;

    /// <summary>The disks and the recorder.</summary>
    public StorageWiring Storage { get; internal set; } = null!;

    /// <summary>The self-tests.</summary>
    public SelfTestWiring SelfTests { get; internal set; } = null!;

    /// <summary>Finds threads that wait for each other.</summary>
    public Watchdog Watchdog { get; internal set; } = null!;

    /// <summary>The shell's commands.</summary>
    public CommandTable Commands { get; } = new();

    /// <summary>What the shell's thread does once, before its first prompt, in this order: the self-tests first. An image adds its
    /// own.</summary>
    public List<BootStep> BootSteps { get; } = [];

    /// <summary>Adds a command to the shell; says so if it can't be added. Boot context.</summary>
    /// <param name="command">The command.</param>
    public void AddCommand(ShellCommand command)
    {
        if (!Commands.Add(command))
        {
            Console.Messages.WriteLine($"shell: no place for the command '{command.Name}', or another one has its name");
        }
    }

    /// <summary>A writer of lines to the kernel's log, for one thread. Boot context.</summary>
    public TextOutput CreateLogWriter() => Console.Input.Log.CreateWriter();
}
