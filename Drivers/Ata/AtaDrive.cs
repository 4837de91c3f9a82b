using System;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Drivers.Ata;

/// <summary>
/// A disk on an ATA channel. Threads read and write it through buffers of its own blocking pool: a thread that finds the pool empty sleeps
/// until a buffer is returned.
/// </summary>
/// <remarks>
/// <para>Bad requests are refused before the drive is touched. A request that the drive fails is tried again, <see cref="Attempts"/> times
/// in all; the last time block by block through the data port, which avoids a faulty bus master and tells the bad block exactly. Then the
/// caller gets its error, and <see cref="LastError"/> has the drive's registers. After <see cref="MostBusErrors"/> transfers in a row that
/// the bus master could not do, the processor moves the data.</para>
/// <para>A drive that is gone, or doesn't come back from a reset, is not tried again: <see cref="BlockStatus.NoDevice"/>, at once, as long
/// as it stays so. Errors of the transport are counted by kind and written to the log; a bad block is reported to the caller only.</para>
/// <para>It is the kernel's block device only; <see cref="AtaBlockDevice"/> shows it in Cosmos' shape.</para>
/// <para>A flush that fails is not tried again: the drive discards the block that it could not write, and would report success the next
/// time (ATA/ATAPI-6, 8.12). Thread context.</para>
/// </remarks>
public sealed class AtaDrive : IBlockStorage
{
    /// <summary>How often a request is tried.</summary>
    public const int Attempts = 3;

    /// <summary>After so many failed DMA transfers in a row the processor moves the data.</summary>
    public const int MostBusErrors = 3;

    private const int LargestGroup = 16;
    private const ulong TransferTimeout = 10 * Clock.NanosecondsPerSecond;

    /// <summary>A full cache takes longer than 30 s to write (8.12), the more so among errors.</summary>
    private const ulong FlushTimeout = 60 * Clock.NanosecondsPerSecond;

    private readonly AtaChannel _channel;
    private readonly AtaIdentity _identity;
    private readonly bool _isSlave;
    private readonly int _group;
    private readonly TextOutput _messages;
    private int _busErrors;
    private bool _isLost;

