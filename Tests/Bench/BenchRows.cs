using System.Collections.Generic;
using System.Linq;

namespace Reservoir.Tests.Bench;

/// <summary>All measurements that have a place of their own in the table, with bounds and with the figures of others.</summary>
/// <remarks>
/// The peers' instruction counts were taken with their own code in the same emulator. An empty cell means that the peer has no such
/// operation, or that nobody has measured it.
/// </remarks>
internal static class BenchRows
{
    private static readonly string[] s_kernels = ["ThreadX", "FreeRTOS", "NuttX", "Xinu"];
    private static readonly string[] s_threadX = ["ThreadX", "ThreadX, fast options"];
    private static readonly string[] s_linux = ["Linux"];
    private static readonly string[] s_pools = ["ArrayPool", "ConcurrentQueue", "DPDK mempool"];

    /// <summary>The table's parts, in order.</summary>
    public static IReadOnlyList<BenchSection> Sections { get; } =
    [
        new("Operations", s_kernels,
        [
            new("pool-nonblocking-pair", "pool rent + return, not blocking") { Must = 80, Aim = 50,
                Peers = ["43", "", "71 (mempool), 50 (iob)", ""] },
            new("pool-blocking-pair", "pool rent + return, blocking call, buffer there") { Must = 100, Aim = 60,
                Peers = ["43", "214", "95 / 84", "304"] },
            new("handoff-round-trip", "hand-off round trip, 1 buffer, two threads") { Must = 450, Aim = 340,
                Peers = ["349-437", "", "none", "891"] },
            new("semaphore-pair", "semaphore post + wait") { Must = 60, Aim = 38, Peers = ["38-40", "130", "68", "112"] },
            new("semaphore-ping-pong", "semaphore ping-pong round trip, 2 switches") { Must = 450, Aim = 340,
                Peers = ["340-444", "1212", "860", "737"] },
            new("yield-pair", "yield pair, 2 switches") { Must = 130, Aim = 72, Peers = ["127", "72", "454", "486"] },
            new("message-pair", "16-byte message send + receive") { Must = 150, Aim = 110, Peers = ["115", "286", "", ""] },
            new("timer-to-thread", "timer interrupt to thread running") { Must = 250, Aim = 130, Peers = ["108-132", "205", "269", ""] },
        ]),
        new("Thread-Metric", s_threadX,
        [
            new("tm-cooperative", "cooperative scheduling") { Peers = ["66", "66"] },
            new("tm-preemptive", "preemptive scheduling") { Peers = ["235", "170"] },
            new("tm-interrupt", "interrupt processing") { Peers = ["113", "111"] },
            new("tm-interrupt-preemption", "interrupt preemption processing") { Peers = ["344", "262"] },
            new("tm-message", "message processing") { Peers = ["188", "185"] },
            new("tm-synchronization", "synchronization processing") { Peers = ["65", "63"] },
            new("tm-memory", "memory allocation, 128-byte block") { Peers = ["69", "77"] },
        ]),
        new("Longest masked sections", [],
        [
            new("masked-pool-nonblocking-pair", "a pool that doesn't wait: rent, return") { Must = 30 },
            new("masked-pool-nonblocking-pair-16384", "the same with 16384 buffers") { Must = 30 },
            new("masked-pool-blocking-pair", "a pool that waits: rent, return") { Must = 30 },
            new("masked-pool-blocking-pair-16384", "the same with 16384 buffers") { Must = 30 },
            new("masked-semaphore-pair", "semaphore: post, wait") { Must = 10 },
            new("masked-message-pair", "message: send, receive") { Must = 25 },
            new("masked-yield-pair", "yield, with its switch") { Must = 60 },
            new("masked-semaphore-ping-pong", "a wait and its signal, with their switches") { Must = 100 },
            new("masked-handoff-return-1-waiter", "a return to one who waits") { Must = 100 },
            new("masked-handoff-return-64-waiters", "the same with 64 who wait") { Must = 100 },
            new("masked-handoff-return-64-waiters-16384", "the same with 64 who wait, 16384 buffers") { Must = 100 },
            new("masked-handoff-round-trip", "a wait that looks at all threads for one to boost") { Must = 600 },
        ]),
        new("Latency under load, timer to thread", [],
        [
            new("deadline-to-thread", "median without any load"),
            new("latency-min", "minimum"),
            new("latency-median", "median"),
            new("latency-p999", "99.9 %"),
            new("latency-max", "maximum"),
            new("latency-max-ratio", "maximum / minimum") { Must = 10 },
        ]),
        new("Frames and disk beside Linux", s_linux,
        [
            new("frame-instructions", "a received frame, interrupt to verdict") { Must = 1000, Aim = 400, Peers = ["about 5,200"] },
            new("frame-instructions-burst", "one of 32 that come together, until the interrupted thread goes on"),
            new("frame-instructions-whole", "one that comes alone, until the interrupted thread goes on"),
            new("frame-instructions-single", "a frame that comes alone: all interrupts, switches and its answer included"),
            new("frames-60k", "60-byte frames that arrive of 60,000/s") { Must = 99.5, IsMoreBetter = true,
                MeasuredPeers = ["linux-frames-60k"] },
            new("frames-80k", "60-byte frames that arrive of 80,000/s") { IsMoreBetter = true, MeasuredPeers = ["linux-frames-80k"] },
            new("disk-dma-4k", "disk reads by DMA, 4 KB each") { IsMoreBetter = true, MeasuredPeers = ["linux-disk-dma-4k"] },
            new("disk-dma-128k", "disk reads by DMA, 128 KB each") { IsMoreBetter = true, MeasuredPeers = ["linux-disk-dma-128k"] },
            new("disk-pio-128k", "disk reads by PIO, 128 KB each") { IsMoreBetter = true, MeasuredPeers = ["linux-disk-pio"] },
            new("boot-kernel", "kernel entry to prompt, self-tests included (Linux: to its first process)") { Must = 500,
                MeasuredPeers = ["linux-boot-kernel"] },
            new("boot-power-on", "power-on to prompt") { Must = 2000 },
        ]),
        new("The pool's assembly on the host", s_pools,
        [
            new("host-pool-pair",
                "rent + return, one thread, 2 KB buffers") { MeasuredPeers =
                ["host-arraypool-pair", "host-concurrentqueue-pair", "host-dpdk-pair"] },
        ]),
    ];

    /// <summary>The figures that break a bound: those in instructions, which repeat exactly. What the clock of a busy host says is for
    /// people to judge.</summary>
    /// <param name="figures">What was measured.</param>
    public static IEnumerable<string> BrokenBounds(IReadOnlyList<Figure> figures)
    {
        return from figure in figures
               let row = Find(figure.Name)
               where row is not null && !row.Meets(figure.Value) && figure.Unit is "instructions" or "times"
               select $"{figure.Name}: {Figure.Format(figure.Value)} {figure.Unit}, and must be "
                   + $"{(row.IsMoreBetter ? "at least" : "at most")} {Figure.Format(row.Must!.Value)}";
    }

    /// <summary>The row of a name; null if it has no place of its own.</summary>
    public static BenchRow? Find(string name) => Sections.SelectMany(section => section.Rows).FirstOrDefault(row => row.Name == name);

    /// <summary>Whether a figure is shown as a peer's in the row of another.</summary>
    public static bool IsPeer(string name) => Sections.SelectMany(section => section.Rows).Any(row => row.MeasuredPeers.Contains(name));
}
