using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Benchmarks;

/// <summary>A thread that does nothing but wait for a buffer and give it back, over and over, once it was let go: the body of
/// many.</summary>
public sealed class BenchmarkWaiter : ThreadBody
{
    private readonly Semaphore _go;

    internal BenchmarkWaiter(Scheduler scheduler, BlockingPool pool)
    {
        Pool = pool;
        _go = new Semaphore(scheduler, "benchmark waiters", 0, BenchmarkRunner.MostWaiters);
    }

    /// <summary>What is waited for next.</summary>
    internal BlockingPool Pool { get; set; }

    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        _go.Wait(context);
        while (true)
        {
            BlockingPool pool = Pool;
            pool.Return(pool.Rent(context).Buffer);
        }
    }

    /// <summary>Lets so many more go.</summary>
    internal void LetGo(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _go.Release();
        }
    }
}
