using System;
using Cosmos.Common;
using Cosmos.HAL.BlockDevice;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Drivers.Disk;

/// <summary>
/// A disk on an ATA channel. Threads read and write it through buffers of its own blocking pool: a thread that finds the pool empty
/// sleeps until somebody returns a buffer.
/// </summary>
/// <remarks>Bad requests are refused before the drive is touched. A request that the drive fails is tried again, <see cref="Attempts"/> times in all; then
/// its error is the caller's, and <see cref="LastError"/> tells what the drive said. Thread context.</remarks>
public sealed class AtaDrive : Ata, IBlockStorage
{
    /// <summary>How often a request is tried.</summary>
    public const int Attempts = 3;

    private const int LargestGroup = 16;

    private readonly AtaChannel _channel;
    private readonly AtaIdentity _identity;
    private readonly bool _isSlave;
    private readonly int _group;

    private AtaDrive(string name, AtaChannel channel, ControllerIdEnum controller, BusPositionEnum position, AtaIdentity identity, int group, BlockingPool pool)
        : base(controller, position)
    {
        Name = name;
        _channel = channel;
        _isSlave = position == BusPositionEnum.Slave;
        _identity = identity;
        _group = group;
        Pool = pool;
        int blocks = pool.BufferSize / AtaChannel.BlockBytes;
        MaxBlocksPerRequest = identity.HasExtendedAddresses ? blocks : Math.Min(blocks, AtaCommand.ShortCountLimit);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Its model, as it says itself.</summary>
    public string Model => _identity.Model;

    /// <inheritdoc cref="IBlockStorage.BlockCount"/>
    public override ulong BlockCount => _identity.BlockCount;

    /// <inheritdoc/>
    public override ulong BlockSize => AtaChannel.BlockBytes;

    /// <inheritdoc/>
    int IBlockStorage.BlockSize => AtaChannel.BlockBytes;

    /// <inheritdoc/>
    public override BlockDeviceType Type => BlockDeviceType.HardDrive;

    /// <inheritdoc/>
    public int MaxBlocksPerRequest { get; }

    /// <inheritdoc/>
    public BlockingPool Pool { get; }

    /// <summary>Further attempts that failed too.</summary>
    public ulong Retries { get; private set; }

    /// <summary>Requests that failed for good.</summary>
    public ulong Failures { get; private set; }

    /// <summary>What the drive said about the last attempt that failed.</summary>
    public AtaError LastError { get; private set; }

    /// <summary>Looks for a disk in a place. CD drives are left alone. Boot context.</summary>
    /// <param name="name">The name it will have.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="controller">Which one that is.</param>
    /// <param name="position">The place on it.</param>
    /// <param name="pool">Where its buffers come from; at least a block each.</param>
    /// <returns>Null if there is none.</returns>
    [MayAllocate("boot")]
    public static AtaDrive? Find(string name, AtaChannel channel, ControllerIdEnum controller, BusPositionEnum position, BlockingPool pool)
    {
        Span<byte> answer = stackalloc byte[AtaIdentity.Bytes];
        bool isSlave = position == BusPositionEnum.Slave;
        if (!channel.IsPresent || !channel.Identify(isSlave, answer) || !AtaIdentity.TryParse(answer, out AtaIdentity identity))
        {
            return null;
        }

        int group = Math.Min(LargestGroup, identity.MostBlocksPerInterrupt);
        group = group > 1 && channel.SetMultiple(isSlave, group) ? group : 1;
        return new AtaDrive(name, channel, controller, position, identity, group, pool);
    }

    /// <inheritdoc/>
    public BlockStatus Read(ThreadContext context, ulong firstBlock, int blockCount, BufferHandle into)
    {
        return Transfer(context, firstBlock, blockCount, into, isWrite: false);
    }

    /// <inheritdoc/>
    public BlockStatus Write(ThreadContext context, ulong firstBlock, int blockCount, BufferHandle from)
    {
        return Transfer(context, firstBlock, blockCount, from, isWrite: true);
    }

    /// <inheritdoc/>
    public BlockStatus Flush(ThreadContext context)
    {
        byte code = _identity.HasExtendedFlush ? AtaRegisters.FlushCacheExt : AtaRegisters.FlushCache;
        return Try(context, AtaCommand.Plain(code), default, isWrite: false, group: 1);
    }

    private BlockStatus Transfer(ThreadContext context, ulong firstBlock, int blockCount, BufferHandle buffer, bool isWrite)
    {
        if (blockCount < 1 || blockCount > MaxBlocksPerRequest)
        {
            return BlockStatus.TooManyBlocks;
        }

        if (firstBlock >= BlockCount || (ulong)blockCount > BlockCount - firstBlock)
        {
            return BlockStatus.OutOfRange;
        }

        Span<byte> payload = Pool.GetSpan(buffer);
        if (payload.IsEmpty)
        {
            return BlockStatus.BufferRefused;
        }

        AtaCommand command = AtaCommand.Transfer(isWrite, _group > 1, firstBlock, blockCount);
        return Try(context, command, payload.Slice(0, blockCount * AtaChannel.BlockBytes), isWrite, _group);
    }

    private BlockStatus Try(ThreadContext context, AtaCommand command, Span<byte> data, bool isWrite, int group)
    {
        BlockStatus status = BlockStatus.DeviceError;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            status = _channel.Execute(context, _isSlave, command, data, isWrite, group, out AtaError error);
            if (status is not (BlockStatus.DeviceError or BlockStatus.DeviceFault or BlockStatus.TimedOut))
            {
                return status;
            }

            LastError = error;
            Retries += attempt == 0 ? 0u : 1u;
        }

        Failures++;
        return status;
    }
}
