using System;
using System.Buffers.Binary;

namespace Reservoir.Volume;

/// <summary>
/// A note in one of four blocks behind the volume's header that says which record was the newest when it was written, so that mounting need
/// not look at those before. docs/recorder.md gives the layout.
/// </summary>
/// <remarks>
/// The four places are used in turn: a checkpoint that a power cut tears leaves three others, the newest of which is one interval older. It
/// names only a record that a flush has covered. A value; any context.
/// </remarks>
public readonly struct VolumeCheckpoint
{
    /// <summary>How many places there are.</summary>
    public const int Places = 4;

    /// <summary>Bytes of a checkpoint without its bad slots.</summary>
    public const int Length = 64;

    private const int FirstBlock = 1;
    // Not the last number there is, so that counting on from a forged one never overflows.
    private const ulong MostBelieved = VolumeLayout.LastNumber / 2;
    private const uint Magic = 0x504B4352;
    private const ushort CurrentVersion = 2;
    private const int VersionOffset = 4;
    private const int LengthOffset = 6;
    private const int GenerationOffset = 8;
    private const int VolumeIdOffset = 16;
    private const int NewestOffset = 24;
    private const int ChecksumOfNewestOffset = 32;
    private const int BadCountOffset = 36;
    private const int ChecksumOffset = 60;
    private const int UsedBytes = Length + VolumeLayout.MostBadSlots * sizeof(ulong);

    /// <summary>Which checkpoint of this volume it is, from 1; 0 for the volume's header, which says that there are no records.</summary>
    public ulong Generation { get; init; }

    /// <summary>The newest record when it was written; zero if there was none.</summary>
    public ulong Newest { get; init; }

    /// <summary>The checksum of that record, or of the volume's header.</summary>
    public uint NewestChecksum { get; init; }

    /// <summary>The block a checkpoint lies in.</summary>
    /// <param name="generation">Which checkpoint, from 1.</param>
    public static ulong BlockOf(ulong generation) => FirstBlock + (generation - 1) % Places;

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="block">Its block.</param>
    /// <param name="place">Which of the places it is, from 0.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="checkpoint">The checkpoint; the default value if it is none.</param>
    /// <returns>Whether it is one of this volume, whole, and possible.</returns>
    public static bool TryRead(ReadOnlySpan<byte> block, int place, in VolumeHeader volume, out VolumeCheckpoint checkpoint)
    {
        checkpoint = default;
        if (block.Length < UsedBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(block) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(block.Slice(VersionOffset)) != CurrentVersion
            || BinaryPrimitives.ReadUInt16LittleEndian(block.Slice(LengthOffset)) != Length
            || BinaryPrimitives.ReadUInt32LittleEndian(block.Slice(ChecksumOffset)) != ComputeChecksum(block)
            || BinaryPrimitives.ReadUInt64LittleEndian(block.Slice(VolumeIdOffset)) != volume.VolumeId)
        {
            return false;
        }

        ulong generation = BinaryPrimitives.ReadUInt64LittleEndian(block.Slice(GenerationOffset));
        ulong newest = BinaryPrimitives.ReadUInt64LittleEndian(block.Slice(NewestOffset));
        if (generation is 0 or > MostBelieved || newest > MostBelieved || BlockOf(generation) != (ulong)(FirstBlock + place)
            || !AreBadSlotsPossible(block, in volume))
        {
            return false;
        }

        checkpoint = new VolumeCheckpoint
        {
            Generation = generation,
            Newest = newest,
            NewestChecksum = BinaryPrimitives.ReadUInt32LittleEndian(block.Slice(ChecksumOfNewestOffset)),
        };
        return true;
    }

    /// <summary>Reads the bad slots of a checkpoint that <see cref="TryRead"/> has found good.</summary>
    /// <param name="block">Its block.</param>
    /// <param name="badSlots">Gets them, and forgets its own.</param>
    public static void ReadBadSlots(ReadOnlySpan<byte> block, BadSlots badSlots)
    {
        badSlots.TruncateTo(0);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(block.Slice(BadCountOffset));
        for (int i = 0; i < (int)count; i++)
        {
            badSlots.TryAdd(ReadBadSlot(block, i));
        }
    }

    /// <summary>Writes the checkpoint and clears the rest of the block.</summary>
    /// <param name="block">Its block.</param>
    /// <param name="volumeId">The volume it belongs to.</param>
    /// <param name="badSlots">The volume's bad slots.</param>
    public void Write(Span<byte> block, ulong volumeId, BadSlots badSlots)
    {
        block = block.Slice(0, VolumeHeader.BlockSize);
        block.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(block.Slice(VersionOffset), CurrentVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(block.Slice(LengthOffset), Length);
        BinaryPrimitives.WriteUInt64LittleEndian(block.Slice(GenerationOffset), Generation);
        BinaryPrimitives.WriteUInt64LittleEndian(block.Slice(VolumeIdOffset), volumeId);
        BinaryPrimitives.WriteUInt64LittleEndian(block.Slice(NewestOffset), Newest);
        BinaryPrimitives.WriteUInt32LittleEndian(block.Slice(ChecksumOfNewestOffset), NewestChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(block.Slice(BadCountOffset), (uint)badSlots.Count);
        for (int i = 0; i < badSlots.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(block.Slice(Length + i * sizeof(ulong)), badSlots[i]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(block.Slice(ChecksumOffset), ComputeChecksum(block));
    }

    private static bool AreBadSlotsPossible(ReadOnlySpan<byte> block, in VolumeHeader volume)
    {
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(block.Slice(BadCountOffset));
        if (count > VolumeLayout.MostBadSlots)
        {
            return false;
        }

        for (int i = 0; i < (int)count; i++)
        {
            if (ReadBadSlot(block, i) >= volume.Layout.Slots)
            {
                return false;
            }
        }

        return true;
    }

    private static ulong ReadBadSlot(ReadOnlySpan<byte> block, int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(block.Slice(Length + index * sizeof(ulong)));

    private static uint ComputeChecksum(ReadOnlySpan<byte> block)
    {
        uint state = Crc32C.Add(Crc32C.Seed, block.Slice(0, ChecksumOffset));
        return Crc32C.Finish(Crc32C.Add(state, block.Slice(Length, UsedBytes - Length)));
    }
}
