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
            System.Threading.Volatile.Write(ref _turns, _turns + 1);
        }
    }

    internal void Begin() => _go.Release();
}
