using System;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.Core.Runtime;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks;

/// <summary>
/// Measures the kernel's basic operations in counts of the processor's counter and writes a line for each: <c>BENCH name unit value</c>.
/// </summary>
/// <remarks>
/// Under QEMU's <c>-icount shift=0,sleep=off</c> a count is a guest instruction, and every figure repeats exactly. Each figure is the
/// lowest of several batches, so that the timer's interrupts don't show, without the cost of the loop itself. The thread that runs it has
/// the same priority as the partner. After that each operation is done once more step by step, which gives the longest of its masked
/// sections.
/// </remarks>
public sealed class BenchmarkRunner
{
    /// <summary>The most threads that wait while the cost for others is measured.</summary>
    public const int MostWaiters = 64;

    private const int Batches = 8;
    private const int Rounds = 200;
    private const int SteppedRounds = 4;

    /// <summary>Long enough for all who wait to stand in the queue again.</summary>
    private const ulong TimeToQueueUp = 10 * Time.Clock.NanosecondsPerMillisecond;

    private readonly Scheduler _scheduler;
    private readonly BenchmarkPools _pools;
    private readonly Semaphore _semaphore;
    private readonly MessageQueue _messages;
    private readonly Measured _nothing;
    private readonly Operation[] _operations;

    /// <summary>Gathers the measurements. Boot context.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="pools">Pools that nobody else uses.</param>
    public BenchmarkRunner(Scheduler scheduler, BenchmarkPools pools)
    {
        _scheduler = scheduler;
        _pools = pools;
        _semaphore = new Semaphore(scheduler, "benchmark", 0, 1);
        _messages = new MessageQueue(scheduler, "benchmark messages", 8);
        Partner = new BenchmarkPartner(scheduler, pools.HandOff);
        Waiter = new BenchmarkWaiter(scheduler, pools.HandOff);
        _nothing = Nothing;
        _operations =
        [
            new("pool-nonblocking-pair", (_, rounds) => NonBlockingPair(_pools.Few, rounds)),
            new("pool-nonblocking-pair-16384", (_, rounds) => NonBlockingPair(_pools.Many, rounds)),
            new("pool-blocking-pair", (context, rounds) => BlockingPair(context, _pools.WaitFew, rounds)),
            new("pool-blocking-pair-16384", (context, rounds) => BlockingPair(context, _pools.WaitMany, rounds)),
            new("semaphore-pair", SemaphorePair),
            new("message-pair", MessagePair),
            new("yield-pair", YieldPair),
            new("semaphore-ping-pong", PingPong),
            new("handoff-round-trip", HandOff),
        ];
    }

    private delegate void Measured(ThreadContext context, int rounds);

    /// <summary>The body of the second thread.</summary>
    public BenchmarkPartner Partner { get; }

    /// <summary>The body of the threads that wait, <see cref="MostWaiters"/> of them.</summary>
    public BenchmarkWaiter Waiter { get; }

    /// <summary>Measures everything. Thread context.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="output">Where the figures go.</param>
    public void Run(ThreadContext context, TextOutput output)
    {
        ulong empty = Lowest(context, _nothing);
        foreach (Operation operation in _operations)
        {
            ulong counts = Lowest(context, operation.Measured);
            Write(output, operation.Name, (counts - empty + Rounds / 2) / Rounds);
        }

        foreach (Operation operation in _operations)
        {
            MaskedSections.Begin();
            operation.Measured(context, SteppedRounds);
            MaskedSections.End();
            WriteLongestSection(output, operation.Name);
        }

        MeasureHandOffs(context, output);
    }

    private static void Write(TextOutput output, string name, ulong value) => output.WriteLine($"BENCH {name} instructions {value}");

    private static void WriteLongestSection(TextOutput output, string name)
    {
        output.WriteLine($"BENCH masked-{name} instructions {MaskedSections.Longest}");
        output.Write("the longest masked section of that:"u8);
        StackTrace.WriteFrame(output, MaskedSections.LongestAt, isCaller: false);
    }

    private ulong Lowest(ThreadContext context, Measured measured)
    {
        ulong lowest = ulong.MaxValue;
        for (int i = 0; i < Batches; i++)
        {
            ulong begun = _scheduler.Processor.Timestamp;
            measured(context, Rounds);
            ulong counts = _scheduler.Processor.Timestamp - begun;
            lowest = counts < lowest ? counts : lowest;
        }

        return lowest;
    }

