using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks.Latency;

/// <summary>Uses all processor time that is left over, so that the machine is never idle.</summary>
public sealed class BusyThread : ParkedWorker
{
    private readonly Processor _processor;
    private ulong _turns;
    private ulong _stamp;

    internal BusyThread(Scheduler scheduler)
        : base(scheduler, "latency busy")
    {
        _processor = scheduler.Processor;
    }

    /// <inheritdoc/>
    protected override void Work(ThreadContext context)
    {
        while (true)
        {
            Turns++;
            System.Threading.Volatile.Write(ref _stamp, _processor.Timestamp);
        }
    }

    /// <summary>Turns of its loop so far: each takes the same number of instructions. Any context.</summary>
    internal ulong Turns
    {
        get => System.Threading.Volatile.Read(ref _turns);
        private set => System.Threading.Volatile.Write(ref _turns, value);
    }

    /// <summary>When it last ran, in counts: what is measured from here on contains at most one turn of its loop. Any context.</summary>
    internal ulong Stamp => System.Threading.Volatile.Read(ref _stamp);

    internal void Begin() => Start();
}
