using Reservoir.Lab.Benchmarks;
using Reservoir.Lab.Benchmarks.Latency;
using Reservoir.Lab.Benchmarks.ThreadMetric;
using Reservoir.Lab.Storms;
using Reservoir.Lab.Victims;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Lab;

/// <summary>What the lab's image has in addition to the product: its lines of the plan and its threads.</summary>
internal static class LabPlan
{
    private const int KiB = 1024;
    private const int StackBytes = 16 * KiB;

    /// <summary>Brings frames for a demonstration, as the card's interrupt handler would: more important than the threads that take
    /// them.</summary>
    public static ThreadPlan Flood { get; } = new("demo-flood", "lab", priority: 20, StackBytes, Plan.ServiceRestarts);

    /// <summary>Works with the demonstrations' disk: more important than the shell, which tells what came of it.</summary>
    public static ThreadPlan DiskLoad { get; } = new("demo-disk", "lab", priority: 11, StackBytes, Plan.ServiceRestarts);

    /// <summary>Asks for an object in the shell's scratch arena.</summary>
    public static ThreadPlan Scratch { get; } = new("demo-scratch", "lab", priority: 10, StackBytes, Plan.ServiceRestarts);

    /// <summary>Writes the demonstrations' datagrams to their disk.</summary>
    public static ThreadPlan Writer { get; } = new("demo-writer", "lab", priority: 12, 2 * StackBytes, Plan.ServiceRestarts);

    /// <summary>Kills threads on request, wherever they are.</summary>
    public static ThreadPlan Killer { get; } = new("killer", "lab", priority: 30, StackBytes, Plan.ServiceRestarts);

    /// <summary>Samples the latency.</summary>
    public static ThreadPlan LatencySampler { get; } = new("latency-sampler", "lab", priority: 28, StackBytes);

    /// <summary>Uses what is left of the processor while the latency is sampled.</summary>
    public static ThreadPlan LatencyBusy { get; } = new("latency-busy", "lab", priority: 1, StackBytes);

    /// <summary>Reads the disk while the latency is sampled.</summary>
    public static ThreadPlan LatencyDisk { get; } = new("latency-disk", "lab", priority: 12, StackBytes);

    /// <summary>Takes part in measurements that need two threads.</summary>
    public static ThreadPlan Partner { get; } = new("bench", "lab", priority: Plan.Shell.Priority, StackBytes);

    /// <summary>A thread that storms the pools: the first two are equals, each further one is more important than the one before.</summary>
    /// <param name="number">0 to <see cref="PoolStorm.ThreadCount"/> - 1.</param>
    public static ThreadPlan Storm(int number) =>
        new(PoolStorm.NameOf(number), "lab", priority: number == 0 ? 3 : 2 + number, StackBytes, Plan.ServiceRestarts);

    /// <summary>A thread that dies of a mistake, at once, before the shell goes on; it is not started again.</summary>
    /// <param name="kind">The mistake.</param>
    public static ThreadPlan Victim(FaultKind kind) => new(Victims.Victim.NameOf(kind), "lab", priority: 10, StackBytes);

    /// <summary>The lines. Boot context.</summary>
    /// <param name="options">Says what is measured.</param>
    public static PlanLine[] Create(LabOptions options) =>
    [
        Flood.Stack,
        DiskLoad.Stack,
        Scratch.Stack,
        Writer.Stack,
        Killer.Stack,
        Storm(0).Stack,
        Storm(1).Stack,
        Storm(2).Stack,
        Storm(3).Stack,
        Victim(FaultKind.Null).Stack,
        Victim(FaultKind.Throw).Stack,
        Victim(FaultKind.Bounds).Stack,
        Victim(FaultKind.Divide).Stack,
        Victim(FaultKind.Allocate).Stack,
        Victim(FaultKind.Stack).Stack,
        .. options.MeasuresOperations ? Operations() : [],
        .. options.MeasuresLatency ? Latency() : [],
    ];

    private static PlanLine[] Latency() =>
    [
        PlanLine.Scratch("latency-counters", "lab", LatencyHistogram.Buckets * sizeof(uint)),
        LatencySampler.Stack,
        LatencyBusy.Stack,
        LatencyDisk.Stack,
    ];

    private static PlanLine[] Operations() =>
    [
        PlanLine.Pool("bench-few", "lab", PoolKind.NonBlocking, 64, 4),
        PlanLine.Pool("bench-many", "lab", PoolKind.NonBlocking, 64, PoolLimits.MaxBufferCount),
        PlanLine.Pool("bench-wait-few", "lab", PoolKind.Blocking, 64, 4),
        PlanLine.Pool("bench-wait-many", "lab", PoolKind.Blocking, 64, PoolLimits.MaxBufferCount),
        PlanLine.Pool("bench-handoff", "lab", PoolKind.Blocking, 64, 2),
        Partner.Stack,
        PlanLine.Scratch("bench-waiters", "lab", BenchmarkRunner.MostWaiters * Scheduler.SmallestStack),
        PlanLine.Pool("bench-blocks", "lab", PoolKind.NonBlocking, MetricSuite.BlockBytes, MetricSuite.BlockCount),
        PlanLine.Scratch("bench-metric", "lab", MetricSuite.Threads * Scheduler.SmallestStack),
    ];
}
