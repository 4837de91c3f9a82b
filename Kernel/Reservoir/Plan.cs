using Cosmos.Core;
using Cosmos.Core.Runtime;
using Reservoir.Drivers.Ata;
using Reservoir.Drivers.E1000;
using Reservoir.Memory;
using Reservoir.Network.Ip;
using Reservoir.Options;
using Reservoir.Pools;
using Reservoir.Recorder;
using Reservoir.SelfTest;
using Reservoir.Threads;

namespace Reservoir;

/// <summary>
/// Where every byte goes: the one table from which all memory is given out, and the threads with their priorities. It is admitted as a
/// whole at boot, or the boot stops.
/// </summary>
public static class Plan
{
    private const int KiB = 1024;

    /// <summary>How often a service is started again: often enough for any experiment, and yet a service that dies all the time
    /// ends.</summary>
    public const int ServiceRestarts = 1000;

    /// <summary>Cleans up after threads that have died and starts them again: what they held may be waited for by any other
    /// thread.</summary>
    public static ThreadPlan Supervisor { get; } = new("supervisor", "threads", priority: 31, stackBytes: 16 * KiB);

    /// <summary>Looks for threads that wait for each other: more important than all that could.</summary>
    public static ThreadPlan Watchdog { get; } = new("watchdog", "threads", priority: 26, stackBytes: 16 * KiB, ServiceRestarts);

    /// <summary>Handles packets.</summary>
    public static ThreadPlan Protocol { get; } = new("protocol", "network", priority: 16, stackBytes: 32 * KiB, ServiceRestarts);

    /// <summary>Handles packets beyond the protocol thread's share, with processor time that no other thread wants.</summary>
    public static ThreadPlan ProtocolBackground { get; } =
        new("protocol-background", "network", priority: 1, stackBytes: 32 * KiB, ServiceRestarts);

    /// <summary>Writes datagrams to the disk.</summary>
    public static ThreadPlan Writer { get; } = new("writer", "recorder", priority: 12, stackBytes: 32 * KiB, ServiceRestarts);

    /// <summary>Runs the commands of a person, who can wait.</summary>
    public static ThreadPlan Shell { get; } = new("shell", "shell", priority: 8, stackBytes: 64 * KiB, ServiceRestarts);

    /// <summary>Helps the self-tests; parked except during a test.</summary>
    public static ThreadPlan SelfTestLow { get; } = new("selftest-low", "selftest", priority: 24, stackBytes: 16 * KiB, ServiceRestarts);

    /// <summary>Helps the self-tests; more important than the other helper.</summary>
    public static ThreadPlan SelfTestHigh { get; } = new("selftest-high", "selftest", priority: 25, stackBytes: 16 * KiB, ServiceRestarts);

    /// <summary>The plan. What the boot code has placed already is listed too, so that the map is complete. Boot context.</summary>
    /// <param name="options">Says whether subsystems share a pool.</param>
    public static PlanLine[] Create(KernelOptions options)
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        return
        [
            PlanLine.Placed("image", new Region(image.ImageStart, image.ImageEnd - image.ImageStart)),
            PlanLine.Placed("boot-arena", new Region(ManagedHeap.BootArenaStart, ManagedHeap.BootArenaBytes)),
            PlanLine.Placed("page-tables", new Region(Paging.TableRegionStart, Paging.TableRegionBytes)),

            .. options.SharesPools ? Shared() : Reserved(),
            PlanLine.Pool("reassembly", "network", PoolKind.NonBlocking, Ipv4Reassembly.BufferSize, 8, rules: Watermarks(high: 8, low: 2)),
            PlanLine.DeviceMemory("nic-rings", "network", E1000Card.RingBytes),
            Protocol.Stack,
            ProtocolBackground.Stack,

            PlanLine.DeviceMemory("disk-tables", "disk", AtaController.TableBytes),

            Writer.Stack,

            Supervisor.Stack,
            Watchdog.Stack,

            Shell.Stack,
            PlanLine.Scratch("shell-scratch", "shell", 64 * KiB),

            PlanLine.Pool("selftest-refuse", SelfTestFixture.Subsystem, PoolKind.NonBlocking, SelfTestFixture.BufferBytes,
                SelfTestFixture.NonBlockingCount),
            PlanLine.Pool("selftest-wait", SelfTestFixture.Subsystem, PoolKind.Blocking, SelfTestFixture.BufferBytes,
                SelfTestFixture.BlockingCount),
            PlanLine.Pool("selftest-damage", SelfTestFixture.Subsystem, PoolKind.NonBlocking, SelfTestFixture.BufferBytes,
                SelfTestFixture.DamageCount),
            SelfTestLow.Stack,
            SelfTestHigh.Stack,
        ];
    }

    /// <summary>What the kernel is made for: each subsystem has what it needs, and no other can take it.</summary>
    private static PlanLine[] Reserved() =>
    [
        PlanLine.Pool("nic-receive", "network", PoolKind.NonBlocking, E1000Card.BufferBytes, 3072, dmaBits: 32),
        PlanLine.Pool("nic-transmit", "network", PoolKind.Blocking, E1000Card.BufferBytes, 128, dmaBits: 32),
        PlanLine.Pool("nic-answer", "network", PoolKind.NonBlocking, E1000Card.BufferBytes, 96, rules: Watermarks(high: 80, low: 16),
            dmaBits: 32),
        PlanLine.Pool("disk", "disk", PoolKind.Blocking, 64 * KiB, 32, alignment: 512, dmaBits: 32),
        PlanLine.Pool("recorder", "recorder", PoolKind.NonBlocking, RecorderService.BufferSize, 512,
            rules: Watermarks(high: 384, low: 128)),
    ];

    /// <summary>
    /// Reports when so many buffers are rented, before the pool is empty and something is refused, and when few are again: the watchdog
    /// writes it to the log.
    /// </summary>
    private static PoolRules Watermarks(int high, int low) => new() { HighWatermark = high, LowWatermark = low };

    /// <summary>
    /// What it is made to prevent (docs/starvation.md): as many bytes as those, in one pool for all, whose buffers are large enough for
    /// each.
    /// </summary>
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
}