    /// <summary>Describes a disk, and sets it up. Boot context.</summary>
    /// <param name="name">The name it will have.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="isSlave">Whether it is device 1 on the channel.</param>
    /// <param name="identity">What the disk says about itself.</param>
    /// <param name="pool">Its buffers' pool; at least a block each.</param>
    /// <param name="messages">Its reports of errors; the thread that has the channel writes there.</param>
    internal AtaDrive(string name, AtaChannel channel, bool isSlave, AtaIdentity identity, BlockingPool pool, TextOutput messages)
    {
        Name = name;
        _channel = channel;
        _isSlave = isSlave;
        _identity = identity;
        _messages = messages;
        channel.Attach(this, _isSlave);
        int group = Math.Min(LargestGroup, identity.MostBlocksPerInterrupt);
        _group = group > 1 && channel.SetMultiple(_isSlave, group) ? group : 1;
        Pool = pool;
        MaxBlocksPerRequest = Math.Min(BlocksPerBuffer, MostBlocks);
        MaxBuffersPerRequest = Math.Max(1, Math.Min(BusMaster.MostBuffers, MostBlocks / BlocksPerBuffer));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Its model, as it identifies itself.</summary>
    public string Model => _identity.Model;

    /// <inheritdoc/>
    public ulong BlockCount => _identity.BlockCount;

    /// <inheritdoc/>
    public int BlockSize => AtaChannel.BlockBytes;

    /// <inheritdoc/>
    public int MaxBlocksPerRequest { get; }

    /// <inheritdoc/>
    public int MaxBuffersPerRequest { get; }

    /// <inheritdoc/>
    public BlockingPool Pool { get; }

    /// <inheritdoc/>
    public TransferMode Mode { get; private set; }

    /// <inheritdoc/>
    public ulong Retries { get; private set; }

    /// <inheritdoc/>
    public ulong Failures { get; private set; }

    /// <inheritdoc/>
    public ulong Timeouts { get; private set; }

    /// <inheritdoc/>
    public ulong LostInterrupts { get; private set; }

    /// <inheritdoc/>
    public bool HasWriteCache => _identity.HasWriteCache;

    /// <summary>The drive's registers after the last attempt that failed.</summary>
    public AtaError LastError { get; private set; }

    private int BlocksPerBuffer => Pool.BufferSize / AtaChannel.BlockBytes;

    private int MostBlocks => _identity.HasExtendedAddresses ? AtaCommand.WideCountLimit : AtaCommand.ShortCountLimit;

    /// <inheritdoc/>
    public bool TrySetMode(TransferMode mode)
    {
        if (mode == TransferMode.BusMaster && !(_channel.HasBusMaster && _identity.HasDma))
        {
            return false;
        }

        _busErrors = 0;
        Mode = mode;
        return true;
    }

    /// <inheritdoc/>
    public BlockStatus Read(ThreadContext context, ulong firstBlock, int blockCount, BufferHandle into)
    {
        return Transfer(context, firstBlock, blockCount, [into], isWrite: false).Status;
    }

    /// <inheritdoc/>
    public BlockStatus Write(ThreadContext context, ulong firstBlock, int blockCount, BufferHandle from)
    {
        return Transfer(context, firstBlock, blockCount, [from], isWrite: true).Status;
    }

    /// <inheritdoc/>
    public BlockResult Read(ThreadContext context, ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> into)
    {
        return Transfer(context, firstBlock, blockCount, into, isWrite: false);
    }

    /// <inheritdoc/>
    public BlockResult Write(ThreadContext context, ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> from)
    {
        return Transfer(context, firstBlock, blockCount, from, isWrite: true);
    }

    /// <inheritdoc/>
    public BlockStatus Flush(ThreadContext context)
    {
        byte code = _identity.HasExtendedFlush ? AtaRegisters.FlushCacheExt : AtaRegisters.FlushCache;
        BlockStatus status = _channel.Execute(context, _isSlave, AtaCommand.Plain(code), FlushTimeout, out AtaError error);
        if (IsFailure(status))
        {
            LastError = error;
            Failures++;
        }

        return status;
    }

    /// <summary>Counts the result of a command and reports an error of the transport. Called by the thread that has the channel.</summary>
    /// <param name="command">The command.</param>
    /// <param name="status">Its result.</param>
    /// <param name="isLost">Whether the drive no longer answers.</param>
    internal void NoteResult(AtaCommand command, BlockStatus status, bool isLost)
    {
        bool isSilent = status is BlockStatus.TimedOut or BlockStatus.InterruptLost;
        if (isSilent || status is BlockStatus.TransferError or BlockStatus.DeviceFault)
        {
            Timeouts += status == BlockStatus.TimedOut ? 1u : 0;
            LostInterrupts += status == BlockStatus.InterruptLost ? 1u : 0;
            _messages.WriteLine($"disk: {Name}: command {command.Code:X2} at block {command.Block}: {BlockStatusText.Describe(status)}");
        }

        if (isLost != _isLost)
        {
            _isLost = isLost;
            _messages.WriteLine($"disk: {Name} {(isLost ? "doesn't answer; requests are refused until it does" : "answers again")}");
        }

        if (command.IsDma)
        {
            CountBusErrors(isSilent || status == BlockStatus.TransferError, status == BlockStatus.Ok);
        }
    }

    private static bool IsFailure(BlockStatus status) =>
        status is BlockStatus.DeviceError or BlockStatus.DeviceFault or BlockStatus.TransferError or BlockStatus.TimedOut
        or BlockStatus.InterruptLost or BlockStatus.NoDevice;

    private BlockResult Transfer(ThreadContext context, ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> buffers, bool isWrite)
    {
        if (blockCount < 1 || blockCount > MostBlocks || buffers.Length > MaxBuffersPerRequest
            || (blockCount + BlocksPerBuffer - 1) / BlocksPerBuffer != buffers.Length)
        {
            return new BlockResult(BlockStatus.TooManyBlocks);
        }

        if (firstBlock >= BlockCount || (ulong)blockCount > BlockCount - firstBlock)
        {
            return new BlockResult(BlockStatus.OutOfRange);
        }

        foreach (BufferHandle buffer in buffers)
        {
            if (!Pool.IsRented(buffer))
            {
                return new BlockResult(BlockStatus.BufferRefused);
            }
        }

        BlockStatus status = BlockStatus.Ok;
        AtaError error = default;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            status = TryOnce(context, firstBlock, blockCount, buffers, isWrite, attempt == Attempts - 1, out error);
            if (!IsFailure(status))
            {
                return new BlockResult(status);
            }

            LastError = error;
            if (status == BlockStatus.NoDevice)
            {
                break;
            }

            Retries += attempt == Attempts - 1 ? 0u : 1u;
        }

        Failures++;
        return new BlockResult(status, error.Block);
    }

    private BlockStatus TryOnce(ThreadContext context, ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> buffers, bool isWrite,
        bool isLast, out AtaError error)
    {
        if (Mode == TransferMode.Programmed || isLast)
        {
            return TransferProgrammed(context, firstBlock, blockCount, buffers, isWrite, isLast, out error);
        }

        AtaCommand command = AtaCommand.Transfer(isWrite, AtaProtocol.Dma, firstBlock, blockCount);
        return _channel.ExecuteDma(context, _isSlave, command, Pool, buffers, isWrite, TransferTimeout, out error);
    }

    /// <summary>Without the bus master each buffer is a command of its own.</summary>
    private BlockStatus TransferProgrammed(ThreadContext context, ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> buffers,
        bool isWrite, bool isLast, out AtaError error)
    {
        error = default;
        AtaProtocol protocol = _group > 1 && !isLast ? AtaProtocol.Multiple : AtaProtocol.Single;
        int group = protocol == AtaProtocol.Multiple ? _group : 1;
        foreach (BufferHandle buffer in buffers)
        {
            int blocks = Math.Min(blockCount, BlocksPerBuffer);
            Span<byte> payload = Pool.GetSpan(buffer);
            if (payload.IsEmpty)
            {
                return BlockStatus.BufferRefused;
            }

            AtaCommand command = AtaCommand.Transfer(isWrite, protocol, firstBlock, blocks);
            Span<byte> data = payload.Slice(0, blocks * AtaChannel.BlockBytes);
            BlockStatus status = _channel.ExecuteProgrammed(context, _isSlave, command, data, isWrite, group, TransferTimeout, out error);
            if (status != BlockStatus.Ok)
            {
                return status;
            }

            firstBlock += (uint)blocks;
            blockCount -= blocks;
        }

        return BlockStatus.Ok;
    }

    private void CountBusErrors(bool isBusError, bool isDone)
    {
        _busErrors = isBusError ? _busErrors + 1 : isDone ? 0 : _busErrors;
        if (_busErrors >= MostBusErrors && Mode == TransferMode.BusMaster)
        {
            Mode = TransferMode.Programmed;
            _messages.WriteLine(
                $"disk: {Name}: the bus master has failed {_busErrors} times in a row; the processor moves the data from now on");
        }
    }
}
