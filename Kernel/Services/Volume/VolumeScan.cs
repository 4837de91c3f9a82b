using System;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Volume;

/// <summary>
/// Finds the newest record of a volume: from the newest checkpoint on, along the chain that the records form.
/// </summary>
/// <remarks>
/// <para>A record continues the history if it is whole, bears the number of its place, and names the newest record so far, by number and
/// checksum, as its predecessor. A record that was torn has no successor that does, so the first torn one ends the history; a slot that was
/// skipped as bad has one. The time is bounded by <see cref="VolumeLayout.LongestWalk"/>, whatever the size of the disk and whatever is on
/// it.</para>
/// <para>A slot that can't be read is stepped over, since what follows may prove that the history goes on; but only a few in a row, because
/// a dead disk must not be tried block by block. A whole record with a number that is yet to come proves that the checkpoints lie: then
/// nothing is concluded and nothing may be overwritten.</para>
/// <para>Several slots are read at a time, as many as one buffer and one request hold. Thread context. The caller owns buffer and volume
/// for the whole scan.</para>
/// </remarks>
internal ref struct VolumeScan
{
    private const int MostUnreadableInARow = 8;
    private const int SlotBlocks = (int)VolumeHeader.SlotBlocks;
    private const int SlotBytes = SlotBlocks * VolumeHeader.BlockSize;

    private readonly ThreadContext _context;
    private readonly IBlockStorage _storage;
    private readonly BufferHandle _buffer;
    private readonly VolumeHeader _header;
    private readonly VolumeLayout _layout;
    private ulong _loadedFrom;
    private int _loaded;
    private int _oneByOne;

    public VolumeScan(ThreadContext context, IBlockStorage storage, BufferHandle buffer, in VolumeHeader header)
    {
        _context = context;
        _storage = storage;
        _buffer = buffer;
        _header = header;
        _layout = header.Layout;
        _loadedFrom = 0;
        _loaded = 0;
        _oneByOne = 0;
        Status = BlockStatus.Ok;
        Newest = 0;
        NewestChecksum = 0;
        Unreadable = 0;
    }

    /// <summary>The last error the disk gave.</summary>
    public BlockStatus Status { get; private set; }

    /// <summary>The newest record found.</summary>
    public ulong Newest { get; private set; }

    /// <summary>Its checksum, or that of the volume's header.</summary>
    public uint NewestChecksum { get; private set; }

    /// <summary>Slots before the newest record that could not be read.</summary>
    public ulong Unreadable { get; private set; }

    /// <summary>Finds the newest checkpoint that is whole.</summary>
    /// <param name="headerChecksum">The checksum of the volume's header, which stands for a checkpoint before the first.</param>
    /// <param name="badSlots">Gets the bad slots it lists.</param>
    /// <param name="newest">The checkpoint.</param>
    /// <returns>False if the disk gives other errors than for single blocks.</returns>
    public bool FindCheckpoint(uint headerChecksum, BadSlots badSlots, out VolumeCheckpoint newest)
    {
        newest = new VolumeCheckpoint { NewestChecksum = headerChecksum };
        badSlots.TruncateTo(0);
        for (int place = 0; place < VolumeCheckpoint.Places; place++)
        {
            BlockStatus status = _storage.Read(_context, VolumeCheckpoint.BlockOf((ulong)place + 1), 1, _buffer);
            if (status != BlockStatus.Ok)
            {
                Status = status;
                if (status != BlockStatus.DeviceError)
                {
                    return false;
                }

                continue;
            }

            ReadOnlySpan<byte> block = _storage.Pool.GetSpan(_buffer).Slice(0, VolumeHeader.BlockSize);
            if (VolumeCheckpoint.TryRead(block, place, in _header, out VolumeCheckpoint checkpoint)
                && checkpoint.Generation > newest.Generation)
            {
                newest = checkpoint;
                VolumeCheckpoint.ReadBadSlots(block, badSlots);
            }
        }

        return true;
    }

    /// <summary>Follows the chain from a checkpoint to its end.</summary>
    /// <param name="checkpoint">Where to begin.</param>
    /// <param name="badSlots">The slots that it lists as bad.</param>
    /// <returns><see cref="VolumeState.Ready"/>, <see cref="VolumeState.Damaged"/> or <see cref="VolumeState.Unreadable"/>.</returns>
    public VolumeState Walk(in VolumeCheckpoint checkpoint, BadSlots badSlots)
    {
        Newest = checkpoint.Newest;
        NewestChecksum = checkpoint.NewestChecksum;
        ulong last = checkpoint.Newest + _layout.LongestWalk;
        ulong firstUnreadable = 0;
        ulong unreadable = 0;
        int unreadableInARow = 0;
        for (ulong number = Newest + 1; number - Newest <= VolumeLayout.Gap; number++)
        {
            if (number > last)
            {
                return VolumeState.Damaged;
            }

            // A write that failed may have left a whole record in a slot that was passed over: it got another number afterwards.
            if (badSlots.Contains(_layout.SlotOf(number)))
            {
                continue;
            }

            if (!TryLoad(_layout.SlotOf(number)))
            {
                if (Status != BlockStatus.DeviceError || ++unreadableInARow > MostUnreadableInARow)
                {
                    return VolumeState.Unreadable;
                }

                firstUnreadable = firstUnreadable == 0 ? number : firstUnreadable;
                unreadable++;
                continue;
            }

            unreadableInARow = 0;
            if (RecordHeader.Read(Loaded(_layout.SlotOf(number)), _header.VolumeId, out RecordHeader record) != RecordCheck.Valid)
            {
                continue;
            }

            if (record.Sequence > number)
            {
                return VolumeState.Damaged;
            }

            if (record.Sequence == number && Continues(in record, firstUnreadable))
            {
                Newest = number;
                NewestChecksum = record.Checksum;
                Unreadable += unreadable;
                unreadable = 0;
                firstUnreadable = 0;
            }
        }

        return VolumeState.Ready;
    }

    /// <summary>Whether a record follows the newest one so far, or one behind it that can't be read.</summary>
    private readonly bool Continues(in RecordHeader record, ulong firstUnreadable)
    {
        ulong predecessor = record.Sequence - record.Distance;
        return predecessor == Newest ? record.Previous == NewestChecksum : firstUnreadable != 0 && predecessor >= firstUnreadable;
    }

    private readonly ReadOnlySpan<byte> Loaded(ulong slot) =>
        _storage.Pool.GetSpan(_buffer).Slice((int)(slot - _loadedFrom) * SlotBytes, SlotBytes);

    private bool TryLoad(ulong slot)
    {
        if (slot >= _loadedFrom && slot - _loadedFrom < (ulong)_loaded)
        {
            return true;
        }

        int most = Math.Min(_storage.MaxBlocksPerRequest, _storage.Pool.BufferSize / VolumeHeader.BlockSize) / SlotBlocks;
        int slots = _oneByOne > 0 ? 1 : (int)ulong.Min((ulong)most, _layout.Slots - slot);
        BlockStatus status = Load(slot, slots);
        if (status == BlockStatus.DeviceError && slots > 1)
        {
            // Which of them it is shows when they are read one by one.
            _oneByOne = slots;
            slots = 1;
            status = Load(slot, slots);
        }

        _oneByOne -= _oneByOne > 0 ? 1 : 0;
        if (status != BlockStatus.Ok)
        {
            Status = status;
            return false;
        }

        _loadedFrom = slot;
        _loaded = slots;
        return true;
    }

    private BlockStatus Load(ulong slot, int slots)
    {
        _loaded = 0;
        return _storage.Read(_context, VolumeLayout.FirstBlockOf(slot), slots * SlotBlocks, _buffer);
    }
}
