using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Partitions;

/// <summary>
/// Reads a disk's partition table: a GUID partition table (UEFI specification 2.10, chapter 5), whose second copy counts if the first is
/// damaged, or a master boot record with its chain of logical partitions.
/// </summary>
/// <remarks>
/// Everything on the disk may be wrong or made to do harm: each address is checked against the disk, the chain is followed for
/// <see cref="MostLogical"/> steps at most and never in a circle, and the table's size has a limit. One rented buffer, no allocation.
/// Thread context.
/// </remarks>
public ref struct PartitionScan
{
    /// <summary>The most logical partitions.</summary>
    public const int MostLogical = 60;

    private const int RecordBytes = 512;
    private const ulong HeaderBlock = 1;
    private const int FirstLogical = 5;
    private const int TypeHighOffset = 8;
    private const int FirstOffset = 32;
    private const int LastOffset = 40;
    private const int NameOffset = 56;
    private const int NameCharacters = 36;

    private readonly ThreadContext _context;
    private readonly IBlockStorage _storage;
    private readonly BufferHandle _buffer;
    private readonly PartitionSink _sink;

    private PartitionScan(ThreadContext context, IBlockStorage storage, BufferHandle buffer, PartitionSink sink)
    {
        _context = context;
        _storage = storage;
        _buffer = buffer;
        _sink = sink;
    }

    /// <summary>Reads a disk's table.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="storage">The disk; tables are known for blocks of 512 bytes only.</param>
    /// <param name="timeout">How long to wait for a buffer, in nanoseconds.</param>
    /// <param name="sink">Gets the partitions.</param>
    public static PartitionTableState Run(ThreadContext context, IBlockStorage storage, ulong timeout, PartitionSink sink)
    {
        if (storage.BlockSize != RecordBytes)
        {
            return PartitionTableState.None;
        }

        RentResult rental = storage.Pool.TryRent(context, timeout);
        if (!rental.Succeeded)
        {
            return PartitionTableState.NoBuffer;
        }

        PartitionTableState state = new PartitionScan(context, storage, rental.Buffer, sink).Run();
        storage.Pool.Return(rental.Buffer);
        return state;
    }

    private readonly PartitionTableState Run()
    {
        if (!TryRead(0, 1, out ReadOnlySpan<byte> block))
        {
            return PartitionTableState.Unreadable;
        }

        if (!MasterBootRecord.TryParse(block, out MasterBootRecord record))
        {
            return PartitionTableState.None;
        }

        if (!record.IsProtective)
        {
            return ListPrimary(record);
        }

        if (ListGpt(HeaderBlock))
        {
            return PartitionTableState.Gpt;
        }

        return ListGpt(_storage.BlockCount - 1) ? PartitionTableState.GptFromBackup : PartitionTableState.GptDamaged;
    }

    private readonly PartitionTableState ListPrimary(MasterBootRecord record)
    {
        ulong extendedFirst = 0;
        ulong extendedCount = 0;
        for (int i = 0; i < MasterBootRecord.Entries; i++)
        {
            byte type = record.TypeOf(i);
            if (type == 0)
            {
                continue;
            }

            Add(i + 1, type, record.FirstOf(i), record.CountOf(i));
            if (MasterBootRecord.IsExtended(type) && extendedCount == 0)
            {
                extendedFirst = record.FirstOf(i);
                extendedCount = record.CountOf(i);
            }
        }

        return extendedCount == 0 || ListLogical(extendedFirst, extendedCount) ? PartitionTableState.Mbr : PartitionTableState.MbrBroken;
    }

    /// <summary>Each record has one partition, relative to itself, and the next record, relative to the extended partition.</summary>
    /// <returns>False if the chain leaves its partition, goes in a circle, is too long or can't be read.</returns>
    private readonly bool ListLogical(ulong extendedFirst, ulong extendedCount)
    {
        Span<ulong> visited = stackalloc ulong[MostLogical];
        ulong at = extendedFirst;
        for (int steps = 0; steps < MostLogical; steps++)
        {
            if (at - extendedFirst >= extendedCount || visited.Slice(0, steps).Contains(at) || !TryRead(at, 1, out ReadOnlySpan<byte> block)
                || !MasterBootRecord.TryParse(block, out MasterBootRecord record))
            {
                return false;
            }

            visited[steps] = at;
            if (record.TypeOf(0) != 0)
            {
                Add(FirstLogical + steps, record.TypeOf(0), at + record.FirstOf(0), record.CountOf(0));
            }

            if (!MasterBootRecord.IsExtended(record.TypeOf(1)))
            {
                return true;
            }

            at = extendedFirst + record.FirstOf(1);
        }

        return false;
    }

    private readonly void Add(int number, byte type, ulong first, ulong count)
    {
        bool isInside = first != 0 && first < _storage.BlockCount && count <= _storage.BlockCount - first;
        _sink.Add(new Partition { Number = number, Type = type, FirstBlock = first, BlockCount = count, IsInside = isInside }, default);
    }

    /// <summary>Lists the table whose header is in a block, if all of it is right.</summary>
    private readonly bool ListGpt(ulong place)
    {
        if (!TryRead(place, 1, out ReadOnlySpan<byte> block)
            || !GptHeader.TryParse(block, place, _storage.BlockCount, out GptHeader header))
        {
            return false;
        }

        return WalkEntries(header, isListing: false) && WalkEntries(header, isListing: true);
    }

    /// <summary>Goes over all entries: once for the checksum, and only then to list them.</summary>
    private readonly bool WalkEntries(in GptHeader header, bool isListing)
    {
        uint state = Crc32.Seed;
        int chunkBlocks = Math.Min(_storage.MaxBlocksPerRequest, _storage.Pool.BufferSize / RecordBytes);
        int left = header.EntryCount * header.EntryBytes;
        int number = 1;
        for (ulong at = header.EntriesBlock; left > 0; at += (uint)chunkBlocks)
        {
            int blocks = Math.Min(chunkBlocks, (left + RecordBytes - 1) / RecordBytes);
            if (!TryRead(at, blocks, out ReadOnlySpan<byte> chunk))
            {
                return false;
            }

            chunk = chunk.Slice(0, Math.Min(left, chunk.Length));
            left -= chunk.Length;
            state = Crc32.Add(state, chunk);
            for (; isListing && !chunk.IsEmpty; chunk = chunk.Slice(header.EntryBytes))
            {
                AddEntry(header, number++, chunk.Slice(0, header.EntryBytes));
            }
        }

        return Crc32.Finish(state) == header.EntriesChecksum;
    }

    private readonly void AddEntry(in GptHeader header, int number, ReadOnlySpan<byte> entry)
    {
        ulong typeLow = BinaryPrimitives.ReadUInt64LittleEndian(entry);
        ulong typeHigh = BinaryPrimitives.ReadUInt64LittleEndian(entry.Slice(TypeHighOffset));
        if ((typeLow | typeHigh) == 0)
        {
            return;
        }

        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(entry.Slice(FirstOffset));
        ulong last = BinaryPrimitives.ReadUInt64LittleEndian(entry.Slice(LastOffset));
        ReadOnlySpan<char> name = MemoryMarshal.Cast<byte, char>(entry.Slice(NameOffset, NameCharacters * sizeof(char)));
        int end = name.IndexOf('\0');
        _sink.Add(
            new Partition
            {
                Number = number,
                FirstBlock = first,
                BlockCount = last >= first ? last - first + 1 : 0,
                TypeLow = typeLow,
                TypeHigh = typeHigh,
                IsInside = first >= header.FirstUsable && first <= last && last <= header.LastUsable,
            },
            end < 0 ? name : name.Slice(0, end));
    }

    private readonly bool TryRead(ulong block, int blocks, out ReadOnlySpan<byte> content)
    {
        bool isRead = block < _storage.BlockCount && (ulong)blocks <= _storage.BlockCount - block
            && _storage.Read(_context, block, blocks, _buffer) == BlockStatus.Ok;
        content = isRead ? _storage.Pool.GetSpan(_buffer).Slice(0, blocks * RecordBytes) : default;
        return isRead;
    }
}
