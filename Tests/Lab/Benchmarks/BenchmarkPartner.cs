using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks;

/// <summary>The other thread of the measurements that need two. It sleeps except during one of them.</summary>
public sealed class BenchmarkPartner : ParkedWorker
{
    private readonly BlockingPool _pool;
    private Part _part;
    private int _rounds;

    internal BenchmarkPartner(Scheduler scheduler, BlockingPool pool)
        : base(scheduler, "benchmark go")
    {
        _pool = pool;
        Ping = new Semaphore(scheduler, "benchmark ping", 0, 1);
        Pong = new Semaphore(scheduler, "benchmark pong", 0, 1);
    }

    /// <summary>What it does in a measurement.</summary>
    internal enum Part
    {
        /// <summary>Gives way again and again.</summary>
        Yield,

        /// <summary>Answers each ping with a pong.</summary>
        Answer,

        /// <summary>Rents and returns again and again, waiting each time.</summary>
        Rent,
    }

    internal Semaphore Ping { get; }

    internal Semaphore Pong { get; }

    /// <inheritdoc/>
    protected override void Work(ThreadContext context)
    {
        switch (_part)
        {
            case Part.Yield:
                Yield(context);
                break;
            case Part.Answer:
                Answer(context);
                break;
            case Part.Rent:
                Rent(context);
                break;
        }
    }

    internal void Begin(Part part, int rounds)
    {
        _part = part;
        _rounds = rounds;
        Start();
    }

    private void Yield(ThreadContext context)
    {
        for (int i = _rounds; i > 0; i--)
        {
            Scheduler.Yield(context);
        }
    }

    private void Answer(ThreadContext context)
    {
        for (int i = _rounds; i > 0; i--)
        {
            Ping.Wait(context);
            Pong.Release();
        }
    }

    private void Rent(ThreadContext context)
    {
        for (int i = _rounds; i > 0; i--)
        {
            _pool.Return(_pool.Rent(context).Buffer);
        }
    }
}
