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

    public int MaxBlocksPerRequest { get; init; } = 16;

    public int MaxBuffersPerRequest => 4;

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

    /// <summary>From the operation with this number on nothing is done any more: the power is gone, only the kernel does not
    /// know.</summary>
    public int LastOperation { get; set; } = int.MaxValue;

    /// <summary>Called for each write: lets time pass.</summary>
    public Action WriteTime { get; set; } = () => { };

    public bool FailWrites { get; set; }

    public bool FailFlushes { get; set; }

    /// <summary>How it was asked to misbehave.</summary>
    public (DeviceFault Fault, int Commands) Injected { get; private set; }

    public void Inject(DeviceFault fault, int commands) => Injected = (fault, commands);

    public BlockStatus Read(ThreadContext context, ulong firstBlock, int blockCount, BufferHandle into)
    {
        BlockStatus status = Begin(firstBlock, blockCount, into);
        if (status != BlockStatus.Ok)
        {
            return status;
        }

        for (int i = 0; i < blockCount; i++)
        {
            if (BadBlocks.Contains(firstBlock + (ulong)i))
            {
                return BlockStatus.DeviceError;
            }
        }

        Content.AsSpan((int)firstBlock * 512, blockCount * 512).CopyTo(Pool.GetSpan(into));
        return BlockStatus.Ok;
    }

    public BlockStatus Write(ThreadContext context, ulong firstBlock, int blockCount, BufferHandle from)
    {
        Writes++;
        WriteTime();
        BlockStatus status = Begin(firstBlock, blockCount, from);
        if (status != BlockStatus.Ok || FailWrites)
        {
            return status == BlockStatus.Ok ? BlockStatus.DeviceError : status;
        }

        for (int i = 0; i < blockCount; i++)
        {
            if (UnwritableBlocks.Contains(firstBlock + (ulong)i))
            {
                return BlockStatus.DeviceError;
            }
        }

        byte[] data = Pool.GetSpan(from).Slice(0, blockCount * 512).ToArray();
        for (int i = 0; i < blockCount; i++)
        {
            _cache.Add((((int)firstBlock + i) * 512, data[(i * 512)..((i + 1) * 512)]));
        }

        data.CopyTo(Content, (int)firstBlock * 512);
        return BlockStatus.Ok;
    }

    public BlockResult Read(ThreadContext context, ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> into)
    {
        return ForEach(context, firstBlock, blockCount, into, isWrite: false);
    }

    public BlockResult Write(ThreadContext context, ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> from)
    {
        return ForEach(context, firstBlock, blockCount, from, isWrite: true);
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
    /// or up to some byte. A later write may be kept
    /// and an earlier one lost.
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

    private BlockResult ForEach(ThreadContext context, ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> buffers, bool isWrite)
    {
        foreach (BufferHandle buffer in buffers)
        {
            int blocks = Math.Min(blockCount, Pool.BufferSize / BlockSize);
            BlockStatus status = isWrite ? Write(context, firstBlock, blocks, buffer) : Read(context, firstBlock, blocks, buffer);
            if (status != BlockStatus.Ok)
            {
                return new BlockResult(status, firstBlock);
            }

            firstBlock += (ulong)blocks;
            blockCount -= blocks;
        }

        return new BlockResult(blockCount == 0 ? BlockStatus.Ok : BlockStatus.TooManyBlocks);
    }

    private BlockStatus Begin(ulong firstBlock, int blockCount, BufferHandle buffer)
    {
        // Not by assertions, which allocate also when they hold.
        bool isWhole = blockCount >= 1 && blockCount <= MaxBlocksPerRequest && blockCount * 512 <= Pool.BufferSize;
        if (!Pool.IsRented(buffer) || !isWhole || firstBlock + (ulong)blockCount > BlockCount)
        {
            Assert.Fail($"a request for {blockCount} blocks from {firstBlock} that no disk should see");
        }

        Operations++;
        return Operations > LastOperation ? BlockStatus.NoDevice : Operations == FailingOperation ? Failure : BlockStatus.Ok;
    }
}
