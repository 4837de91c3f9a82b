using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Lab.Benchmarks.Latency;

/// <summary>
/// Measures what a received frame costs: all the time that <see cref="BusyThread"/> doesn't get, divided by the number of frames. So it
/// contains the interrupt's entry and end, the driver, the switches, the protocols up to the verdict, the echo's answer and the interrupt
/// that tells of its departure.
/// </summary>
/// <remarks>The frames come one at a time, far enough apart that none is waiting when the next comes: no cost is shared.</remarks>
internal sealed class FrameCost
{
    private const ulong Frames = 1000;
    private const ulong Glance = 10 * Clock.NanosecondsPerMillisecond;
    private const int MostGlances = 1000;

    private readonly Scheduler _scheduler;
    private readonly NetworkCard _card;
    private readonly BusyThread _busy;

    /// <summary>Gathers what is needed. Boot context.</summary>
    public FrameCost(Scheduler scheduler, NetworkCard card, BusyThread busy)
    {
        _scheduler = scheduler;
        _card = card;
        _busy = busy;
    }

    /// <summary>Measures, while somebody sends frames. Thread context, above the busy thread, which runs already.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="output">Where the figure goes.</param>
    public void Run(ThreadContext context, TextOutput output)
    {
        // What a turn takes without frames: in units of a turn, so that nothing is lost to rounding.
        ulong quietBegun = _scheduler.Processor.Timestamp;
        ulong quietTurns = _busy.Turns;
        _scheduler.Sleep(context, Glance);
        ulong quiet = _scheduler.Processor.Timestamp - quietBegun;
        quietTurns = _busy.Turns - quietTurns;

        output.WriteLine("BENCH-READY frames"u8);
        ulong firstFrame = _card.TakeStatistics().FramesReceived;
        ulong frames = AwaitFrames(context, firstFrame, 1);
        ulong begun = _scheduler.Processor.Timestamp;
        ulong turns = _busy.Turns;
        ulong before = firstFrame + frames;
        frames = AwaitFrames(context, before, Frames);
        ulong taken = _scheduler.Processor.Timestamp - begun;
        turns = _busy.Turns - turns;
        if (frames < Frames || quietTurns == 0)
        {
            output.WriteLine($"BENCH-FAILED frame-instructions-single {frames} frames arrived");
            return;
        }

        ulong spent = taken - (ulong)(global::System.UInt128.One * turns * quiet / quietTurns);
        output.WriteLine($"BENCH frame-instructions-single instructions {(spent + frames / 2) / frames}");
    }

    /// <summary>Waits for so many frames behind the first ones, within bounds.</summary>
    private ulong AwaitFrames(ThreadContext context, ulong before, ulong wanted)
    {
        ulong frames = 0;
        for (int i = 0; i < MostGlances && frames < wanted; i++)
        {
            _scheduler.Sleep(context, Glance);
            frames = _card.TakeStatistics().FramesReceived - before;
        }

        return frames;
    }
}
