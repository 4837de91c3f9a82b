using System;
using System.Buffers.Binary;

namespace Reservoir.Partitions;

/// <summary>A master boot record, or one of the chain that lists logical partitions: four entries in a block. Everything in it may be
/// wrong. Any context.</summary>
public readonly ref struct MasterBootRecord
{
    /// <summary>Entries in a record.</summary>
    public const int Entries = 4;

    /// <summary>The type of the entry that keeps old software away from a GUID partition table (UEFI specification 2.10, 5.2.3).</summary>
    public const byte ProtectiveType = 0xEE;

    private const int Bytes = 512;
    private const int TableOffset = 446;
    private const int EntryBytes = 16;
    private const int TypeOffset = 4;
    private const int FirstOffset = 8;
    private const int CountOffset = 12;
    private const int SignatureOffset = 510;
    private const ushort Signature = 0xAA55;
    private const byte Active = 0x80;

    private readonly ReadOnlySpan<byte> _block;

    private MasterBootRecord(ReadOnlySpan<byte> block)
    {
        _block = block;
    }

    /// <summary>Whether a GUID partition table governs the disk.</summary>
    public bool IsProtective
    {
        get
        {
            bool found = false;
            for (int i = 0; i < Entries; i++)
            {
                found |= TypeOf(i) == ProtectiveType;
            }

            return found;
        }
    }

    /// <summary>Takes a block for a record.</summary>
    /// <param name="block">The block.</param>
    /// <param name="record">The record.</param>
    /// <returns>False if it is none: it has no signature, or an entry that is neither active nor inactive, as in a file system's first
    /// block.</returns>
    public static bool TryParse(ReadOnlySpan<byte> block, out MasterBootRecord record)
    {
        record = new MasterBootRecord(block);
        bool isRecord = block.Length >= Bytes && BinaryPrimitives.ReadUInt16LittleEndian(block.Slice(SignatureOffset)) == Signature;
        for (int i = 0; isRecord && i < Entries; i++)
        {
            isRecord = record.Entry(i)[0] is 0 or Active;
        }

        return isRecord;
    }

    /// <summary>Whether a type is that of a partition with a chain of logical ones in it.</summary>
    /// <param name="type">The type.</param>
    public static bool IsExtended(byte type) => type is 0x05 or 0x0F or 0x85;

    /// <summary>An entry's type; 0 if it is empty.</summary>
    /// <param name="index">0 to 3.</param>
    public byte TypeOf(int index) => CountOf(index) == 0 ? (byte)0 : Entry(index)[TypeOffset];

    /// <summary>An entry's first block, relative to what its record's place says.</summary>
    /// <param name="index">0 to 3.</param>
    public uint FirstOf(int index) => BinaryPrimitives.ReadUInt32LittleEndian(Entry(index).Slice(FirstOffset));

    /// <summary>An entry's number of blocks.</summary>
    /// <param name="index">0 to 3.</param>
    public uint CountOf(int index) => BinaryPrimitives.ReadUInt32LittleEndian(Entry(index).Slice(CountOffset));

    private ReadOnlySpan<byte> Entry(int index) => _block.Slice(TableOffset + index * EntryBytes, EntryBytes);
}
