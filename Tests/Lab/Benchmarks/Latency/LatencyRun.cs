using Cosmos.Common;
using Cosmos.Core;
using Cosmos.Core.Runtime;
using Reservoir.Devices;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Lab.Benchmarks.Latency;

/// <summary>
/// Measures from the timer to a thread, first in peace (its median is <c>timer-to-thread</c>), and, after <see cref="FrameCost"/>, while
/// the network card is flooded from outside, the disk is read without a pause and a thread uses what is left of the processor: minimum,
/// median, 99.9 % and maximum.
/// </summary>
/// <remarks>It says <c>BENCH-READY latency</c> when the flood may come, waits until they do, and says in the end how much load there was.
/// The maximum is named with what the kernel's own records say of it.</remarks>
public sealed class LatencyRun
{
    private const ulong FramesForAFlood = 100;
    private const ulong Glance = Clock.NanosecondsPerMillisecond;
    private const int MostGlances = 5000;
    private const int QuietSamples = 1000;

    private readonly Scheduler _scheduler;
    private readonly NetworkCard _card;
    private readonly FrameCost _frameCost;
    private readonly int _samples;

    /// <summary>Gathers what is needed. Boot context.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="card">The card that is flooded.</param>
    /// <param name="disk">The disk that is read.</param>
    /// <param name="histogram">An empty one.</param>
    /// <param name="samples">How many to take.</param>
    public LatencyRun(Scheduler scheduler, NetworkCard card, IBlockStorage disk, LatencyHistogram histogram, int samples)
    {
        _scheduler = scheduler;
        _card = card;
        _samples = samples;
        Sampler = new LatencySampler(scheduler, histogram);
        Busy = new BusyThread(scheduler);
        _frameCost = new FrameCost(scheduler, card, Busy);
        Disk = new DiskLoad(scheduler, disk);
    }

    /// <summary>The body of the most important thread.</summary>
    public LatencySampler Sampler { get; }

    /// <summary>The body of the least important thread.</summary>
    public BusyThread Busy { get; }

    /// <summary>The body of the thread that reads.</summary>
    public DiskLoad Disk { get; }

    /// <summary>Measures. Thread context, above <see cref="Busy"/>.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="output">Where the figures go.</param>
    public void Run(ThreadContext context, TextOutput output)
    {
        Busy.Begin();
        Sampler.Take(context, QuietSamples, Busy);
        output.WriteLine($"BENCH timer-to-thread instructions {Sampler.Histogram.Quantile(500)}");
        Sampler.Take(context, QuietSamples);
        output.WriteLine($"BENCH deadline-to-thread instructions {Sampler.Histogram.Quantile(500)}");
        _frameCost.Run(context, output);
        output.WriteLine("BENCH-READY latency"u8);
        Disk.Begin();
        if (!AwaitFlood(context))
        {
            output.WriteLine("BENCH-FAILED latency no frames arrive"u8);
            return;
        }

        ulong frames = Frames;
        ulong reads = Disk.Reads;
        ulong begun = _scheduler.Clock.Nanoseconds;
        Sampler.Take(context, _samples);
        ulong milliseconds = (_scheduler.Clock.Nanoseconds - begun) / Clock.NanosecondsPerMillisecond + 1;
        if (Disk.Status != BlockStatus.Ok)
        {
            output.WriteLine("BENCH-FAILED latency the disk can't be read"u8);
            return;
        }

        LatencyHistogram seen = Sampler.Histogram;
        output.WriteLine($"BENCH latency-min instructions {seen.Minimum}");
        output.WriteLine($"BENCH latency-median instructions {seen.Quantile(500)}");
        output.WriteLine($"BENCH latency-p999 instructions {seen.Quantile(999)}");
        output.WriteLine($"BENCH latency-max instructions {seen.Maximum}");
        ulong tenths = seen.Maximum * 10 / (seen.Minimum == 0 ? 1 : seen.Minimum);
        output.WriteLine($"BENCH latency-max-ratio times {tenths / 10}.{tenths % 10}");
        output.WriteLine($"BENCH latency-samples samples {seen.Count}");
        output.WriteLine($"BENCH latency-load-frames frames/s {(Frames - frames) * 1000 / milliseconds}");
        output.WriteLine($"BENCH latency-load-reads reads/s {(Disk.Reads - reads) * 1000 / milliseconds}");
        Explain(output);
    }

    /// <summary>What the card has had to do with, lost ones included.</summary>
    private ulong Frames
    {
        get
        {
            NetworkStatistics numbers = _card.TakeStatistics();
            return numbers.FramesReceived + numbers.FramesDropped + numbers.FramesMissed;
        }
    }

    private bool AwaitFlood(ThreadContext context)
    {
        for (int i = 0; i < MostGlances && Frames < FramesForAFlood; i++)
        {
            _scheduler.Sleep(context, Glance);
        }

        return Frames >= FramesForAFlood;
    }

    private void Explain(TextOutput output)
    {
        if (Sampler.HeldAt != 0)
        {
            output.Write("latency-max: the interrupt came in a masked section, "u8);
            StackTrace.WriteFrame(output, Sampler.HeldAt, isCaller: false);
        }

        for (int i = 0; i < INTs.Sources; i++)
        {
            if (Sampler.HandlersDuring[i] != 0)
            {
                output.Write($"latency-max: during the sleep, handlers of interrupt source {i} ");
                output.WriteLine($"took {Sampler.HandlersDuring[i]} instructions, at most {INTs.GetIrqLongest(i)} at once");
            }
        }

        X86Processor processor = X86Processor.Instance;
        output.Write($"longest masked section that held an interrupt off: {processor.LongestHold} instructions, ");
        StackTrace.WriteFrame(output, processor.LongestHoldAt, isCaller: false);
    }
}
