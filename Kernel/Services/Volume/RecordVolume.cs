using System;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Volume;

/// <summary>
/// A disk used as a ring of records: they are appended in batches, made durable, and read back; when it is full the newest take the place
/// of the oldest.
/// </summary>
/// <remarks>
/// <para>A record exists when the flush behind its batch has succeeded; before that no sender is told of it, and if the flush fails its
/// number is given to the next. See <see cref="VolumeLayout"/> for where records lie and <see cref="VolumeScan"/> for how the newest is
/// found again.</para>
/// <para>A disk that isn't ours is never written to, unless <see cref="Format"/> is called. All data goes through buffers of the disk's own
/// blocking pool. Thread context throughout.</para>
/// <para>A batch, mounting and formatting exclude each other by a mutex, whose owner inherits the priority of the threads that wait for it;
/// none of them takes longer than a bounded number of requests. Reading does not take it: a reader costs the writer at most the one request
/// that the disk is busy with, and the checksum tells a record that was overwritten meanwhile.</para>
/// </remarks>
public sealed partial class RecordVolume
{
    private const int SlotBlocks = (int)VolumeHeader.SlotBlocks;

    private readonly Mutex _mutex;
    private readonly Clock _clock;
    private readonly bool _keepsBuffer;
    private VolumeHeader _header;
    private VolumeLayout _layout;
    private VolumeCheckpoint _checkpoint;
    private uint _newestChecksum;

    /// <summary>Makes a volume that has not looked at its disk yet. Boot context.</summary>
    /// <param name="scheduler">Whose threads will use it.</param>
    /// <param name="storage">The disk; null if there is none.</param>
    /// <param name="keepsBuffer">Whether the buffer for batches is kept from one to the next: then a thread that takes all that are left of
    /// the disk's buffers can't stop the recorder.</param>
    public RecordVolume(Scheduler scheduler, IBlockStorage? storage, bool keepsBuffer = false)
    {
        _keepsBuffer = keepsBuffer;
        Storage = storage;
        _run = storage is null ? null : new SlotRun(storage);
        _clock = scheduler.Clock;
        _mutex = new Mutex(scheduler, "record volume");
        State = storage is null ? VolumeState.NoDevice : VolumeState.NotMounted;
    }

    /// <summary>The disk; null if there is none.</summary>
    public IBlockStorage? Storage { get; }

    /// <summary>What has been made of the disk. Any context.</summary>
    public VolumeState State { get; private set; }

    /// <summary>The last error the disk gave; <see cref="BlockStatus.Ok"/> if it never did.</summary>
    public BlockStatus LastStatus { get; private set; }

    /// <summary>The number of the newest record; zero if there is none.</summary>
    public ulong Newest { get; private set; }

    /// <summary>The number of the oldest record that is kept; 1 if there is none.</summary>
    public ulong Oldest => HasRecords ? _layout.OldestOf(Newest) : 1;

    /// <summary>How many numbers lie from the oldest record to the newest; less by the skipped places there are that many
    /// records.</summary>
    public ulong Records => Newest - Oldest + 1;

    /// <summary>How often the ring has been full; see <see cref="VolumeLayout.WrapsAt"/>.</summary>
    public ulong Wraps => HasRecords ? _layout.WrapsAt(Newest) : 0;

    /// <summary>The most records the volume keeps; zero unless it has been mounted.</summary>
    public ulong Capacity => HasRecords ? _layout.Capacity : 0;

    /// <summary>Tells the volume from every other; zero unless it has been mounted.</summary>
    public ulong VolumeId => HasRecords ? _header.VolumeId : 0;

    /// <summary>Records that could not be read when the volume was mounted, while later ones could. Only those behind the newest checkpoint
    /// are looked at.</summary>
    public ulong UnreadableRecords { get; private set; }

    /// <summary>The slots that can't be written.</summary>
    public BadSlots BadSlots { get; } = new();

    /// <summary>Whether records can be read: it is ready or failing.</summary>
    public bool HasRecords => State is VolumeState.Ready or VolumeState.Failing;

    /// <summary>The block where a record begins; zero unless the volume has been mounted.</summary>
    /// <param name="sequence">The record's number, from 1.</param>
    public ulong FirstBlockOf(ulong sequence) => HasRecords && sequence != 0 ? VolumeLayout.FirstBlockOf(_layout.SlotOf(sequence)) : 0;

    /// <summary>Looks at the disk and finds the newest record. Writes nothing, but flushes what an earlier boot may have left in the disk's
    /// cache.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns>The new <see cref="State"/>; <see cref="VolumeState.Blank"/> invites to <see cref="Format"/>.</returns>
    public VolumeState Mount(ThreadContext context) => Exclusively(context, format: false);

    /// <summary>Makes the disk an empty volume, whatever was on it. Its first blocks are written and flushed; earlier records are no longer
    /// this volume's.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns>The new <see cref="State"/>.</returns>
    public VolumeState Format(ThreadContext context) => Exclusively(context, format: true);

