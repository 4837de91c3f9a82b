using System;
using System.Buffers.Binary;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary>
/// Writes a pattern to a range of a disk, flushes, reads it back and compares: what a disk says it has written must be there. Destroys what
/// was there.
/// </summary>
/// <remarks>
/// A block of the pattern begins with its own number and the run's, and each further word depends on both and on its place; so neither a
/// block in the wrong place nor one of an earlier run passes. Requests of 128 KiB where the disk takes them, a flush after every
/// <see cref="RequestsPerFlush"/>. Only what was written and flushed without an error is compared. Uses the disk's own buffers. Thread
/// context.
/// </remarks>
[AllocationFree]
public struct DiskTest
{
    /// <summary>Requests between flushes.</summary>
    public const int RequestsPerFlush = 4;

    private const int RequestBytes = 128 * 1024;
    private const int MostBuffers = 32;
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Requests that were refused or given up, each kind.</summary>
    public int FailedWrites { get; private set; }

    /// <inheritdoc cref="FailedWrites"/>
    public int FailedReads { get; private set; }

    /// <inheritdoc cref="FailedWrites"/>
    public int FailedFlushes { get; private set; }

    /// <summary>Blocks that were written, flushed, and read, all without an error.</summary>
    public ulong ComparedBlocks { get; private set; }

    /// <summary>Blocks of those that were not what had been written.</summary>
    public ulong WrongBlocks { get; private set; }

    /// <summary>The last failure.</summary>
    public BlockResult LastFailure { get; private set; }

    /// <summary>Runs the test. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="disk">The disk.</param>
    /// <param name="first">The first block.</param>
    /// <param name="count">How many; all on the disk.</param>
    /// <param name="run">A number that no earlier run had.</param>
    /// <param name="timeout">How long to wait for each buffer, in nanoseconds.</param>
    /// <returns>False if there were no buffers.</returns>
    public bool Run(ThreadContext context, IBlockStorage disk, ulong first, ulong count, ulong run, ulong timeout)
    {
        Span<BufferHandle> room = stackalloc BufferHandle[MostBuffers];
        Span<BufferHandle> buffers = RentBuffers(context, disk, timeout, room);
        if (buffers.IsEmpty)
        {
            return false;
        }

        int request = BlocksPerBuffer(disk) * buffers.Length;
        ulong end = first + count;
        for (ulong at = first; at < end;)
        {
            ulong groupEnd = Math.Min(end, at + (ulong)(request * RequestsPerFlush));
            RunGroup(context, disk, buffers, at, groupEnd, request, run);
            at = groupEnd;
        }

        ReturnBuffers(disk, buffers);
        return true;
    }

    /// <summary>Rents as many buffers as a request of 128 KiB takes, or as the disk allows. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="disk">The disk.</param>
    /// <param name="timeout">How long to wait for each, in nanoseconds.</param>
    /// <param name="room">Room for the handles.</param>
    /// <returns>The buffers; empty if there were not enough in time.</returns>
    internal static Span<BufferHandle> RentBuffers(ThreadContext context, IBlockStorage disk, ulong timeout, Span<BufferHandle> room)
    {
        int wanted =
            Math.Min(Math.Min(Math.Min(room.Length, disk.Pool.Count), disk.MaxBuffersPerRequest),
            Math.Max(1, RequestBytes / disk.Pool.BufferSize));
        for (int i = 0; i < wanted; i++)
        {
            RentResult rental = disk.Pool.TryRent(context, timeout);
            if (!rental.Succeeded)
            {
                ReturnBuffers(disk, room.Slice(0, i));
                return default;
            }

            room[i] = rental.Buffer;
        }

        return room.Slice(0, wanted);
    }

    /// <summary>Gives buffers back. Thread context.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="buffers">The buffers.</param>
    internal static void ReturnBuffers(IBlockStorage disk, ReadOnlySpan<BufferHandle> buffers)
    {
        foreach (BufferHandle buffer in buffers)
        {
            disk.Pool.Return(buffer);
        }
    }