    /// <summary>
    /// What a return costs that hands the buffer to a less important thread, with one waiter and with many, of a pool of two buffers and of
    /// as many as there can be: it is always the same. The waiter runs, and gives it back, while this thread waits for it.
    /// </summary>
    private void MeasureHandOffs(ThreadContext context, TextOutput output)
    {
        BufferHandle kept = _pools.HandOff.Rent(context).Buffer;
        BufferHandle shared = _pools.HandOff.Rent(context).Buffer;
        Waiter.LetGo(1);
        MeasureHandOff(context, output, _pools.HandOff, "handoff-return-1-waiter", ref shared);
        Waiter.LetGo(MostWaiters - 1);
        MeasureHandOff(context, output, _pools.HandOff, "handoff-return-64-waiters", ref shared);

        // All who wait go over to the large pool, which is as empty.
        Waiter.Pool = _pools.WaitMany;
        BufferHandle last = default;
        for (int i = 0; i < _pools.WaitMany.Count; i++)
        {
            last = _pools.WaitMany.Rent(context).Buffer;
        }

        _pools.HandOff.Return(shared);
        _pools.HandOff.Return(kept);
        MeasureHandOff(context, output, _pools.WaitMany, "handoff-return-64-waiters-16384", ref last);
    }

    private void MeasureHandOff(ThreadContext context, TextOutput output, BlockingPool pool, string name, ref BufferHandle shared)
    {
        ulong overhead = ulong.MaxValue;
        ulong lowest = ulong.MaxValue;
        for (int i = 0; i < Batches; i++)
        {
            _scheduler.Sleep(context, TimeToQueueUp);
            ulong begun = _scheduler.Processor.Timestamp;
            overhead = Math.Min(overhead, _scheduler.Processor.Timestamp - begun);
            begun = _scheduler.Processor.Timestamp;
            pool.Return(shared);
            lowest = Math.Min(lowest, _scheduler.Processor.Timestamp - begun);
            shared = pool.Rent(context).Buffer;
        }

        Write(output, name, lowest - overhead);
        _scheduler.Sleep(context, TimeToQueueUp);
        MaskedSections.Begin();
        pool.Return(shared);
        MaskedSections.End();
        WriteLongestSection(output, name);
        shared = pool.Rent(context).Buffer;
    }

    private void Nothing(ThreadContext context, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
        }
    }

    private static void NonBlockingPair(NonBlockingPool pool, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            pool.Return(pool.TryRent().Buffer);
        }
    }

    private static void BlockingPair(ThreadContext context, BlockingPool pool, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            pool.Return(pool.Rent(context).Buffer);
        }
    }

    private void SemaphorePair(ThreadContext context, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            _semaphore.Release();
            _semaphore.Wait(context);
        }
    }

    private void MessagePair(ThreadContext context, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            _messages.Send(context, new Message(1, 2));
            _messages.Receive(context, out _);
        }
    }

    /// <summary>Both threads give way in turn: two switches a round.</summary>
    private void YieldPair(ThreadContext context, int rounds)
    {
        Partner.Begin(BenchmarkPartner.Part.Yield, rounds);
        for (int i = 0; i < rounds; i++)
        {
            _scheduler.Yield(context);
        }
    }

    private void PingPong(ThreadContext context, int rounds)
    {
        Partner.Begin(BenchmarkPartner.Part.Answer, rounds);
        for (int i = 0; i < rounds; i++)
        {
            Partner.Ping.Release();
            Partner.Pong.Wait(context);
        }
    }

    /// <summary>One buffer for two threads: each return hands it to the other, who waits for it.</summary>
    private void HandOff(ThreadContext context, int rounds)
    {
        BufferHandle kept = _pools.HandOff.Rent(context).Buffer;
        BufferHandle shared = _pools.HandOff.Rent(context).Buffer;
        Partner.Begin(BenchmarkPartner.Part.Rent, rounds);
        _scheduler.Yield(context);
        for (int i = 0; i < rounds; i++)
        {
            _pools.HandOff.Return(shared);
            shared = _pools.HandOff.Rent(context).Buffer;
        }

        _pools.HandOff.Return(shared);
        _pools.HandOff.Return(kept);
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
