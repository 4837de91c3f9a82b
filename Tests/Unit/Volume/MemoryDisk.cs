using System;
using System.Collections.Generic;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>A disk in memory, with a cache that a power cut may lose, and errors on demand.</summary>
internal sealed class MemoryDisk : IBlockStorage
{
    private readonly byte[] _platter;
    private readonly List<(int Offset, byte[] Data)> _cache = new();

    public MemoryDisk(BlockingPool pool, int blocks = 300, byte[]? image = null)
    {
        Pool = pool;
        _platter = image ?? new byte[blocks * 512];
        Content = (byte[])_platter.Clone();
    }

    public string Name => "fake0";

    public ulong BlockCount => (ulong)(_platter.Length / BlockSize);

    public int BlockSize { get; init; } = 512;

    public int MaxBlocksPerRequest { get; init; } = 128;

    public int MaxBuffersPerRequest { get; init; } = 8;

    public TransferMode Mode { get; private set; }

    public ulong Retries => 0;

    public ulong Failures => 0;

    public ulong Timeouts => 0;

    public ulong LostInterrupts => 0;

    public bool HasWriteCache => true;

    public BlockingPool Pool { get; }

    /// <summary>What reads see: the platter and the cache over it.</summary>
    public byte[] Content { get; }

    public int Operations { get; private set; }

    public int Writes { get; private set; }

    public int Flushes { get; private set; }

    /// <summary>The operation with this number, from 1, fails.</summary>
    public int FailingOperation { get; set; }

    /// <summary>What an operation that fails by number returns.</summary>
    public BlockStatus Failure { get; set; } = BlockStatus.DeviceError;

    /// <summary>Reading any of these blocks fails.</summary>
    public HashSet<ulong> BadBlocks { get; } = new();

    /// <summary>Writing any of these blocks fails.</summary>
    public HashSet<ulong> UnwritableBlocks { get; } = new();

    /// <summary>The last operation before the power goes, which the kernel does not notice. It goes in the middle of the next one: of a
    /// write, the cut may find any of its blocks on the platter.</summary>
    public int LastOperation { get; set; } = int.MaxValue;

    /// <summary>Called for each write: lets time pass.</summary>
    public Action WriteTime { get; set; } = () => { };

    public bool FailWrites { get; set; }

    public bool FailFlushes { get; set; }

    public BlockStatus Read(ThreadContext context, ulong firstBlock, int blockCount, BufferHandle into) =>
        Read(context, firstBlock, blockCount, [into]).Status;

    public BlockStatus Write(ThreadContext context, ulong firstBlock, int blockCount, BufferHandle from) =>
        Write(context, firstBlock, blockCount, [from]).Status;

    public BlockResult Read(ThreadContext context, ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> into)
    {
        BlockStatus status = Begin(firstBlock, blockCount, into);
        for (int i = 0; i < blockCount && status == BlockStatus.Ok; i++)
        {
            ulong block = firstBlock + (ulong)i;
            if (BadBlocks.Contains(block))
            {
                return new BlockResult(BlockStatus.DeviceError, block);
            }

            Content.AsSpan((int)block * 512, 512).CopyTo(Block(into, i));
        }

        return new BlockResult(status, firstBlock);
    }

    /// <summary>A write stops at the first block that fails; those before it are written.</summary>
    public BlockResult Write(ThreadContext context, ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> from)
    {
        Writes++;
        WriteTime();
        BlockStatus status = Begin(firstBlock, blockCount, from);
        bool isCut = Operations == LastOperation + 1;
        if ((status != BlockStatus.Ok && !isCut) || FailWrites)
        {
            return new BlockResult(status == BlockStatus.Ok ? BlockStatus.DeviceError : status, firstBlock);
        }

        for (int i = 0; i < blockCount; i++)
        {
            ulong block = firstBlock + (ulong)i;
            if (UnwritableBlocks.Contains(block))
            {
                return new BlockResult(BlockStatus.DeviceError, block);
            }

            byte[] data = Block(from, i).ToArray();
            _cache.Add(((int)block * 512, data));
            data.CopyTo(Content, (int)block * 512);
        }

        return new BlockResult(status, firstBlock);
    }

    public bool TrySetMode(TransferMode mode)
    {
        Mode = mode;
        return true;
    }

    public BlockStatus Flush(ThreadContext context)
    {
        Flushes++;
        Operations++;
        if (Operations > LastOperation)
        {
            return BlockStatus.NoDevice;
        }

        if (FailFlushes || Operations == FailingOperation)
        {
            return BlockStatus.DeviceError;
        }

        foreach ((int offset, byte[] data) in _cache)
        {
            data.CopyTo(_platter, offset);
        }

        _cache.Clear();
        return BlockStatus.Ok;
    }

    /// <summary>
    /// What a power cut leaves: the platter, and of the blocks that were written since the last flush those that luck kept, each as a whole
    /// or up to some byte. A later write may be kept and an earlier one lost.
    /// </summary>
    public byte[] CutPower(Random luck)
    {
        byte[] image = (byte[])_platter.Clone();
        foreach ((int offset, byte[] data) in _cache)
        {
            int fate = luck.Next(5);
            int kept = fate < 2 ? 0 : fate < 4 ? data.Length : luck.Next(data.Length);
            data.AsSpan(0, kept).CopyTo(image.AsSpan(offset));
        }

        return image;
    }

    private Span<byte> Block(ReadOnlySpan<BufferHandle> buffers, int index)
    {
        int perBuffer = Pool.BufferSize / BlockSize;
        return Pool.GetSpan(buffers[index / perBuffer]).Slice(index % perBuffer * 512, 512);
    }

    private BlockStatus Begin(ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> buffers)
    {
        // Not by assertions, which allocate also when they hold.
        int perBuffer = Pool.BufferSize / BlockSize;
        bool isWhole = blockCount >= 1 && buffers.Length <= MaxBuffersPerRequest
            && buffers.Length == (blockCount + perBuffer - 1) / perBuffer
            && (buffers.Length == 1 ? blockCount : perBuffer) <= MaxBlocksPerRequest;
        foreach (BufferHandle buffer in buffers)
        {
            isWhole &= Pool.IsRented(buffer);
        }

        if (!isWhole || firstBlock + (ulong)blockCount > BlockCount)
        {
            Assert.Fail($"a request for {blockCount} blocks from {firstBlock} in {buffers.Length} buffers that no disk should see");
        }

        Operations++;
        return Operations > LastOperation ? BlockStatus.NoDevice : Operations == FailingOperation ? Failure : BlockStatus.Ok;
    }
}
