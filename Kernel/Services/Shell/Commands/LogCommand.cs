using Cosmos.Common;
using Reservoir.Console;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>log</c>: the kernel's latest messages.</summary>
public sealed class LogCommand : ShellCommand
{
    private readonly KernelLog _log;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="log">What is shown.</param>
    public LogCommand(KernelLog log)
        : base("log", "log", "what the kernel has said lately")
    {
        _log = log;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        _log.ShowAll(output);
        return CommandResult.Done;
    }
}
