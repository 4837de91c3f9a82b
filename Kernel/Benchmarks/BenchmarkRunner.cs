using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Benchmarks;

/// <summary>
/// Measures the kernel's basic operations in counts of the processor's counter and writes a line for each: <c>BENCH name unit value</c>.
/// </summary>
/// <remarks>
/// Under QEMU's <c>-icount shift=0,sleep=off</c> a count is a guest instruction, and every figure repeats exactly. Each figure is the lowest of several batches, so
/// that the timer's interrupts don't show, without the cost of the loop itself. The thread that runs it has the same priority as the partner.
/// </remarks>
public sealed class BenchmarkRunner
{
    private const int Batches = 8;
    private const int Rounds = 200;

    private readonly Scheduler _scheduler;
    private readonly NonBlockingPool _nonBlocking;
    private readonly BlockingPool _blocking;
    private readonly Semaphore _semaphore;
    private readonly Measured _nothing;
    private readonly Operation[] _operations;

    /// <summary>Gathers the measurements. Boot context.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="nonBlocking">A pool that nobody else uses.</param>
    /// <param name="blocking">A pool of two buffers that nobody else uses.</param>
    public BenchmarkRunner(Scheduler scheduler, NonBlockingPool nonBlocking, BlockingPool blocking)
    {
        _scheduler = scheduler;
        _nonBlocking = nonBlocking;
        _blocking = blocking;
        _semaphore = new Semaphore(scheduler, "benchmark", 0, 1);
        Partner = new BenchmarkPartner(scheduler, blocking);
        _nothing = Nothing;
        _operations =
        [
            new("pool-nonblocking-pair", NonBlockingPair),
            new("pool-blocking-pair", BlockingPair),
            new("semaphore-pair", SemaphorePair),
            new("yield-pair", YieldPair),
            new("semaphore-ping-pong", PingPong),
            new("handoff-round-trip", HandOff),
        ];
    }

    private delegate void Measured(ThreadContext context);

    /// <summary>The body of the second thread.</summary>
    public BenchmarkPartner Partner { get; }

    /// <summary>Measures everything. Thread context.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="output">Where the figures go.</param>
    public void Run(ThreadContext context, TextOutput output)
    {
        ulong empty = Lowest(context, _nothing);
        foreach (Operation operation in _operations)
        {
            ulong counts = Lowest(context, operation.Measured);
            output.WriteLine($"BENCH {operation.Name} instructions {(counts - empty + Rounds / 2) / Rounds}");
        }
    }

    private ulong Lowest(ThreadContext context, Measured measured)
    {
        ulong lowest = ulong.MaxValue;
        for (int i = 0; i < Batches; i++)
        {
            ulong begun = _scheduler.Processor.Timestamp;
            measured(context);
            ulong counts = _scheduler.Processor.Timestamp - begun;
            lowest = counts < lowest ? counts : lowest;
        }

        return lowest;
    }

    private void Nothing(ThreadContext context)
    {
        for (int i = 0; i < Rounds; i++)
        {
        }
    }

    private void NonBlockingPair(ThreadContext context)
    {
        for (int i = 0; i < Rounds; i++)
        {
            _nonBlocking.Return(_nonBlocking.TryRent().Buffer);
        }
    }

    private void BlockingPair(ThreadContext context)
    {
        for (int i = 0; i < Rounds; i++)
        {
            _blocking.Return(_blocking.Rent(context).Buffer);
        }
    }

    private void SemaphorePair(ThreadContext context)
    {
        for (int i = 0; i < Rounds; i++)
        {
            _semaphore.Release();
            _semaphore.Wait(context);
        }
    }

    /// <summary>Both threads give way in turn: two switches a round.</summary>
    private void YieldPair(ThreadContext context)
    {
        Partner.Begin(BenchmarkPartner.Part.Yield, Rounds);
        for (int i = 0; i < Rounds; i++)
        {
            _scheduler.Yield(context);
        }
    }

    private void PingPong(ThreadContext context)
    {
        Partner.Begin(BenchmarkPartner.Part.Answer, Rounds);
        for (int i = 0; i < Rounds; i++)
        {
            Partner.Ping.Release();
            Partner.Pong.Wait(context);
        }
    }

    /// <summary>One buffer for two threads: each return hands it to the other, who waits for it.</summary>
    private void HandOff(ThreadContext context)
    {
        BufferHandle kept = _blocking.Rent(context).Buffer;
        BufferHandle shared = _blocking.Rent(context).Buffer;
        Partner.Begin(BenchmarkPartner.Part.Rent, Rounds);
        _scheduler.Yield(context);
        for (int i = 0; i < Rounds; i++)
        {
            _blocking.Return(shared);
            shared = _blocking.Rent(context).Buffer;
        }

        _blocking.Return(shared);
        _blocking.Return(kept);
    }

    private readonly struct Operation
    {
        public Operation(string name, Measured measured)
        {
            Name = name;
            Measured = measured;
        }

        public string Name { get; }

        public Measured Measured { get; }
    }
}
