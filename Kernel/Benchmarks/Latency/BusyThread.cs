using Reservoir.Threads;

namespace Reservoir.Benchmarks.Latency;

/// <summary>Uses all processor time that is left over, so that the machine is never idle.</summary>
public sealed class BusyThread : ThreadBody
{
    private readonly Semaphore _go;

    private ulong _turns;

    internal BusyThread(Scheduler scheduler)
    {
        _go = new Semaphore(scheduler, "latency busy", 0, 1);
    }

    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        _go.Wait(context);
        while (true)
        {
            Turns++;
        }
    }

    /// <summary>Turns of its loop so far: each takes the same number of instructions. Any context.</summary>
    internal ulong Turns
    {
        get => System.Threading.Volatile.Read(ref _turns);
        private set => System.Threading.Volatile.Write(ref _turns, value);
    }

    internal void Begin() => _go.Release();
}
