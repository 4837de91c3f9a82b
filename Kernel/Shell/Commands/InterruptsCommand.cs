using System;
using Cosmos.Common;
using Cosmos.Core;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>irq</c>: how often each line of the interrupt controllers has interrupted.</summary>
public sealed class InterruptsCommand : ShellCommand
{
    private const int Lines = 16;

    /// <summary>Makes the command. Boot context.</summary>
    public InterruptsCommand()
        : base("irq", "irq", "interrupts by line")
    {
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        output.WriteLine("line         count  for"u8);
        for (int line = 0; line < Lines; line++)
        {
            if (INTs.HasIrqHandler(line))
            {
                output.WriteLine($"{line,4} {INTs.GetIrqCount(line),13}  {Describe(line)}");
            }
        }

        output.WriteLine($"without a cause: {INTs.SpuriousCount}");
        return CommandResult.Done;
    }

    // Lines of the ISA bus have the same user on every PC (PCI Local Bus specification 3.0, 3.2.2.3.4 names the rest).
    private static ReadOnlySpan<byte> Describe(int line) => line switch
    {
        0 => "timer"u8,
        1 => "keyboard"u8,
        3 => "second serial port"u8,
        4 => "serial port"u8,
        8 => "real-time clock"u8,
        12 => "mouse"u8,
        14 => "first disk channel"u8,
        15 => "second disk channel"u8,
        _ => "PCI devices"u8,
    };
}
