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

    /// <summary>The records that are appended and not written yet; null without a disk.</summary>
    private readonly SlotRun? _run;

    /// <summary>The numbers of the batch's records. Those of the run may still change.</summary>
    private readonly ulong[] _numbers = new ulong[VolumeLayout.LongestBatch];
    private BufferHandle _keptBuffer;

    /// <summary>The last record of the batch, or the newest one if the batch is empty.</summary>
    private ulong _pending;
    private uint _pendingChecksum;

    /// <summary>The record that the first one of the run follows.</summary>
    private ulong _beforeRun;
    private uint _beforeRunChecksum;
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

        // The buffer first: a thread that has locked the volume never waits for a buffer, so the two waits can't form a circle.
        if (!TryTakeBuffer(context, Storage.Pool, out BufferHandle buffer))
        {
            return RecordError.NoBuffer;
        }

        LockResult locked = _mutex.Lock(context);
        if (locked == LockResult.LockedAbandoned)
        {
            // Its owner died while it mounted or formatted, perhaps before all was known of the disk.
            State = VolumeState.NotMounted;
        }

        bool owned = locked is LockResult.Locked or LockResult.LockedAbandoned;
        if (owned && State == VolumeState.Ready)
        {
            _run!.Open(buffer);
            Rewind();
            return RecordError.None;
        }

        if (owned)
        {
            _mutex.Unlock(context);
        }

        ReleaseBuffer(Storage.Pool, buffer);
        return owned ? RecordError.NotReady : RecordError.Cancelled;
    }

    /// <summary>Rents the buffer for batches before the first batch, so that it is there when others have taken all the rest. Does nothing
    /// unless the volume keeps that buffer from batch to batch.</summary>
    /// <param name="context">The caller's right to wait for it; the thread that will write the batches.</param>
    public void ReserveBuffer(ThreadContext context)
    {
        if (_keepsBuffer && Storage is not null && TryTakeBuffer(context, Storage.Pool, out BufferHandle buffer))
        {
            ReleaseBuffer(Storage.Pool, buffer);
        }
    }

    /// <summary>Takes the buffer that was kept, or else rents one. A kept buffer has gone back to the pool if the thread that rented it
    /// died.</summary>
    private bool TryTakeBuffer(ThreadContext context, BlockingPool pool, out BufferHandle buffer)
    {
        buffer = _keptBuffer;
        _keptBuffer = default;
        if (!pool.IsRented(buffer))
        {
            buffer = pool.Rent(context).Buffer;
        }

        return !buffer.IsNone;
    }

    private void ReleaseBuffer(BlockingPool pool, BufferHandle buffer)
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
    /// Appends a record to the batch. Records for consecutive slots are gathered and written together: by <see cref="Commit"/>, or here if
    /// this one can't join those before it (the ring's end, a bad slot, no memory for more).
    /// </summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="origin">Where the data came from, and when.</param>
    /// <param name="payload">The data, at most <see cref="RecordHeader.MaximumPayload"/> bytes; copied.</param>
    /// <returns>Why not, or <see cref="RecordError.None"/>. After <see cref="RecordError.DeviceError"/> the batch can only be given
    /// up.</returns>
    public RecordError Append(ThreadContext context, in RecordOrigin origin, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > RecordHeader.MaximumPayload || _appended == VolumeLayout.LongestBatch)
        {
            return RecordError.TooLong;
        }

        ulong number = NextNumber();
        if (!_run!.CanTake(_layout.SlotOf(number)))
        {
            RecordError error = WriteRun(context);
            if (error != RecordError.None)
            {
                return error;
            }

            // Writing may have found bad slots, and moved the end of the batch.
            number = NextNumber();
        }

        if (_run.Count == 0)
        {
            _beforeRun = _pending;
            _beforeRunChecksum = _pendingChecksum;
        }

        Span<byte> header = stackalloc byte[RecordHeader.Length];
        uint checksum = CreateHeader(number, in origin, payload.Length).Write(header, payload);
        _run.Add(_layout.SlotOf(number), header, payload);
        Advance(number, checksum);
        return RecordError.None;
    }

    /// <summary>Makes the batch durable: writes what has not been written, and a checkpoint if one is due, and flushes.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="sequences">Gets the numbers of the batch's records, in the order in which they were appended. At least as long as the
    /// batch.</param>
    /// <returns>
    /// <see cref="RecordError.None"/>: all records of the batch are on the medium. Otherwise none of them exists; the same datagrams can be
    /// appended anew.
    /// </returns>
    public RecordError Commit(ThreadContext context, Span<ulong> sequences)
    {
        RecordError error = WriteRun(context);
        if (error != RecordError.None)
        {
            Rewind();
            return error;
        }

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

        _numbers.AsSpan(0, _appended).CopyTo(sequences);
        Newest = _pending;
        _newestChecksum = _pendingChecksum;
        _failedBatches = 0;
        return RecordError.None;
    }

    /// <summary>Gives up what has been appended since the last <see cref="Commit"/>, so that the batch can be tried anew.</summary>
    public void Rewind()
    {
        // A slot counts as bad only when a later slot could be written and a checkpoint that lists the bad one was at least begun.
        BadSlots.TruncateTo(_knownBadSlots);
        _pending = Newest;
        _pendingChecksum = _newestChecksum;
        _appended = 0;
        _run?.Clear();
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

        BufferHandle buffer = _run!.Close();
        _mutex.Unlock(context);
        ReleaseBuffer(Storage!.Pool, buffer);
    }

    /// <summary>What mounting and formatting end with.</summary>
    private void BeginHistory()
    {
        _knownBadSlots = _storedBadSlots = BadSlots.Count;
        _storedNewest = _checkpoint.Newest;
        _failedBatches = 0;
        Rewind();
    }

    /// <summary>The number that the next record of the batch gets: the next one whose slot isn't bad.</summary>
    private ulong NextNumber()
    {
        // Fewer slots can be bad than the ring has, so this ends after MostBadSlots + 1 steps at the latest.
        ulong number = _pending + 1;
        while (BadSlots.Contains(_layout.SlotOf(number)))
        {
            number++;
        }

        return number;
    }

    private void Advance(ulong number, uint checksum)
    {
        _numbers[_appended] = number;
        _appended++;
        _pending = number;
        _pendingChecksum = checksum;
    }

    private RecordHeader CreateHeader(ulong number, in RecordOrigin origin, int payloadLength) => new()
    {
        Sequence = number,
        VolumeId = _header.VolumeId,
        Previous = _pendingChecksum,
        Distance = (uint)(number - _pending),
        Origin = origin,
        PayloadLength = payloadLength,
    };

    /// <summary>Writes the records that wait in the run by one request. If the disk blames a block, each of them is written alone, so that
    /// a bad slot costs only itself.</summary>
    private RecordError WriteRun(ThreadContext context)
    {
        if (_run!.Count == 0)
        {
            return RecordError.None;
        }

        BlockStatus status = _run.Write(context);
        if (status == BlockStatus.Ok)
        {
            _run.Clear();
            return RecordError.None;
        }

        LastStatus = status;
        return status == BlockStatus.DeviceError ? WriteOneByOneSlow(context) : RecordError.DeviceError;
    }

    /// <summary>Writes the records of a run that has failed each by a request of its own, and numbers them anew behind a slot that turns
    /// out bad.</summary>
    private RecordError WriteOneByOneSlow(ThreadContext context)
    {
        int count = _run!.Count;
        _appended -= count;
        _pending = _beforeRun;
        _pendingChecksum = _beforeRunChecksum;
        for (int i = 0; i < count; i++)
        {
            RecordError error = WriteAloneSlow(context, _run.BringToFront(i));
            if (error != RecordError.None)
            {
                return error;
            }
        }

        _run.Clear();
        return RecordError.None;
    }

    /// <summary>Writes a record to the next slot that takes it. A slot that fails three times, the first time with its run, is passed over
    /// for good, and its number with it.</summary>
    private RecordError WriteAloneSlow(ThreadContext context, Span<byte> slot)
    {
        if (RecordHeader.Read(slot, _header.VolumeId, out RecordHeader record) != RecordCheck.Valid)
        {
            return RecordError.Damaged;
        }

        ReadOnlySpan<byte> payload = slot.Slice(RecordHeader.Length, record.PayloadLength);
        for (int tries = TriesPerSlot - 1; ; tries = TriesPerSlot)
        {
            ulong number = NextNumber();
            uint checksum = CreateHeader(number, record.Origin, payload.Length).Write(slot, payload);
            ulong place = _layout.SlotOf(number);
            BlockStatus status = Write(context, VolumeLayout.FirstBlockOf(place), RecordHeader.BlocksFor(payload.Length), tries);
            if (status == BlockStatus.Ok)
            {
                Advance(number, checksum);
                return RecordError.None;
            }

            // Only an error of the block itself speaks against the slot, and only against a few slots at a time: a disk that refuses
            // everything has no bad slots, it is dead.
            if (status != BlockStatus.DeviceError || BadSlots.Count - _knownBadSlots == BadSlotsPerBatch || !BadSlots.TryAdd(place))
            {
                return RecordError.DeviceError;
            }
        }
    }

    /// <summary>Writes blocks from the run's first buffer, again and again as long as the disk blames the block and tries are
    /// left.</summary>
    private BlockStatus Write(ThreadContext context, ulong block, int count, int tries)
    {
        BlockStatus status = BlockStatus.DeviceError;
        for (; tries > 0 && status == BlockStatus.DeviceError; tries--)
        {
            status = Storage!.Write(context, block, count, _run!.FirstBuffer);
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
            _checkpoint.Write(Storage!.Pool.GetSpan(_run!.FirstBuffer), _header.VolumeId, BadSlots);
            BlockStatus status = Write(context, VolumeCheckpoint.BlockOf(_checkpoint.Generation), 1, TriesPerSlot);
            if (status != BlockStatus.DeviceError)
            {
                return status == BlockStatus.Ok;
            }
        }

        return false;
    }
}
