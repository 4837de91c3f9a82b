using System;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Shell.Commands;

/// <summary>
/// Measures how fast a disk is read, one request after the other, by the controller and by the processor in one run: a line <c>BENCH name
/// unit value</c> for each, in MB (10^6 bytes) per second.
/// </summary>
/// <remarks>Reads only, from the beginning of the disk and over again. Leaves the disk's mode as it was. Thread context.</remarks>
[AllocationFree]
public static class DiskBenchmark
{
    private const int SmallBytes = 4096;
    private const int LargeBytes = 128 * 1024;
    private const int MostBuffers = 32;
    private const ulong LongestTime = 2 * Clock.NanosecondsPerSecond;
    private const ulong MostBytes = 256 << 20;
    private const ulong NanosecondsPerMicrosecond = 1000;

    /// <summary>Runs it.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="clock">The time.</param>
    /// <param name="disk">The disk.</param>
    /// <param name="timeout">How long to wait for each buffer, in nanoseconds.</param>
    /// <param name="output">Where the lines go.</param>
    /// <returns>What ended it; <see cref="BlockStatus.BufferRefused"/> if there were no buffers.</returns>
    public static BlockStatus Run(ThreadContext context, Clock clock, IBlockStorage disk, ulong timeout, TextOutput output)
    {
        Span<BufferHandle> room = stackalloc BufferHandle[MostBuffers];
        Span<BufferHandle> buffers = DiskTest.RentBuffers(context, disk, timeout, room);
        if (buffers.IsEmpty)
        {
            return BlockStatus.BufferRefused;
        }

        TransferMode mode = disk.Mode;
        BlockStatus status = Measure(context, clock, disk, buffers, TransferMode.BusMaster, "dma", output);
        status = status == BlockStatus.Ok ? Measure(context, clock, disk, buffers, TransferMode.Programmed, "pio", output) : status;
        disk.TrySetMode(mode);
        DiskTest.ReturnBuffers(disk, buffers);
        return status;
    }

    private static BlockStatus Measure(ThreadContext context, Clock clock, IBlockStorage disk, ReadOnlySpan<BufferHandle> buffers,
        TransferMode mode, string name, TextOutput output)
    {
        if (!disk.TrySetMode(mode))
        {
            output.WriteLine($"{disk.Name} can't do {name}");
            return BlockStatus.Ok;
        }

        BlockStatus status = Measure(context, clock, disk, buffers, SmallBytes, out ulong small);
        if (status != BlockStatus.Ok)
        {
            return status;
        }

        output.WriteLine($"BENCH disk-{name}-4k MB/s {small}");
        status = Measure(context, clock, disk, buffers, LargeBytes, out ulong large);
        if (status == BlockStatus.Ok)
        {
            output.WriteLine($"BENCH disk-{name}-128k MB/s {large}");
        }

        return status;
    }

    private static BlockStatus Measure(ThreadContext context, Clock clock, IBlockStorage disk, ReadOnlySpan<BufferHandle> buffers,
        int bytes, out ulong rate)
    {
        rate = 0;
        int blocks = bytes / disk.BlockSize;
        int used = DiskTest.BuffersFor(disk, blocks);
        if (used > buffers.Length || (ulong)blocks > disk.BlockCount)
        {
            return BlockStatus.TooManyBlocks;
        }

        ulong begun = clock.Nanoseconds;
        ulong moved = 0;
        ulong at = 0;
        ulong taken;
        do
        {
            BlockStatus status = disk.Read(context, at, blocks, buffers.Slice(0, used)).Status;
            if (status != BlockStatus.Ok)
            {
                return status;
            }

            moved += (uint)bytes;
            at += (uint)blocks;
            at = disk.BlockCount - at < (uint)blocks ? 0 : at;
            taken = clock.Nanoseconds - begun;
        }
        while (taken < LongestTime && moved < MostBytes);

        rate = moved / Math.Max(1, taken / NanosecondsPerMicrosecond);
        return BlockStatus.Ok;
    }
}
