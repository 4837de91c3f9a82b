using System;
using Cosmos.Core;
using Cosmos.Core.Runtime;
using Reservoir.Benchmarks;
using Reservoir.Benchmarks.Latency;
using Reservoir.Benchmarks.ThreadMetric;
using Reservoir.Demo;
using Reservoir.Drivers.Disk;
using Reservoir.Drivers.Nic;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Pools;
using Reservoir.Recorder;
using Reservoir.SelfTest;
using Reservoir.Threads;
using Reservoir.Volume;
using Reservoir.Wiring;

namespace Reservoir;

/// <summary>Where every byte goes: the one table from which all memory is given out. It is admitted as a whole at boot, or the boot
/// stops.</summary>
internal static class Plan
{
    private const int KiB = 1024;

    /// <summary>Whether network, disk and recorder have one pool between them, to show what becomes of that: the kernel's option
    /// <c>pools=shared</c>.</summary>
    public static bool IsShared => KernelCommandLine.TryGet("pools"u8, out ReadOnlySpan<byte> value) && value.SequenceEqual("shared"u8);

    /// <summary>The plan. What the boot code has placed already is listed too, so that the map is complete.</summary>
    public static PlanLine[] Create()
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        return
        [
            PlanLine.Placed("image", new Region(image.ImageStart, image.ImageEnd - image.ImageStart)),
            PlanLine.Placed("boot-arena", new Region(ManagedHeap.BootArenaStart, ManagedHeap.BootArenaBytes)),
            PlanLine.Placed("page-tables", new Region(Paging.TableRegionStart, Paging.TableRegionBytes)),

            .. IsShared ? Shared() : Reserved(),
            PlanLine.Pool("reassembly", "network", PoolKind.NonBlocking, Ipv4Reassembly.BufferSize, 8),
            PlanLine.DeviceMemory("nic-rings", "network", E1000.RingBytes),
            PlanLine.Stack("protocol", "network", 32 * KiB),
            PlanLine.Stack("protocol-stand-in", "network", 32 * KiB),

            PlanLine.DeviceMemory("disk-tables", "disk", AtaController.TableBytes),

            PlanLine.Stack("writer", "recorder", 32 * KiB),

            PlanLine.Stack("supervisor", "threads", 16 * KiB),
            PlanLine.Stack("watchdog", "threads", 16 * KiB),

            PlanLine.Stack("shell", "shell", 64 * KiB),
            PlanLine.Scratch("shell-scratch", "shell", 64 * KiB),

            PlanLine.Pool("selftest-refuse", "selftest", PoolKind.NonBlocking, SelfTestFixture.BufferBytes,
                SelfTestFixture.NonBlockingCount),
            PlanLine.Pool("selftest-wait", "selftest", PoolKind.Blocking, SelfTestFixture.BufferBytes, SelfTestFixture.BlockingCount),
            PlanLine.Pool("selftest-damage", "selftest", PoolKind.NonBlocking, SelfTestFixture.BufferBytes, SelfTestFixture.DamageCount),
            PlanLine.Stack("selftest-low", "selftest", 16 * KiB),
            PlanLine.Stack("selftest-high", "selftest", 16 * KiB),
            PlanLine.Stack("killer", "selftest", 16 * KiB),
            PlanLine.Stack(Flood.ThreadName, "demo", 16 * KiB),
            PlanLine.Stack(Demo.DiskLoad.ThreadName, "demo", 16 * KiB),
            PlanLine.Stack(ScratchHand.ThreadName, "demo", 16 * KiB),
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

    /// <summary>What the kernel is made for: each subsystem has what it needs, and nobody else can take it.</summary>
    private static PlanLine[] Reserved() =>
    [
        PlanLine.Pool("nic-receive", "network", PoolKind.NonBlocking, E1000.BufferBytes, 3072, dmaBits: 32),
        PlanLine.Pool("nic-transmit", "network", PoolKind.Blocking, E1000.BufferBytes, 128, dmaBits: 32),
        PlanLine.Pool("nic-answer", "network", PoolKind.NonBlocking, E1000.BufferBytes, 96, dmaBits: 32),
        PlanLine.Pool("disk", "disk", PoolKind.Blocking, 64 * KiB, 32, alignment: 512, dmaBits: 32),
        PlanLine.Pool("recorder", "recorder", PoolKind.NonBlocking, RecorderService.BufferSize, 512),
    ];

    /// <summary>What it is made to prevent (docs/starvation.md): as many bytes as those, in one pool for all, whose buffers are large
    /// enough for each.</summary>
    private static PlanLine[] Shared()
    {
        const int size = 4 * KiB;
        long bytes = 0;
        foreach (PlanLine line in Reserved())
        {
            bytes += (long)line.Size * line.Count;
        }

        return [PlanLine.Pool("shared", "all", PoolKind.Blocking, size, (int)(bytes / size), alignment: 512, dmaBits: 32)];
    }

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
