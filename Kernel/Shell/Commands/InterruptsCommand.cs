using System;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.Core.Runtime;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>irq</c>: how often each line of the interrupt controllers has interrupted, how long that took, and how long interrupts were held off.</summary>
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

        X86Processor processor = X86Processor.Instance;
        ulong perMicrosecond = Math.Max(processor.TimestampFrequency / 1_000_000, 1);
        output.WriteLine("line         count  longest us   total ms  for"u8);
        for (int line = 0; line < Lines; line++)
        {
            if (INTs.HasIrqHandler(line))
            {
                ulong longest = INTs.GetIrqLongest(line) / perMicrosecond;
                ulong total = INTs.GetIrqTime(line) / perMicrosecond / 1000;
                output.WriteLine($"{line,4} {INTs.GetIrqCount(line),13} {longest,11} {total,10}  {Describe(line)}");
            }
        }

        output.WriteLine($"without a cause: {INTs.SpuriousCount}");
        output.Write($"longest that one was held off: {processor.LongestHold / perMicrosecond} us");
        StackTrace.WriteFrame(output, processor.LongestHoldAt, isCaller: false);
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
