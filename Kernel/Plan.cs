using Cosmos.Core;
using Cosmos.Core.Runtime;
using Reservoir.Benchmarks;
using Reservoir.Benchmarks.Latency;
using Reservoir.Benchmarks.ThreadMetric;
using Reservoir.Drivers.Disk;
using Reservoir.Drivers.Nic;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Pools;
using Reservoir.SelfTest;
using Reservoir.Storage;
using Reservoir.Threads;
using Reservoir.Wiring;

namespace Reservoir;

/// <summary>Where every byte goes: the one table from which all memory is given out. It is admitted as a whole at boot, or the boot stops.</summary>
internal static class Plan
{
    private const int KiB = 1024;

    /// <summary>The plan. What the boot code has placed already is listed too, so that the map is complete.</summary>
    public static PlanLine[] Create()
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        return
        [
            PlanLine.Placed("image", new Region(image.ImageStart, image.ImageEnd - image.ImageStart)),
            PlanLine.Placed("boot-arena", new Region(ManagedHeap.BootArenaStart, ManagedHeap.BootArenaBytes)),
            PlanLine.Placed("page-tables", new Region(Paging.TableRegionStart, Paging.TableRegionBytes)),

            PlanLine.Pool("nic-receive", "network", PoolKind.NonBlocking, E1000.BufferBytes, 3072, dmaBits: 32),
            PlanLine.Pool("nic-transmit", "network", PoolKind.Blocking, E1000.BufferBytes, 128, dmaBits: 32),
            PlanLine.Pool("reassembly", "network", PoolKind.NonBlocking, Ipv4Reassembly.BufferSize, 8),
            PlanLine.DeviceMemory("nic-rings", "network", E1000.RingBytes),
            PlanLine.Stack("protocol", "network", 32 * KiB),
            PlanLine.Stack("protocol-stand-in", "network", 32 * KiB),

            PlanLine.Pool("disk", "disk", PoolKind.Blocking, 64 * KiB, 32, alignment: 512, dmaBits: 32),
            PlanLine.DeviceMemory("disk-tables", "disk", AtaController.TableBytes),

            PlanLine.Pool("recorder", "recorder", PoolKind.NonBlocking, RecorderService.BufferSize, 512),
            PlanLine.Stack("writer", "recorder", 32 * KiB),

            PlanLine.Stack("supervisor", "threads", 16 * KiB),

            PlanLine.Stack("shell", "shell", 64 * KiB),
            PlanLine.Scratch("shell-scratch", "shell", 64 * KiB),

            PlanLine.Pool("selftest-refuse", "selftest", PoolKind.NonBlocking, SelfTestFixture.BufferBytes, SelfTestFixture.NonBlockingCount),
            PlanLine.Pool("selftest-wait", "selftest", PoolKind.Blocking, SelfTestFixture.BufferBytes, SelfTestFixture.BlockingCount),
            PlanLine.Pool("selftest-damage", "selftest", PoolKind.NonBlocking, SelfTestFixture.BufferBytes, SelfTestFixture.DamageCount),
            PlanLine.Stack("selftest-low", "selftest", 16 * KiB),
            PlanLine.Stack("selftest-high", "selftest", 16 * KiB),
            PlanLine.Stack("killer", "selftest", 16 * KiB),
            PlanLine.Stack(PoolStorm.NameOf(0), "selftest", 16 * KiB),
            PlanLine.Stack(PoolStorm.NameOf(1), "selftest", 16 * KiB),
            PlanLine.Stack(PoolStorm.NameOf(2), "selftest", 16 * KiB),
            PlanLine.Stack(PoolStorm.NameOf(3), "selftest", 16 * KiB),
            PlanLine.Stack(Victim.NameOf(FaultKind.Null), "selftest", 16 * KiB),
            PlanLine.Stack(Victim.NameOf(FaultKind.Throw), "selftest", 16 * KiB),
            PlanLine.Stack(Victim.NameOf(FaultKind.Bounds), "selftest", 16 * KiB),
            PlanLine.Stack(Victim.NameOf(FaultKind.Divide), "selftest", 16 * KiB),
            PlanLine.Stack(Victim.NameOf(FaultKind.Allocate), "selftest", 16 * KiB),
            PlanLine.Stack(Victim.NameOf(FaultKind.Stack), "selftest", 16 * KiB),
            .. BenchmarkWiring.IsWanted ? Benchmarks() : [],
            .. LatencyWiring.IsWanted ? Latency() : [],
        ];
    }

    /// <summary>Only in a boot that samples latencies.</summary>
    private static PlanLine[] Latency() =>
    [
        PlanLine.Scratch("latency-counters", "bench", LatencyHistogram.Buckets * sizeof(uint)),
        PlanLine.Stack("latency-sampler", "bench", 16 * KiB),
        PlanLine.Stack("latency-busy", "bench", 16 * KiB),
        PlanLine.Stack("latency-disk", "bench", 16 * KiB),
    ];

    /// <summary>Only in a boot that measures: a normal one has better use for the memory.</summary>
    private static PlanLine[] Benchmarks() =>
    [
        PlanLine.Pool("bench-few", "bench", PoolKind.NonBlocking, 64, 4),
        PlanLine.Pool("bench-many", "bench", PoolKind.NonBlocking, 64, PoolLimits.MaxBufferCount),
        PlanLine.Pool("bench-wait-few", "bench", PoolKind.Blocking, 64, 4),
        PlanLine.Pool("bench-wait-many", "bench", PoolKind.Blocking, 64, PoolLimits.MaxBufferCount),
        PlanLine.Pool("bench-handoff", "bench", PoolKind.Blocking, 64, 2),
        PlanLine.Stack("bench", "bench", 16 * KiB),
        PlanLine.Scratch("bench-waiters", "bench", BenchmarkRunner.MostWaiters * Scheduler.SmallestStack),
        PlanLine.Pool("bench-blocks", "bench", PoolKind.NonBlocking, MetricSuite.BlockBytes, MetricSuite.BlockCount),
        PlanLine.Scratch("bench-metric", "bench", MetricSuite.Threads * Scheduler.SmallestStack),
    ];
}
