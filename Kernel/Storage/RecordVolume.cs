using System;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Storage;

/// <summary>
/// A disk used as a history of records: it can be appended to, made durable, and read back.
/// </summary>
/// <remarks>
/// Record N lies in slot N, all slots are of the same size, and the records are a prefix of the slots; so the place of a record is a multiplication and the end of the history
/// is all there is to know. A record counts as written when the disk has taken it, as kept when a later <see cref="Flush"/> has succeeded. If writing fails the
/// number is not used up: the next record tries the same place. A disk that isn't ours is never written to, unless <see cref="Format"/> is called.
/// All data goes through buffers of the disk's own blocking pool. Thread context throughout. Appending and formatting exclude each other; reading may go on beside them, and the
/// checksum tells a record that was overwritten meanwhile.
/// </remarks>
public sealed class RecordVolume
{
    private const int SlotBlocks = (int)VolumeHeader.SlotBlocks;

    private readonly Mutex _gate;
    private readonly Clock _clock;
    private VolumeHeader _header;
    private uint _lastChecksum;
    private bool _unflushed;

    /// <summary>Makes a volume that has not looked at its disk yet. Boot context.</summary>
    /// <param name="scheduler">Whose threads will use it.</param>
    /// <param name="storage">The disk; null if there is none.</param>
    public RecordVolume(Scheduler scheduler, IBlockStorage? storage)
    {
        Storage = storage;
        _clock = scheduler.Clock;
        _gate = new Mutex(scheduler, "record volume");
        State = storage is null ? VolumeState.NoDevice : VolumeState.NotMounted;
    }

    /// <summary>The disk; null if there is none.</summary>
    public IBlockStorage? Storage { get; }

    /// <summary>What has been made of the disk. Any context.</summary>
    public VolumeState State { get; private set; }

    /// <summary>The last error the disk gave; <see cref="BlockStatus.Ok"/> if it never did.</summary>
    public BlockStatus LastStatus { get; private set; }

    /// <summary>Records on the volume: their numbers are 1 to this.</summary>
    public ulong Records { get; private set; }

    /// <summary>The most records the volume holds; zero unless it is ready.</summary>
    public ulong Capacity => State == VolumeState.Ready ? _header.RecordCapacity : 0;

    /// <summary>Tells the volume from every other; zero unless it is ready.</summary>
    public ulong VolumeId => State == VolumeState.Ready ? _header.VolumeId : 0;

    /// <summary>Records that could not be read when the volume was mounted, while later ones could.</summary>
    public ulong UnreadableRecords { get; private set; }

    /// <summary>The block where a record begins.</summary>
    /// <param name="sequence">The record's number, from 1.</param>
    public static ulong FirstBlockOf(ulong sequence) => VolumeHeader.FirstRecordBlock + (sequence - 1) * VolumeHeader.SlotBlocks;

    /// <summary>Looks at the disk and finds the end of its history. Writes nothing.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns>The new <see cref="State"/>; <see cref="VolumeState.Blank"/> invites to <see cref="Format"/>.</returns>
    public VolumeState Mount(ThreadContext context) => Exclusively(context, format: false);

    /// <summary>Makes the disk an empty volume, whatever was on it. Block 0 is written and flushed; earlier records are no longer this volume's.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns>The new <see cref="State"/>.</returns>
    public VolumeState Format(ThreadContext context) => Exclusively(context, format: true);

    /// <summary>Writes a record behind the last one.</summary>
    /// <param name="context">The caller's right to wait, for a buffer and for the disk.</param>
    /// <param name="origin">Where the data came from, and when.</param>
    /// <param name="payload">The data, at most <see cref="RecordHeader.MaximumPayload"/> bytes.</param>
    /// <returns>Why not, or <see cref="RecordError.None"/>.</returns>
    public RecordError Append(ThreadContext context, in RecordOrigin origin, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > RecordHeader.MaximumPayload)
        {
            return RecordError.TooLong;
        }

        if (Storage is null || State != VolumeState.Ready)
        {
            return RecordError.NotReady;
        }

        // The buffer first: who holds the gate never waits for a buffer, so the two waits can't form a circle.
        RentResult rental = Storage.Pool.Rent(context);
        if (!rental.Succeeded)
        {
            return RecordError.NoBuffer;
        }

        RecordError error = RecordError.Cancelled;
        if (TryEnter(context))
        {
            error = AppendAlone(context, Storage, rental.Buffer, in origin, payload);
            _gate.Unlock(context);
        }

