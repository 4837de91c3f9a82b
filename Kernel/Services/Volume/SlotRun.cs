using System;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Volume;

/// <summary>
/// Records for consecutive slots, laid one behind the other in buffers of the disk's pool, so that one request writes them all.
/// </summary>
/// <remarks>
/// <para>Every slot but the last takes its full <see cref="SlotBytes"/>, of the last one only the blocks that its record needs are written.
/// A buffer of 64 KiB holds the longest batch. Of smaller buffers (<c>pools=shared</c> has 4 KiB) the run takes as many as it needs, one
/// request may have, and are free; a record may then lie across two of them.</para>
/// <para>The run never waits for a further buffer: the thread that uses it has locked the volume, and a thread that has locked the volume
/// does not wait for buffers. A run that can't grow is written, and the next one begins behind it.</para>
/// <para>Adding a record costs one copy of its data. Thread context; only the thread that has locked the volume.</para>
/// </remarks>
internal sealed class SlotRun
{
    /// <summary>Bytes of a slot.</summary>
    public const int SlotBytes = SlotBlocks * VolumeHeader.BlockSize;

    private const int SlotBlocks = (int)VolumeHeader.SlotBlocks;
    private const int LongestBatchBytes = VolumeLayout.LongestBatch * SlotBytes;

    private readonly IBlockStorage _storage;

    /// <summary>The buffers, filled in this order; <see cref="_rented"/> of them are there.</summary>
    private readonly BufferHandle[] _buffers;

    /// <summary>Bytes of each buffer that a request can move: whole blocks.</summary>
    private readonly int _bufferBytes;
    private int _rented;
    private ulong _firstSlot;
    private int _lastBlocks;

    /// <summary>Makes an empty run. Boot context.</summary>
    /// <param name="storage">The disk.</param>
    public SlotRun(IBlockStorage storage)
    {
        _storage = storage;
        int blocks = Math.Max(1, storage.Pool.BufferSize / VolumeHeader.BlockSize);
        _bufferBytes = Math.Min(blocks, storage.MaxBlocksPerRequest) * VolumeHeader.BlockSize;

        // A request with several buffers takes all of each but the last.
        bool isWhole = blocks <= storage.MaxBlocksPerRequest;
        int needed = (LongestBatchBytes + _bufferBytes - 1) / _bufferBytes;
        _buffers = new BufferHandle[isWhole ? Math.Clamp(storage.MaxBuffersPerRequest, 1, needed) : 1];
    }

    /// <summary>How many records it holds.</summary>
    public int Count { get; private set; }

    /// <summary>The buffer that the run begins in. While the run is empty it is free for other blocks.</summary>
    public BufferHandle FirstBuffer => _buffers[0];

    /// <summary>Gives the run its first buffer, and forgets what it held.</summary>
    /// <param name="buffer">A rented buffer of the disk's pool that holds at least one slot.</param>
    public void Open(BufferHandle buffer)
    {
        _buffers[0] = buffer;
        _rented = 1;
        Count = 0;
    }

    /// <summary>Returns all buffers but the first to their pool.</summary>
    /// <returns>The first one, which is the caller's again.</returns>
    public BufferHandle Close()
    {
        Count = 0;
        while (_rented > 1)
        {
            _rented--;
            _storage.Pool.Return(_buffers[_rented]);
        }

        BufferHandle first = _buffers[0];
        _buffers[0] = default;
        _rented = 0;
        return first;
    }

    /// <summary>Forgets the records; the buffers stay.</summary>
    public void Clear() => Count = 0;

    /// <summary>Whether a record for a slot can be added: the slot is the next one, and there is memory for it. Rents a further buffer if
    /// it takes one; never waits.</summary>
    /// <param name="slot">The slot.</param>
    public bool CanTake(ulong slot)
    {
        if (Count != 0 && slot != _firstSlot + (ulong)Count)
        {
            return false;
        }

        if ((Count + 1) * SlotBytes <= _rented * _bufferBytes)
        {
            return true;
        }

        BufferHandle buffer = _rented == _buffers.Length ? default : _storage.Pool.TryRent().Buffer;
        if (buffer.IsNone)
        {
            return false;
        }

        _buffers[_rented] = buffer;
        _rented++;
        return true;
    }

    /// <summary>Adds a record.</summary>
    /// <param name="slot">Its slot; <see cref="CanTake"/> has said yes.</param>
    /// <param name="header">Its header, <see cref="RecordHeader.Length"/> bytes.</param>
    /// <param name="payload">Its data, at most <see cref="RecordHeader.MaximumPayload"/> bytes.</param>
    public void Add(ulong slot, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        _firstSlot = Count == 0 ? slot : _firstSlot;
        int start = Count * SlotBytes;
        Copy(header, start);
        Copy(payload, start + header.Length);

        // The slot's end is written too if another record follows, and must not show what the buffer held before.
        Clear(start + header.Length + payload.Length, start + SlotBytes);
        _lastBlocks = RecordHeader.BlocksFor(payload.Length);
        Count++;
    }

    /// <summary>Writes all records by one request. The run keeps them.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns>What became of it. After an error any of the blocks may have been written.</returns>
    public BlockStatus Write(ThreadContext context)
    {
        int blocks = (Count - 1) * SlotBlocks + _lastBlocks;
        int buffers = (blocks * VolumeHeader.BlockSize + _bufferBytes - 1) / _bufferBytes;
        return _storage.Write(context, VolumeLayout.FirstBlockOf(_firstSlot), blocks, _buffers.AsSpan(0, buffers)).Status;
    }

    /// <summary>Copies a record to the beginning of the first buffer, from where it can be written alone. What lay there is lost, so
    /// records are brought forward in their order.</summary>
    /// <param name="index">Which record, 0 to <see cref="Count"/> - 1.</param>
    /// <returns>The record, as long as a slot.</returns>
    public Span<byte> BringToFront(int index)
    {
        Span<byte> front = From(0).Slice(0, SlotBytes);
        for (int copied = 0; index != 0 && copied < SlotBytes;)
        {
            ReadOnlySpan<byte> source = From(index * SlotBytes + copied);
            source = source.Slice(0, Math.Min(source.Length, SlotBytes - copied));
            source.CopyTo(front.Slice(copied));
            copied += source.Length;
        }

        return front;
    }

    /// <summary>A buffer's bytes from a place in the run on.</summary>
    private Span<byte> From(int offset)
    {
        (int index, int start) = Math.DivRem(offset, _bufferBytes);
        return _storage.Pool.GetSpan(_buffers[index]).Slice(start, _bufferBytes - start);
    }

    private void Copy(ReadOnlySpan<byte> source, int offset)
    {
        while (!source.IsEmpty)
        {
            Span<byte> target = From(offset);
            int count = Math.Min(source.Length, target.Length);
            source.Slice(0, count).CopyTo(target);
            source = source.Slice(count);
            offset += count;
        }
    }

    private void Clear(int start, int end)
    {
        while (start < end)
        {
            Span<byte> target = From(start);
            int count = Math.Min(end - start, target.Length);
            target.Slice(0, count).Clear();
            start += count;
        }
    }
}
