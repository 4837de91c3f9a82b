using System;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Storage;

/// <summary>
/// Reads a disk from the start to find out what is on it: nothing at all, or how many records.
/// </summary>
/// <remarks>
/// Records are counted up to the first slot that can be read and does not hold the record that belongs there: that is where the history ends, or was torn.
/// A slot that can't be read is stepped over, since what follows may prove that the history goes on; but only a few in a row,
/// because a dead disk must not be tried block by block. Several slots are read at a time, as many as one buffer and one request hold.
/// Thread context. The caller owns buffer and volume for the whole scan.
/// </remarks>
internal ref struct VolumeScan
{
    private const int BlankBlocksAtStart = 256;
    private const int BlankBlocksAtEnd = 64;
    private const int MostUnreadableInARow = 8;
    private const int SlotBlocks = (int)VolumeHeader.SlotBlocks;
    private const int SlotBytes = SlotBlocks * VolumeHeader.BlockSize;

    private readonly ThreadContext _context;
    private readonly IBlockStorage _storage;
    private readonly BufferHandle _buffer;
    private readonly int _blocksPerRead;
    private uint _previous;
    private bool _previousKnown;

    public VolumeScan(ThreadContext context, IBlockStorage storage, BufferHandle buffer)
    {
        _context = context;
        _storage = storage;
        _buffer = buffer;
        _blocksPerRead = Math.Min(storage.MaxBlocksPerRequest, storage.Pool.BufferSize / VolumeHeader.BlockSize);
        _previous = 0;
        _previousKnown = false;
        Status = BlockStatus.Ok;
        Records = 0;
        LastChecksum = 0;
        Unreadable = 0;
    }

    /// <summary>The last error the disk gave.</summary>
    public BlockStatus Status { get; private set; }

    /// <summary>Records found, the unreadable ones between them included.</summary>
    public ulong Records { get; private set; }

    /// <summary>Checksum of the last record found, or of the volume's header.</summary>
    public uint LastChecksum { get; private set; }

    /// <summary>Slots that could not be read.</summary>
    public ulong Unreadable { get; private set; }

    /// <summary>
    /// Whether the disk is empty in all places where a partition table or a file system would begin: its first 128 KiB and its last 32 KiB. An empty first block alone proves nothing; ext4
    /// leaves it empty.
    /// </summary>
    /// <returns><see cref="VolumeState.Blank"/>, <see cref="VolumeState.Foreign"/> or <see cref="VolumeState.Unreadable"/>.</returns>
    public VolumeState ProbeBlank()
    {
        ulong blocks = _storage.BlockCount;
        VolumeState start = ProbeBlank(0, Math.Min(blocks, BlankBlocksAtStart));
        ulong endBlocks = Math.Min(blocks, BlankBlocksAtEnd);
        return start == VolumeState.Blank ? ProbeBlank(blocks - endBlocks, endBlocks) : start;
    }

    /// <summary>Counts the records.</summary>
    /// <param name="header">The volume's header.</param>
    /// <param name="headerChecksum">Its checksum.</param>
    /// <returns><see cref="VolumeState.Ready"/> or <see cref="VolumeState.Unreadable"/>.</returns>
    public VolumeState CountRecords(in VolumeHeader header, uint headerChecksum)
    {
        LastChecksum = _previous = headerChecksum;
        _previousKnown = true;
        ulong slot = 0;
        int unreadableInARow = 0;
        int oneByOne = 0;
        while (slot < header.RecordCapacity)
        {
            int slots = oneByOne > 0 ? 1 : (int)Math.Min((ulong)(_blocksPerRead / SlotBlocks), header.RecordCapacity - slot);
            if (!Read(VolumeHeader.FirstRecordBlock + slot * SlotBlocks, slots * SlotBlocks))
            {
                if (Status != BlockStatus.DeviceError || unreadableInARow == MostUnreadableInARow)
                {
                    return VolumeState.Unreadable;
                }

                if (slots > 1)
                {
                    oneByOne = slots;
                    continue;
                }

                _previousKnown = false;
                unreadableInARow++;
                Unreadable++;
                slot++;
                oneByOne--;
                continue;
            }

            oneByOne -= oneByOne > 0 ? 1 : 0;
            unreadableInARow = 0;
            if (!TakeRecords(in header, slot, slots))
            {
                return VolumeState.Ready;
            }

            slot += (ulong)slots;
        }

        return VolumeState.Ready;
    }

    /// <returns>False if the history ends in these slots.</returns>
    private bool TakeRecords(in VolumeHeader header, ulong firstSlot, int slots)
    {
        ReadOnlySpan<byte> bytes = _storage.Pool.GetSpan(_buffer);
        for (int i = 0; i < slots; i++)
        {
            ulong sequence = firstSlot + (ulong)i + 1;
            RecordCheck check = RecordHeader.Read(bytes.Slice(i * SlotBytes, SlotBytes), header.VolumeId, sequence, out RecordHeader record);
            if (check != RecordCheck.Valid || (_previousKnown && record.Previous != _previous))
            {
                return false;
            }

            _previousKnown = true;
            LastChecksum = _previous = record.Checksum;
            Records = sequence;
        }

        return true;
    }

    private VolumeState ProbeBlank(ulong first, ulong count)
    {
        while (count > 0)
        {
            int blocks = (int)Math.Min((ulong)_blocksPerRead, count);
            if (!Read(first, blocks))
            {
                return VolumeState.Unreadable;
            }

            if (_storage.Pool.GetSpan(_buffer).Slice(0, blocks * VolumeHeader.BlockSize).ContainsAnyExcept((byte)0))
            {
                return VolumeState.Foreign;
            }

            first += (ulong)blocks;
            count -= (ulong)blocks;
        }

        return VolumeState.Blank;
    }

    private bool Read(ulong first, int blocks)
    {
        BlockStatus status = _storage.Read(_context, first, blocks, _buffer);
        if (status == BlockStatus.Ok)
        {
            return true;
        }

        Status = status;
        return false;
    }
}
