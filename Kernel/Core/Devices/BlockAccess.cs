using System;
using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Devices;

/// <summary>
/// A block device, or a part of it, for a thread that wants its blocks in an array of its own: the members that <c>BlockDevice</c> has in
/// Cosmos, with its parameters.
/// </summary>
/// <remarks>
/// <para>There, <c>ReadBlock</c> needs no right to wait and can't report an error. Here the right is passed once, to the view, which as a
/// <c>ref struct</c> lives no longer than the call that has it; and each request returns its result. A caller that ignores an error has the
/// array as it was before.</para>
/// <para>Data are copied between the array and one rented buffer of the device's pool, piece by piece: services that move much data use
/// <see cref="IBlockStorage"/> and no copy. Everything is checked before anything is touched. A request that fails half-way has moved the
/// blocks before the one that failed. Thread context.</para>
/// </remarks>
[AllocationFree]
public readonly ref struct BlockAccess
{
    private readonly ThreadContext _context;
    private readonly IBlockStorage _storage;
    private readonly ulong _timeout;
    private readonly ulong _first;

    /// <summary>All blocks of a device.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="storage">The device.</param>
    /// <param name="timeout">How long a request waits for a buffer, in nanoseconds.</param>
    public BlockAccess(ThreadContext context, IBlockStorage storage, ulong timeout)
        : this(context, storage, timeout, 0, storage.BlockCount)
    {
    }

    private BlockAccess(ThreadContext context, IBlockStorage storage, ulong timeout, ulong first, ulong count)
    {
        _context = context;
        _storage = storage;
        _timeout = timeout;
        _first = first;
        BlockCount = count;
    }

    /// <summary>How many blocks it has.</summary>
    public ulong BlockCount { get; }

    /// <summary>Bytes in a block.</summary>
    public ulong BlockSize => (ulong)_storage.BlockSize;

    /// <summary>Some of its blocks, a partition for instance, with numbers of their own from 0: no request to the part touches what lies
    /// outside.</summary>
    /// <param name="firstBlock">The first of them.</param>
    /// <param name="blockCount">How many.</param>
    /// <returns>The part; if not all of it is there, one without any block.</returns>
    public BlockAccess Part(ulong firstBlock, ulong blockCount)
    {
        bool isInside = firstBlock <= BlockCount && blockCount <= BlockCount - firstBlock;
        return new BlockAccess(_context, _storage, _timeout, _first + (isInside ? firstBlock : 0), isInside ? blockCount : 0);
    }

    /// <summary>Makes an array for some blocks: at boot, or in a thread with a scratch arena.</summary>
    /// <param name="aBlockCount">How many.</param>
    /// <returns>An array of zeros; an empty one if no array is that long.</returns>
    [MayAllocate("its caller's boot arena or scratch")]
    public byte[] NewBlockArray(ulong aBlockCount) =>
        aBlockCount <= (ulong)Array.MaxLength / BlockSize ? new byte[aBlockCount * BlockSize] : [];

    /// <summary>Whether blocks are there.</summary>
    /// <param name="aBlockNo">The first.</param>
    /// <param name="aBlockCount">How many, at least 1.</param>
    /// <returns><see cref="BlockStatus.Ok"/>, <see cref="BlockStatus.TooManyBlocks"/> for none at all, or
    /// <see cref="BlockStatus.OutOfRange"/>.</returns>
    public BlockStatus CheckBlockNo(ulong aBlockNo, ulong aBlockCount) => aBlockCount == 0 ? BlockStatus.TooManyBlocks
        : aBlockNo >= BlockCount || aBlockCount > BlockCount - aBlockNo ? BlockStatus.OutOfRange
        : BlockStatus.Ok;

    /// <summary>Whether an array is as long as blocks are.</summary>
    /// <param name="aData">The array.</param>
    /// <param name="aBlockCount">How many blocks.</param>
    /// <returns><see cref="BlockStatus.Ok"/> or <see cref="BlockStatus.WrongDataSize"/>.</returns>
    public BlockStatus CheckDataSize(byte[] aData, ulong aBlockCount) =>
        aData is not null && (ulong)aData.Length % BlockSize == 0 && (ulong)aData.Length / BlockSize == aBlockCount
            ? BlockStatus.Ok : BlockStatus.WrongDataSize;

    /// <summary>Reads blocks. Returns when they are in the array.</summary>
    /// <param name="aBlockNo">The first.</param>
    /// <param name="aBlockCount">How many, at least 1.</param>
    /// <param name="aData">Where they go, exactly as long as they are.</param>
    public BlockStatus ReadBlock(ulong aBlockNo, ulong aBlockCount, ref byte[] aData) =>
        Transfer(aBlockNo, aBlockCount, aData, isWrite: false);

    /// <summary>Writes blocks. Returns when the device has them, perhaps in its cache: <see cref="IBlockStorage.Flush"/> puts them on the
    /// medium.</summary>
    /// <param name="aBlockNo">The first.</param>
    /// <param name="aBlockCount">How many, at least 1.</param>
    /// <param name="aData">The data, exactly as long as the blocks.</param>
    public BlockStatus WriteBlock(ulong aBlockNo, ulong aBlockCount, ref byte[] aData) =>
        Transfer(aBlockNo, aBlockCount, aData, isWrite: true);

    private static BlockStatus ReasonOf(RentError error) => error switch
    {
        RentError.NotAllowedHere => BlockStatus.NotAllowedHere,
        RentError.Cancelled => BlockStatus.Cancelled,
        _ => BlockStatus.NoBuffer,
    };

    private BlockStatus Transfer(ulong block, ulong count, byte[] data, bool isWrite)
    {
        BlockStatus status = CheckBlockNo(block, count);
        status = status == BlockStatus.Ok ? CheckDataSize(data, count) : status;
        if (status != BlockStatus.Ok)
        {
            return status;
        }

        RentResult rental = _storage.Pool.TryRent(_context, _timeout);
        if (!rental.Succeeded)
        {
            return ReasonOf(rental.Error);
        }

        Span<byte> left = data;
        for (ulong next = _first + block; status == BlockStatus.Ok && !left.IsEmpty;)
        {
            int blocks = Math.Min(_storage.MaxBlocksPerRequest, left.Length / _storage.BlockSize);
            int bytes = blocks * _storage.BlockSize;
            status = isWrite
                ? Write(next, blocks, left.Slice(0, bytes), rental.Buffer) : Read(next, blocks, left.Slice(0, bytes), rental.Buffer);
            left = left.Slice(bytes);
            next += (ulong)blocks;
        }

        _storage.Pool.Return(rental.Buffer);
        return status;
    }

    private BlockStatus Read(ulong block, int blocks, Span<byte> into, BufferHandle buffer)
    {
        BlockStatus status = _storage.Read(_context, block, blocks, buffer);
        if (status == BlockStatus.Ok)
        {
            _storage.Pool.GetSpan(buffer).Slice(0, into.Length).CopyTo(into);
        }

        return status;
    }

    private BlockStatus Write(ulong block, int blocks, ReadOnlySpan<byte> from, BufferHandle buffer)
    {
        from.CopyTo(_storage.Pool.GetSpan(buffer));
        return _storage.Write(_context, block, blocks, buffer);
    }
}
