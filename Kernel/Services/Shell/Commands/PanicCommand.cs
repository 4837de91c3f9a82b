using Cosmos.Common;
using Cosmos.Core;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>panic</c>: stops the kernel as a fault in an interrupt handler would.</summary>
public sealed class PanicCommand : ShellCommand
{
    /// <summary>Makes the command. Boot context.</summary>
    public PanicCommand()
        : base("panic", "panic yes", "stops the kernel with a stack trace")
    {
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        System.ReadOnlySpan<byte> word = arguments.Next();
        if (!System.MemoryExtensions.SequenceEqual(word, "yes"u8))
        {
            return Refuse(output, word, "'yes'");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        Fault.Panic("asked for at the shell"u8);
        return CommandResult.Done;
    }
}
