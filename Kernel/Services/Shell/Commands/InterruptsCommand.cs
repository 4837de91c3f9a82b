using System;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.Core.Runtime;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Shell.Commands;

/// <summary>
/// <c>irq</c>: how often everything that interrupts has done so, how long that took, and the longest time for which an interrupt had to
/// wait; since boot, or over some seconds from now.
/// </summary>
public sealed class InterruptsCommand : ShellCommand
{
    private const int MostSeconds = 3600;
    private const ulong PartsPerMillion = 1_000_000;

    private readonly Scheduler _scheduler;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="scheduler">Knows the time.</param>
    public InterruptsCommand(Scheduler scheduler)
        : base("irq", "irq [SECONDS]", "interrupts, and what they cost")
    {
        _scheduler = scheduler;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ulong seconds = 0;
        ReadOnlySpan<byte> word = arguments.Next();
        if (!word.IsEmpty && (!CommandArguments.TryParse(word, out seconds) || seconds is 0 or > MostSeconds))
        {
            return Refuse(output, word, "seconds, 1 to 3600");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        Span<ulong> counts = stackalloc ulong[INTs.Sources];
        Span<ulong> times = stackalloc ulong[INTs.Sources];
        ulong begun = 0;
        if (seconds != 0)
        {
            Read(counts, times);
            begun = _scheduler.Clock.Nanoseconds;
            _scheduler.Sleep(context, seconds * Clock.NanosecondsPerSecond);
        }

        WriteTable(output, counts, times, _scheduler.Clock.Nanoseconds - begun);
        WriteLongestHold(output);
        return CommandResult.Done;
    }

    private static void Read(Span<ulong> counts, Span<ulong> times)
    {
        for (int i = 0; i < INTs.Sources; i++)
        {
            counts[i] = INTs.GetIrqCount(i);
            times[i] = INTs.GetIrqTime(i);
        }
    }

    private void WriteTable(TextOutput output, ReadOnlySpan<ulong> countsBefore, ReadOnlySpan<ulong> timesBefore, ulong nanoseconds)
    {
        Span<ulong> counts = stackalloc ulong[INTs.Sources];
        Span<ulong> times = stackalloc ulong[INTs.Sources];
        Read(counts, times);
        ulong count = 0;
        ulong time = 0;
        output.WriteLine("line vector         count    total us  longest us  for"u8);
        for (int source = 0; source < INTs.Sources; source++)
        {
            counts[source] -= countsBefore[source];
            times[source] = _scheduler.Clock.ToNanoseconds(times[source] - timesBefore[source]);
            count += counts[source];
            time += times[source];
            if (INTs.HasIrqHandler(source))
            {
                ulong longest = _scheduler.Clock.ToNanoseconds(INTs.GetIrqLongest(source));
                if (source == INTs.TimerSource)
                {
                    output.Write("   -"u8);
                }
                else
                {
                    output.Write($"{source,4}");
                }

                output.WriteLine(
                    $" {INTs.GetVector(source),6} {counts[source],13} {times[source] / 1000,11} {longest / 1000,11}  {Describe(source)}");
            }
        }

        ulong share = nanoseconds < PartsPerMillion ? 0 : time / (nanoseconds / PartsPerMillion);
        output.WriteLine(
            $"all {count,21} {time / 1000,11}              {share / 10_000}.{share / 1000 % 10}{share / 100 % 10} % of the " +
            $"time; {INTs.SpuriousCount} without a cause since boot");
    }

    private void WriteLongestHold(TextOutput output)
    {
        X86Processor processor = X86Processor.Instance;
        output.Write(
            $"longest that one was held off by a masked section, since boot: {_scheduler.Clock.ToNanoseconds(processor.LongestHold)} ns");
        StackTrace.WriteFrame(output, processor.LongestHoldAt, isCaller: false);
    }

    // Lines of the ISA bus have the same user on every PC (PCI Local Bus specification 3.0, 3.2.2.3.4 names the rest).
    private static ReadOnlySpan<byte> Describe(int line) => line switch
    {
        0 or INTs.TimerSource => "timer"u8,
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
