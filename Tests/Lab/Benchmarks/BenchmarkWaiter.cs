using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks;

/// <summary>A thread that does nothing but wait for a buffer and give it back, over and over, once it was let go: the body of
/// many.</summary>
public sealed class BenchmarkWaiter : ParkedWorker
{
    internal BenchmarkWaiter(Scheduler scheduler, BlockingPool pool)
        : base(scheduler, "benchmark waiters", BenchmarkRunner.MostWaiters)
    {
        Pool = pool;
    }

    /// <summary>What is waited for next.</summary>
    internal BlockingPool Pool { get; set; }

    /// <inheritdoc/>
    protected override void Work(ThreadContext context)
    {
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
            Start();
        }
    }
}
