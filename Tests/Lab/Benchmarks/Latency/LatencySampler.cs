using Cosmos.Core;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Lab.Benchmarks.Latency;

/// <summary>
/// Sleeps again and again, for times without a pattern, and notes how much later than its deadline it runs: the timer's interrupt, whatever
/// holds it off, and the switch.
/// </summary>
/// <remarks>Of the longest it keeps what the kernel knew at that moment: the masked section that held an interrupt off last, and how long
/// the handlers of each source have run since the sleep began.</remarks>
public sealed class LatencySampler : ParkedWorker
{
    private const ulong ShortestSleep = 20 * NanosecondsPerMicrosecond;
    private const ulong SpreadOfSleep = 40 * NanosecondsPerMicrosecond;
    private const ulong NanosecondsPerMicrosecond = 1000;

    private readonly Semaphore _done;
    private readonly ulong[] _before = new ulong[INTs.Sources];
    private ulong _random = 1;
    private int _samples;
    private BusyThread? _interrupted;

    internal LatencySampler(Scheduler scheduler, LatencyHistogram histogram)
        : base(scheduler, "latency go")
    {
        Histogram = histogram;
        _done = new Semaphore(scheduler, "latency done", 0, 1);
    }

    /// <summary>What was seen.</summary>
    internal LatencyHistogram Histogram { get; }

    /// <summary>Where the masked section was in which the interrupt of the longest came; 0 if it came in none.</summary>
    internal nuint HeldAt { get; private set; }

    /// <summary>How long the handlers of each source ran during the sleep of the longest, in counts.</summary>
    internal ulong[] HandlersDuring { get; } = new ulong[INTs.Sources];

    /// <inheritdoc/>
    protected override void Work(ThreadContext context)
    {
        for (int i = 0; i < _samples; i++)
        {
            Sample(context);
        }

        _done.Release();
    }

    /// <summary>Takes samples, after forgetting the ones before. Another thread than the sampler's.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="samples">How many.</param>
    /// <param name="interrupted">Whom the timer interrupts: then it is measured from that interrupt; null to measure from the deadline, the
    /// timer's own lateness included.</param>
    internal void Take(ThreadContext context, int samples, BusyThread? interrupted = null)
    {
        _samples = samples;
        _interrupted = interrupted;
        Histogram.Clear();
        Start();
        _done.Wait(context);
    }

    private void Sample(ThreadContext context)
    {
        for (int i = 0; i < INTs.Sources; i++)
        {
            _before[i] = INTs.GetIrqTime(i);
        }

        Scheduler.Sleep(context, ShortestSleep + NextRandom() % SpreadOfSleep);
        ulong now = Scheduler.Processor.Timestamp;
        ulong latency = _interrupted is null
            ? Scheduler.Clock.Nanoseconds - Scheduler.Current.Deadline
            : Scheduler.Clock.ToNanoseconds(now - _interrupted.Stamp);
        if (Histogram.Add(latency))
        {
            Explain(latency);
        }
    }

    private void Explain(ulong latency)
    {
        X86Processor processor = X86Processor.Instance;
        bool wasHeld = Scheduler.Clock.ToNanoseconds(processor.Timestamp - processor.LatestHoldSince) <= latency
            + NanosecondsPerMicrosecond;
        HeldAt = wasHeld ? processor.LatestHoldAt : 0;
        for (int i = 0; i < INTs.Sources; i++)
        {
            HandlersDuring[i] = INTs.GetIrqTime(i) - _before[i];
        }
    }

    /// <summary>Marsaglia's xorshift64: repeats exactly.</summary>
    private ulong NextRandom()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return _random;
    }
}
