using System;
using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>uptime</c>: time since boot, how much of it the processor rested, and what tells the time.</summary>
public sealed class UptimeCommand : ShellCommand
{
    private const int IdleThread = 0;
    private const ulong Percent = 100;
    private readonly Scheduler _scheduler;
    private readonly string _timer;
    private readonly ulong _timerGrain;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="scheduler">Knows time and threads.</param>
    /// <param name="timer">What interrupts when a time is up, for people.</param>
    /// <param name="timerGrainNanoseconds">How fine that is.</param>
    public UptimeCommand(Scheduler scheduler, string timer, ulong timerGrainNanoseconds)
        : base("uptime", "uptime", "time since boot, and how idle it was")
    {
        _scheduler = scheduler;
        _timer = timer;
        _timerGrain = timerGrainNanoseconds;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        Span<byte> scratch = stackalloc byte[TimeText.MaximumLength];
        ulong now = _scheduler.Clock.Nanoseconds;
        ulong idle = _scheduler.GetThread(IdleThread).CpuNanoseconds;
        ulong share = now < Percent ? 0 : Math.Min(Percent, idle / (now / Percent));
        output.WriteLine($"up {TimeText.Seconds(now, scratch)} s, idle {share} %, {_scheduler.Switches} thread switches");
        output.WriteLine(
            $"clock: a counter at {_scheduler.Processor.TimestampFrequency / 1000} kHz; timer: {_timer}, grain {_timerGrain} ns");
        return CommandResult.Done;
    }
}
