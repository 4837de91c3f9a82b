using System;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Volume;

/// <content>Writing: batches of records that become durable together, and what happens if they don't.</content>
public sealed partial class RecordVolume
{
    private const int FormattedBlocks = 1 + VolumeCheckpoint.Places;
    private const int TriesPerSlot = 3;
    private const int BadSlotsPerBatch = 2;
    private const int BatchesUntilFailing = 3;

    private BufferHandle _batchBuffer;
    private BufferHandle _keptBuffer;
    private ulong _pending;
    private uint _pendingChecksum;
    private int _appended;
    private int _knownBadSlots;
    private int _storedBadSlots;
    private ulong _storedNewest;
    private int _failedBatches;

    /// <summary>Begins a batch: takes the volume for the caller until <see cref="End"/>.</summary>
    /// <param name="context">The caller's right to wait, for a buffer and for the volume.</param>
    /// <returns>Why not, or <see cref="RecordError.None"/>; only then is there a batch to end.</returns>
    public RecordError Begin(ThreadContext context)
    {
        if (Storage is null || State != VolumeState.Ready)
        {
            return RecordError.NotReady;
        }

        // The buffer first: who holds the gate never waits for a buffer, so the two waits can't form a circle.
        if (!TryGetBuffer(context, Storage.Pool, out BufferHandle buffer))
        {
            return RecordError.NoBuffer;
        }

        LockResult locked = _gate.Lock(context);
        if (locked == LockResult.LockedAbandoned)
        {
            // Its owner died while it mounted or formatted; what is known of the disk may be half of it.
            State = VolumeState.NotMounted;
        }

        bool owned = locked is LockResult.Locked or LockResult.LockedAbandoned;
        if (owned && State == VolumeState.Ready)
        {
            _batchBuffer = buffer;
            Rewind();
            return RecordError.None;
        }

        if (owned)
        {
            _gate.Unlock(context);
        }

        LetGo(Storage.Pool, buffer);
        return owned ? RecordError.NotReady : RecordError.Cancelled;
    }

    /// <summary>Takes the buffer for batches before there is one, so that it is there when others have taken all the rest. Nothing, unless
    /// it is kept anyway.</summary>
    /// <param name="context">The caller's right to wait for it; the thread that will write the batches.</param>
    public void ReserveBuffer(ThreadContext context)
    {
        if (_keepsBuffer && Storage is not null && TryGetBuffer(context, Storage.Pool, out BufferHandle buffer))
        {
            LetGo(Storage.Pool, buffer);
        }
    }

    /// <summary>The buffer that was kept, if it was; a thread that died with it has lost it.</summary>
    private bool TryGetBuffer(ThreadContext context, BlockingPool pool, out BufferHandle buffer)
    {
        buffer = _keptBuffer;
        _keptBuffer = default;
        if (!pool.IsRented(buffer))
        {
            buffer = pool.Rent(context).Buffer;
        }

        return !buffer.IsNone;
    }

    private void LetGo(BlockingPool pool, BufferHandle buffer)
    {
        if (_keepsBuffer)
        {
            _keptBuffer = buffer;
        }
        else
        {
            pool.Return(buffer);
        }
    }

    /// <summary>
    /// Writes a record behind the last one of the batch. A slot that can't be written is tried three times; then it is passed over for
    /// good, and its number with it.
    /// </summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="origin">Where the data came from, and when.</param>
    /// <param name="payload">The data, at most <see cref="RecordHeader.MaximumPayload"/> bytes.</param>
    /// <param name="sequence">The number the record will have if <see cref="Commit"/> succeeds.</param>
    /// <returns>Why not, or <see cref="RecordError.None"/>. After <see cref="RecordError.DeviceError"/> the batch can only be given
    /// up.</returns>
    public RecordError Append(ThreadContext context, in RecordOrigin origin, ReadOnlySpan<byte> payload, out ulong sequence)
    {
        sequence = 0;
        if (payload.Length > RecordHeader.MaximumPayload || _appended == VolumeLayout.LongestBatch)
        {
            return RecordError.TooLong;
        }

        ulong number = _pending;
        do
        {
            number++;
            if (BadSlots.Contains(_layout.SlotOf(number)))
            {
                continue;
            }

            uint checksum = Prepare(number, in origin, payload);
            BlockStatus status = Write(context, VolumeLayout.FirstBlockOf(_layout.SlotOf(number)), RecordHeader.BlocksFor(payload.Length));
            if (status == BlockStatus.Ok)
            {
                _pending = sequence = number;
                _pendingChecksum = checksum;
                _appended++;
                return RecordError.None;
            }

            // Only an error of the block itself speaks against the block, and only of a few at a time: a disk that refuses everything has
            // no bad slots, it is dead.
            if (status != BlockStatus.DeviceError || BadSlots.Count - _knownBadSlots == BadSlotsPerBatch
                || !BadSlots.TryAdd(_layout.SlotOf(number)))
            {
                return RecordError.DeviceError;
            }
        }
        while (number - _pending <= VolumeLayout.MostBadSlots);
        return RecordError.DeviceError;
    }