        Storage.Pool.Return(rental.Buffer);
        return error;
    }

    /// <summary>Returns when everything appended so far is on the medium.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns><see cref="RecordError.None"/>, also if there was nothing to do; <see cref="RecordError.DeviceError"/> if the disk can't say so.</returns>
    public RecordError Flush(ThreadContext context)
    {
        if (Storage is null || !_unflushed)
        {
            return RecordError.None;
        }

        // Before the flush, so that a record appended meanwhile asks for another.
        _unflushed = false;
        BlockStatus status = Storage.Flush(context);
        if (status != BlockStatus.Ok)
        {
            _unflushed = true;
            LastStatus = status;
            return RecordError.DeviceError;
        }

        return RecordError.None;
    }

    /// <summary>Reads a record. Its data are in the buffer, from <see cref="RecordHeader.Length"/> on.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="sequence">The record's number, from 1.</param>
    /// <param name="into">A buffer that the caller has rented from the disk's pool and will return there.</param>
    /// <param name="header">The record's header; the default value unless it was read.</param>
    /// <returns>Why not, or <see cref="RecordError.None"/>.</returns>
    public RecordError Read(ThreadContext context, ulong sequence, BufferHandle into, out RecordHeader header)
    {
        header = default;
        if (Storage is null || State != VolumeState.Ready)
        {
            return RecordError.NotReady;
        }

        if (sequence == 0 || sequence > Records)
        {
            return RecordError.NoSuchRecord;
        }

        BlockStatus status = Storage.Read(context, FirstBlockOf(sequence), SlotBlocks, into);
        if (status != BlockStatus.Ok)
        {
            LastStatus = status;
            return RecordError.DeviceError;
        }

        ReadOnlySpan<byte> slot = Storage.Pool.GetSpan(into).Slice(0, RecordHeader.MaximumLength);
        return RecordHeader.Read(slot, _header.VolumeId, sequence, out header) == RecordCheck.Valid ? RecordError.None : RecordError.Damaged;
    }

    private VolumeState Exclusively(ThreadContext context, bool format)
    {
        VolumeState unusable = CheckDevice();
        if (Storage is null || unusable != VolumeState.Ready)
        {
            return State = unusable;
        }

        RentResult rental = Storage.Pool.Rent(context);
        if (!rental.Succeeded)
        {
            return State;
        }

        if (TryEnter(context))
        {
            Records = 0;
            UnreadableRecords = 0;
            State = format ? FormatAlone(context, Storage, rental.Buffer) : MountAlone(context, Storage, rental.Buffer);
            _gate.Unlock(context);
        }

        Storage.Pool.Return(rental.Buffer);
        return State;
    }

    /// <summary>Takes the gate. If the one who had it has died in between, what is known of the disk may be half true: it has to be mounted again.</summary>
    private bool TryEnter(ThreadContext context)
    {
        LockResult locked = _gate.Lock(context);
        if (locked == LockResult.LockedAbandoned && State == VolumeState.Ready)
        {
            State = VolumeState.NotMounted;
        }

        return locked is LockResult.Locked or LockResult.LockedAbandoned;
    }

    private VolumeState CheckDevice()
    {
        if (Storage is null)
        {
            return VolumeState.NoDevice;
        }

        if (Storage.BlockSize != VolumeHeader.BlockSize
            || Storage.MaxBlocksPerRequest < SlotBlocks
            || Storage.Pool.BufferSize < RecordHeader.MaximumLength)
        {
            return VolumeState.Unsuitable;
        }

        return new VolumeHeader(0, Storage.BlockCount).RecordCapacity == 0 ? VolumeState.TooSmall : VolumeState.Ready;
    }

    private VolumeState MountAlone(ThreadContext context, IBlockStorage storage, BufferHandle buffer)
    {
        LastStatus = storage.Read(context, 0, 1, buffer);
        if (LastStatus != BlockStatus.Ok)
        {
            return VolumeState.Unreadable;
        }

        ReadOnlySpan<byte> block = storage.Pool.GetSpan(buffer).Slice(0, VolumeHeader.BlockSize);
        VolumeState state = VolumeHeader.Read(block, out _header);
        var scan = new VolumeScan(context, storage, buffer);
        if (state == VolumeState.Blank)
        {
            state = scan.ProbeBlank();
        }
        else if (state == VolumeState.Ready)
        {
            state = _header.BlockCount > storage.BlockCount
                ? VolumeState.Shrunk
                : scan.CountRecords(in _header, VolumeHeader.ReadChecksum(block));
            Records = scan.Records;
            _lastChecksum = scan.LastChecksum;
            UnreadableRecords = scan.Unreadable;
        }

        LastStatus = scan.Status;
        return state;
    }

    private VolumeState FormatAlone(ThreadContext context, IBlockStorage storage, BufferHandle buffer)
    {
        Span<byte> block = storage.Pool.GetSpan(buffer).Slice(0, VolumeHeader.BlockSize);
        block.Clear();
        LastStatus = storage.Read(context, 0, 1, buffer);
        _header = new VolumeHeader(VolumeIdentity.Choose(block, _clock.Nanoseconds), storage.BlockCount);
        _lastChecksum = _header.Write(block);
        LastStatus = storage.Write(context, 0, 1, buffer);
        if (LastStatus == BlockStatus.Ok)
        {
            LastStatus = storage.Flush(context);
        }

        return LastStatus == BlockStatus.Ok ? VolumeState.Ready : VolumeState.Unreadable;
    }

    private RecordError AppendAlone(ThreadContext context, IBlockStorage storage, BufferHandle buffer, in RecordOrigin origin, ReadOnlySpan<byte> payload)
    {
        if (State != VolumeState.Ready)
        {
            return RecordError.NotReady;
        }

        if (Records >= _header.RecordCapacity)
        {
            return RecordError.Full;
        }

        var header = new RecordHeader
        {
            Sequence = Records + 1,
            VolumeId = _header.VolumeId,
            Previous = _lastChecksum,
            Origin = origin,
            PayloadLength = payload.Length,
        };
        Span<byte> slot = storage.Pool.GetSpan(buffer);
        payload.CopyTo(slot.Slice(RecordHeader.Length));
        uint checksum = header.Write(slot);
        _unflushed = true;
        BlockStatus status = storage.Write(context, FirstBlockOf(header.Sequence), RecordHeader.BlocksFor(payload.Length), buffer);
        if (status != BlockStatus.Ok)
        {
            LastStatus = status;
            return RecordError.DeviceError;
        }

        _lastChecksum = checksum;
        Records = header.Sequence;
        return RecordError.None;
    }
}
