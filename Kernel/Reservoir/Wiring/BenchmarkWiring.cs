using System;
using Cosmos.Common;
using Cosmos.Core;
using Reservoir.Benchmarks;
using Reservoir.Benchmarks.Frames;
using Reservoir.Benchmarks.ThreadMetric;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Threads;

namespace Reservoir.Wiring;

/// <summary>The measurements, on pools and threads of their own. Only in a boot with <c>bench=only</c>. Boot context.</summary>
internal sealed class BenchmarkWiring
{
    public BenchmarkWiring(Scheduler scheduler, Reservations reservations, NetworkStack? network)
    {
        var pools = new BenchmarkPools
        {
            Few = reservations.NonBlockingPool("bench-few"),
            Many = reservations.NonBlockingPool("bench-many"),
            WaitFew = reservations.BlockingPool("bench-wait-few"),
            WaitMany = reservations.BlockingPool("bench-wait-many"),
            HandOff = reservations.BlockingPool("bench-handoff"),
        };
        Runner = new BenchmarkRunner(scheduler, pools);
        reservations.Thread("bench", Priorities.Shell, Runner.Partner);
        Region stacks = reservations.Region("bench-waiters", ReservationKind.Scratch);
        for (int i = 0; i < BenchmarkRunner.MostWaiters; i++)
        {
            reservations.Thread(string.Concat("waiter-", ((char)(0x30 + i / 10)).ToString(), ((char)(0x30 + i % 10)).ToString()),
                Priorities.BenchmarkWaiter, Runner.Waiter, StackOf(stacks, i));
        }

        Metric = new MetricSuite(scheduler, new MetricServices(scheduler, reservations.NonBlockingPool("bench-blocks")));
        Region metric = reservations.Region("bench-metric", ReservationKind.Scratch);
        int next = 0;
        Frames = network is null ? null : new FrameBenchmark(scheduler, network);
        Metric.Prepare((name, priority, body) => reservations.Thread(name, priority, body, StackOf(metric, next++)));
    }

    /// <summary>Whether this boot is for measuring.</summary>
    public static bool IsWanted => KernelCommandLine.TryGet("bench"u8, out ReadOnlySpan<byte> value) && value.SequenceEqual("only"u8);

    /// <summary>The basic operations.</summary>
    public BenchmarkRunner Runner { get; }

    /// <summary>The tests of Thread-Metric.</summary>
    public MetricSuite Metric { get; }

    /// <summary>What a frame costs; null without a card.</summary>
    public FrameBenchmark? Frames { get; }

    /// <summary>Measures everything. Thread context.</summary>
    public void Run(ThreadContext context, TextOutput output)
    {
        Runner.Run(context, output);
        Metric.Run(context, output);
        Frames?.Run(context, output);
    }

    private static Region StackOf(Region stacks, int index) =>
        new(stacks.Start + (nuint)index * Scheduler.SmallestStack, Scheduler.SmallestStack);
}