    /// <summary>How many of a request's buffers hold some blocks.</summary>
    internal static int BuffersFor(IBlockStorage disk, int blocks) => (blocks + BlocksPerBuffer(disk) - 1) / BlocksPerBuffer(disk);

    private static int BlocksPerBuffer(IBlockStorage disk) => disk.Pool.BufferSize / disk.BlockSize;

    private void RunGroup(ThreadContext context, IBlockStorage disk, ReadOnlySpan<BufferHandle> buffers, ulong first, ulong end,
        int request, ulong run)
    {
        uint written = 0;
        int index = 0;
        for (ulong at = first; at < end; at += (uint)request, index++)
        {
            int blocks = (int)Math.Min((ulong)request, end - at);
            Fill(disk, buffers, at, blocks, run);
            BlockResult result = disk.Write(context, at, blocks, buffers.Slice(0, BuffersFor(disk, blocks)));
            written |= result.Status == BlockStatus.Ok ? 1u << index : 0;
            FailedWrites += Note(result);
        }

        if (Note(new BlockResult(disk.Flush(context), first)) != 0)
        {
            FailedFlushes++;
            return;
        }

        index = 0;
        for (ulong at = first; at < end; at += (uint)request, index++)
        {
            int blocks = (int)Math.Min((ulong)request, end - at);
            Clear(disk, buffers);
            BlockResult result = disk.Read(context, at, blocks, buffers.Slice(0, BuffersFor(disk, blocks)));
            FailedReads += Note(result);
            if (result.Status == BlockStatus.Ok && (written & 1u << index) != 0)
            {
                Compare(disk, buffers, at, blocks, run);
            }
        }
    }

    private int Note(BlockResult result)
    {
        if (result.Status == BlockStatus.Ok)
        {
            return 0;
        }

        LastFailure = result;
        return 1;
    }

    private static void Fill(IBlockStorage disk, ReadOnlySpan<BufferHandle> buffers, ulong first, int blocks, ulong run)
    {
        for (int i = 0; i < blocks; i++)
        {
            Span<byte> block = BlockOf(disk, buffers, i);
            for (int at = 0; at < block.Length; at += sizeof(ulong))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(block.Slice(at), Word(first + (uint)i, run, at / sizeof(ulong)));
            }
        }
    }

    private void Compare(IBlockStorage disk, ReadOnlySpan<BufferHandle> buffers, ulong first, int blocks, ulong run)
    {
        for (int i = 0; i < blocks; i++)
        {
            Span<byte> block = BlockOf(disk, buffers, i);
            bool isRight = true;
            for (int at = 0; at < block.Length; at += sizeof(ulong))
            {
                isRight &= BinaryPrimitives.ReadUInt64LittleEndian(block.Slice(at)) == Word(first + (uint)i, run, at / sizeof(ulong));
            }

            ComparedBlocks++;
            WrongBlocks += isRight ? 0u : 1u;
        }
    }

    private static void Clear(IBlockStorage disk, ReadOnlySpan<BufferHandle> buffers)
    {
        foreach (BufferHandle buffer in buffers)
        {
            disk.Pool.GetSpan(buffer).Clear();
        }
    }

    private static Span<byte> BlockOf(IBlockStorage disk, ReadOnlySpan<BufferHandle> buffers, int index)
    {
        Span<byte> payload = disk.Pool.GetSpan(buffers[index / BlocksPerBuffer(disk)]);
        return payload.Slice(index % BlocksPerBuffer(disk) * disk.BlockSize, disk.BlockSize);
    }

    private static ulong Word(ulong block, ulong run, int index) => index switch
    {
        0 => block,
        1 => run,
        _ => (block ^ run) * Multiplier + (uint)index * (Multiplier >> 1),
    };
}