    /// <summary>Makes the batch durable: writes a checkpoint if one is due, and flushes.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns>
    /// <see cref="RecordError.None"/>: all records of the batch are on the medium. <see cref="RecordError.DeviceError"/>: none of them
    /// exists; the same datagrams can be appended anew.
    /// </returns>
    public RecordError Commit(ThreadContext context)
    {
        bool isDue = Newest - _storedNewest >= _layout.CheckpointInterval || BadSlots.Count != _storedBadSlots;
        if (isDue && !TryWriteCheckpoint(context))
        {
            Rewind();
            return RecordError.DeviceError;
        }

        BlockStatus status = Storage!.Flush(context);
        if (status != BlockStatus.Ok)
        {
            LastStatus = status;
            Rewind();
            return RecordError.DeviceError;
        }

        if (isDue)
        {
            _storedNewest = Newest;
            _storedBadSlots = BadSlots.Count;
        }

        Newest = _pending;
        _newestChecksum = _pendingChecksum;
        _failedBatches = 0;
        return RecordError.None;
    }

    /// <summary>Gives up what has been appended since the last <see cref="Commit"/>, so that the batch can be tried anew.</summary>
    public void Rewind()
    {
        // A slot counts as bad only when a later one could be written, and the checkpoint with its name was at least begun.
        BadSlots.TruncateTo(_knownBadSlots);
        _pending = Newest;
        _pendingChecksum = _newestChecksum;
        _appended = 0;
    }

    /// <summary>Ends the batch and gives the volume back. After three batches in a row without a record the volume is
    /// <see cref="VolumeState.Failing"/>.</summary>
    /// <param name="context">The context that <see cref="Begin"/> got.</param>
    /// <param name="failed">Whether the batch was given up for an error of the disk.</param>
    public void End(ThreadContext context, bool failed)
    {
        if (failed)
        {
            Rewind();
            _failedBatches++;
            State = _failedBatches >= BatchesUntilFailing ? VolumeState.Failing : State;
        }

        BufferHandle buffer = _batchBuffer;
        _batchBuffer = default;
        _gate.Unlock(context);
        LetGo(Storage!.Pool, buffer);
    }

    /// <summary>What mounting and formatting end with.</summary>
    private void BeginHistory()
    {
        _knownBadSlots = _storedBadSlots = BadSlots.Count;
        _storedNewest = _checkpoint.Newest;
        _failedBatches = 0;
        Rewind();
    }

    private uint Prepare(ulong number, in RecordOrigin origin, ReadOnlySpan<byte> payload)
    {
        var header = new RecordHeader
        {
            Sequence = number,
            VolumeId = _header.VolumeId,
            Previous = _pendingChecksum,
            Distance = (uint)(number - _pending),
            Origin = origin,
            PayloadLength = payload.Length,
        };
        Span<byte> slot = Storage!.Pool.GetSpan(_batchBuffer);
        payload.CopyTo(slot.Slice(RecordHeader.Length));
        return header.Write(slot);
    }

    /// <summary>Writes blocks of the batch's buffer; a block that can't be written is tried again, but not for ever.</summary>
    private BlockStatus Write(ThreadContext context, ulong block, int count)
    {
        BlockStatus status = BlockStatus.DeviceError;
        for (int tries = 0; tries < TriesPerSlot && status == BlockStatus.DeviceError; tries++)
        {
            status = Storage!.Write(context, block, count, _batchBuffer);
            LastStatus = status == BlockStatus.Ok ? LastStatus : status;
        }

        return status;
    }

    /// <summary>Writes a checkpoint to the next place that takes it. It names the newest record that a flush has covered, not those of this
    /// batch.</summary>
    private bool TryWriteCheckpoint(ThreadContext context)
    {
        // Even if this batch fails the disk may keep the list, so it is not taken back.
        _knownBadSlots = BadSlots.Count;
        for (int tries = 0; tries < VolumeCheckpoint.Places; tries++)
        {
            _checkpoint = new VolumeCheckpoint
            {
                Generation = _checkpoint.Generation + 1,
                Newest = Newest,
                NewestChecksum = _newestChecksum,
            };
            _checkpoint.Write(Storage!.Pool.GetSpan(_batchBuffer), _header.VolumeId, BadSlots);
            BlockStatus status = Write(context, VolumeCheckpoint.BlockOf(_checkpoint.Generation), 1);
            if (status != BlockStatus.DeviceError)
            {
                return status == BlockStatus.Ok;
            }
        }

        return false;
    }
}
