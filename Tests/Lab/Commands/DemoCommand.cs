using System;
using Cosmos.Common;
using Reservoir.Console;
using Reservoir.Lab.Demo;
using Reservoir.Shell;
using Reservoir.Threads;

namespace Reservoir.Lab.Commands;

/// <summary><c>demo</c>: shows what the reservation of memory is good for.</summary>
public sealed class DemoCommand : ShellCommand
{
    private readonly StarvationDemo? _starvation;
    private readonly IsolationDemo? _isolation;
    private readonly KernelLog _log;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="starvation">The flood; null without a card or a disk.</param>
    /// <param name="isolation">The isolation matrix; null without a card or a disk.</param>
    /// <param name="log">Shows what the kernel says meanwhile.</param>
    public DemoCommand(StarvationDemo? starvation, IsolationDemo? isolation, KernelLog log)
        : base("demo", "demo starvation|isolation", "what reserved memory is good for")
    {
        _starvation = starvation;
        _isolation = isolation;
        _log = log;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> which = arguments.Next();
        bool isIsolation = which.SequenceEqual("isolation"u8);
        if (!isIsolation && !which.SequenceEqual("starvation"u8))
        {
            return Refuse(output, which, "'starvation' or 'isolation'");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (_starvation is null || _isolation is null)
        {
            output.WriteLine(
                "demo: this needs a network card and a disk of its own: the option demo-disk=DRIVE names one whose content may be lost"u8);
        }
        else if (isIsolation)
        {
            _isolation.Run(context, output);
        }
        else
        {
            _starvation.Run(context, output, _log);
        }

        return CommandResult.Done;
    }
}
