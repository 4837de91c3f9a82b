using System;
using Cosmos.Common;
using Reservoir.Lab.Victims;
using Reservoir.Shell;
using Reservoir.Threads;

namespace Reservoir.Lab.Commands;

/// <summary><c>kill</c>: kills a thread again and again, wherever it happens to be.</summary>
internal sealed class KillCommand : ShellCommand
{
    private readonly Scheduler _scheduler;
    private readonly ThreadKiller _killer;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="scheduler">Knows the threads.</param>
    /// <param name="killer">Kills them.</param>
    public KillCommand(Scheduler scheduler, ThreadKiller killer)
        : base("kill", "kill THREAD TIMES", "kills a thread that often, wherever it is")
    {
        _scheduler = scheduler;
        _killer = killer;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> name = arguments.Next();
        KernelThread? thread = _scheduler.FindThread(name);
        if (thread is null)
        {
            return Refuse(output, name, "the name of a thread (see 'threads')");
        }

        ReadOnlySpan<byte> word = arguments.Next();
        if (!CommandArguments.TryParse(word, out ulong times) || times is 0 or > ThreadKiller.MostTimes)
        {
            return Refuse(output, word, "how often, 1 to 500");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (_killer.Begin(thread, (int)times))
        {
            output.WriteLine($"{thread.Name} will be killed {times} times, wherever it is; a message tells when that is over");
        }
        else
        {
            output.WriteLine("kill: the killer is busy with another thread"u8);
        }

        return CommandResult.Done;
    }
}
