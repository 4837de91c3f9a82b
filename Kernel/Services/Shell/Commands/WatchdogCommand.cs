using System;
using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>watchdog</c>: whether threads wait for each other, and the end of it.</summary>
public sealed class WatchdogCommand : ShellCommand
{
    private readonly Watchdog _watchdog;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="watchdog">The search for threads that wait for each other.</param>
    public WatchdogCommand(Watchdog watchdog)
        : base("watchdog", "watchdog [break]", "deadlocks; 'break' calls one wait off")
    {
        _watchdog = watchdog;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> verb = arguments.Next();
        if (!verb.IsEmpty && !verb.SequenceEqual("break"u8))
        {
            return Refuse(output, verb, "'break' or nothing");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (verb.IsEmpty)
        {
            bool isStuck = _watchdog.Look(context);
            output.WriteLine($"looks {_watchdog.Looks}, deadlocks {_watchdog.Deadlocks}, waits called off {_watchdog.Broken}");
            output.WriteLine(isStuck
                ? "threads wait for each other NOW: 'log' names them; 'watchdog break' calls one wait off"u8
                : "no threads wait for each other"u8);
        }
        else if (_watchdog.TryBreak(context, out KernelThread? victim))
        {
            output.WriteLine($"the wait of {victim!.Name} is called off");
        }
        else
        {
            output.WriteLine("no threads wait for each other: nothing to do"u8);
        }

        return CommandResult.Done;
    }
}