    /// <summary>Reads a record. Its data are in the buffer, from <see cref="RecordHeader.Length"/> on.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="sequence">The record's number, from 1.</param>
    /// <param name="into">A buffer that the caller has rented from the disk's pool and will return there.</param>
    /// <param name="header">The record's header; the default value unless it was read.</param>
    /// <returns>Why not, or <see cref="RecordError.None"/>.</returns>
    public RecordError Read(ThreadContext context, ulong sequence, BufferHandle into, out RecordHeader header)
    {
        header = default;
        if (Storage is null || !HasRecords)
        {
            return RecordError.NotReady;
        }

        if (sequence == 0 || sequence > Newest)
        {
            return RecordError.NoSuchRecord;
        }

        if (sequence < Oldest)
        {
            return RecordError.Overwritten;
        }

        // A write that failed may have left a whole record there, which got another number afterwards.
        ulong slot = _layout.SlotOf(sequence);
        if (BadSlots.Contains(slot))
        {
            return RecordError.Skipped;
        }

        BlockStatus status = Storage.Read(context, VolumeLayout.FirstBlockOf(slot), SlotBlocks, into);
        if (status == BlockStatus.Ok)
        {
            ReadOnlySpan<byte> bytes = Storage.Pool.GetSpan(into).Slice(0, RecordHeader.MaximumLength);
            if (RecordHeader.Read(bytes, _header.VolumeId, sequence, out header) == RecordCheck.Valid)
            {
                return RecordError.None;
            }
        }
        else
        {
            LastStatus = status;
        }

        // The writer may have been faster.
        return status != BlockStatus.Ok ? RecordError.DeviceError : sequence < Oldest ? RecordError.Overwritten : RecordError.Damaged;
    }

    private VolumeState Exclusively(ThreadContext context, bool format)
    {
        VolumeState unusable = CheckDevice();
        if (Storage is null || unusable != VolumeState.Ready)
        {
            return State = unusable;
        }

        // The buffer first: a thread that has locked the volume never waits for a buffer, so the two waits can't form a circle.
        RentResult rental = Storage.Pool.Rent(context);
        if (!rental.Succeeded)
        {
            return State;
        }

        // Whether its last owner has died with it does not matter: all that it protects is found out anew.
        if (_mutex.Lock(context) is LockResult.Locked or LockResult.LockedAbandoned)
        {
            State = VolumeState.NotMounted;
            Newest = 0;
            UnreadableRecords = 0;
            State = format ? FormatAlone(context, Storage, rental.Buffer) : MountAlone(context, Storage, rental.Buffer);
            BeginHistory();
            _mutex.Unlock(context);
        }

        Storage.Pool.Return(rental.Buffer);
        return State;
    }

    private VolumeState CheckDevice()
    {
        if (Storage is null)
        {
            return VolumeState.NoDevice;
        }

        if (Storage.BlockSize != VolumeHeader.BlockSize
            || Storage.MaxBlocksPerRequest < FormattedBlocks
            || Storage.Pool.BufferSize < Math.Max(RecordHeader.MaximumLength, FormattedBlocks * VolumeHeader.BlockSize))
        {
            return VolumeState.Unsuitable;
        }

        return new VolumeHeader(0, Storage.BlockCount).Layout.IsLargeEnough ? VolumeState.Ready : VolumeState.TooSmall;
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
        uint checksum = VolumeHeader.ReadChecksum(block);
        if (state == VolumeState.Blank)
        {
            BlockStatus status = BlockStatus.Ok;
            state = BlankProbe.Probe(context, storage, buffer, ref status);
            LastStatus = status;
            return state;
        }

        if (state != VolumeState.Ready)
        {
            return state;
        }

        return _header.BlockCount > storage.BlockCount ? VolumeState.Shrunk : FindHistory(context, storage, buffer, checksum);
    }

    private VolumeState FindHistory(ThreadContext context, IBlockStorage storage, BufferHandle buffer, uint headerChecksum)
    {
        _layout = _header.Layout;
        var scan = new VolumeScan(context, storage, buffer, in _header);
        VolumeState state = scan.FindCheckpoint(headerChecksum, BadSlots, out _checkpoint)
            ? scan.Walk(in _checkpoint, BadSlots) : VolumeState.Unreadable;
        LastStatus = scan.Status;
        if (state != VolumeState.Ready)
        {
            return state;
        }

        // What an earlier boot wrote but did not flush may have been read from the disk's cache.
        BlockStatus flushed = storage.Flush(context);
        if (flushed != BlockStatus.Ok)
        {
            LastStatus = flushed;
            return VolumeState.Unreadable;
        }

        Newest = scan.Newest;
        _newestChecksum = scan.NewestChecksum;
        UnreadableRecords = scan.Unreadable;
        return VolumeState.Ready;
    }

    private VolumeState FormatAlone(ThreadContext context, IBlockStorage storage, BufferHandle buffer)
    {
        Span<byte> blocks = storage.Pool.GetSpan(buffer).Slice(0, FormattedBlocks * VolumeHeader.BlockSize);
        blocks.Clear();

        // An error only means that the old number isn't known.
        storage.Read(context, 0, 1, buffer);
        _header = new VolumeHeader(VolumeIdentity.Choose(blocks.Slice(0, VolumeHeader.BlockSize), _clock.Nanoseconds), storage.BlockCount);
        _layout = _header.Layout;
        blocks.Clear();
        _newestChecksum = _header.Write(blocks);
        _checkpoint = new VolumeCheckpoint { NewestChecksum = _newestChecksum };
        BadSlots.TruncateTo(0);
        LastStatus = storage.Write(context, 0, FormattedBlocks, buffer);
        if (LastStatus == BlockStatus.Ok)
        {
            LastStatus = storage.Flush(context);
        }

        return LastStatus == BlockStatus.Ok ? VolumeState.Ready : VolumeState.Unreadable;
    }
}
