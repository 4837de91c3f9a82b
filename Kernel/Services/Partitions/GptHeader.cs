using System;
using System.Buffers.Binary;

namespace Reservoir.Partitions;

/// <summary>The header of a GUID partition table (UEFI specification 2.10, 5.3.2). Any context.</summary>
public readonly struct GptHeader
{
    /// <summary>The most bytes of entries that are read; the usual table has 16 KiB.</summary>
    public const int MostEntryBytes = 256 * 1024;

    private const ulong Signature = 0x5452_4150_2049_4645;
    private const int SmallestHeader = 92;
    private const int SmallestEntry = 128;
    private const int LargestEntry = 512;
    private const int SizeOffset = 12;
    private const int ChecksumOffset = 16;
    private const int PlaceOffset = 24;
    private const int FirstUsableOffset = 40;
    private const int LastUsableOffset = 48;
    private const int EntriesOffset = 72;
    private const int CountOffset = 80;
    private const int EntrySizeOffset = 84;
    private const int EntriesChecksumOffset = 88;

    /// <summary>The first block that a partition may have.</summary>
    public ulong FirstUsable { get; private init; }

    /// <summary>The last one.</summary>
    public ulong LastUsable { get; private init; }

    /// <summary>Where the entries begin.</summary>
    public ulong EntriesBlock { get; private init; }

    /// <summary>How many there are, used or not.</summary>
    public int EntryCount { get; private init; }

    /// <summary>Bytes of one: 128, 256 or 512.</summary>
    public int EntryBytes { get; private init; }

    /// <summary>The checksum of all of them.</summary>
    public uint EntriesChecksum { get; private init; }

    /// <summary>Reads a header, and believes it only if all of it is right.</summary>
    /// <param name="block">The block.</param>
    /// <param name="place">Its number on the disk.</param>
    /// <param name="blocks">Blocks of the disk.</param>
    /// <param name="header">What it says.</param>
    /// <returns>False if it is none, is damaged, belongs elsewhere, or describes what can't be on this disk.</returns>
    public static bool TryParse(ReadOnlySpan<byte> block, ulong place, ulong blocks, out GptHeader header)
    {
        header = default;
        if (block.Length < LargestEntry || BinaryPrimitives.ReadUInt64LittleEndian(block) != Signature)
        {
            return false;
        }

        uint size = Word(block, SizeOffset);
        if (size < SmallestHeader || size > (uint)block.Length || Word(block, ChecksumOffset) != Checksum(block.Slice(0, (int)size))
            || Long(block, PlaceOffset) != place)
        {
            return false;
        }

        uint count = Word(block, CountOffset);
        uint entry = Word(block, EntrySizeOffset);
        if (entry is not (SmallestEntry or 2 * SmallestEntry or LargestEntry) || count > MostEntryBytes / entry)
        {
            return false;
        }

        header = new GptHeader
        {
            FirstUsable = Long(block, FirstUsableOffset),
            LastUsable = Long(block, LastUsableOffset),
            EntriesBlock = Long(block, EntriesOffset),
            EntryCount = (int)count,
            EntryBytes = (int)entry,
            EntriesChecksum = Word(block, EntriesChecksumOffset),
        };
        ulong entryBlocks = ((ulong)count * entry + LargestEntry - 1) / LargestEntry;
        return header.FirstUsable <= header.LastUsable && header.LastUsable < blocks && header.EntriesBlock < blocks
            && entryBlocks <= blocks - header.EntriesBlock;
    }

    /// <summary>The header's checksum is made with zeros in its own place.</summary>
    private static uint Checksum(ReadOnlySpan<byte> header)
    {
        ReadOnlySpan<byte> zeros = [0, 0, 0, 0];
        uint state = Crc32.Add(Crc32.Seed, header.Slice(0, ChecksumOffset));
        state = Crc32.Add(state, zeros);
        return Crc32.Finish(Crc32.Add(state, header.Slice(ChecksumOffset + zeros.Length)));
    }

    private static uint Word(ReadOnlySpan<byte> block, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(block.Slice(offset));

    private static ulong Long(ReadOnlySpan<byte> block, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(block.Slice(offset));
}
