using System;
using Cosmos.Common;
using Reservoir.Lab.Storms;
using Reservoir.Shell;
using Reservoir.Threads;

namespace Reservoir.Lab.Commands;

/// <summary><c>storm</c>: threads and interrupts fight for every pool, and each second the books are audited.</summary>
public sealed class StormCommand : ShellCommand
{
    private const int UsualSeconds = 10;
    private const int MostSeconds = 3600;
    private readonly PoolStorm? _storm;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="storm">The storm; null if there is none.</param>
    public StormCommand(PoolStorm? storm)
        : base("storm", "storm [SECONDS]", "threads and interrupts fight for all pools")
    {
        _storm = storm;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ulong seconds = UsualSeconds;
        ReadOnlySpan<byte> word = arguments.Next();
        if (!word.IsEmpty && (!CommandArguments.TryParse(word, out seconds) || seconds is 0 or > MostSeconds))
        {
            return Refuse(output, word, "seconds, 1 to 3600");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (_storm is null)
        {
            output.WriteLine("storm: there are no storm threads in this kernel"u8);
        }
        else
        {
            _storm.Run(context, (int)seconds, output);
        }

        return CommandResult.Done;
    }
}
