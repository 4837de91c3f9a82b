using System;
using System.Buffers.Binary;

namespace Reservoir.Volume;

/// <summary>
/// Block 0 of a recorder's disk: that it is one, which one, and how records lie on it. docs/recorder.md gives the layout; integers are
/// little-endian.
/// </summary>
/// <remarks>A value; any context.</remarks>
public readonly struct VolumeHeader
{
    /// <summary>Bytes of the header; the rest of the block is zero.</summary>
    public const int Length = 64;

    /// <summary>Bytes in a block.</summary>
    public const int BlockSize = 512;

    /// <summary>The version of the format that is written, and the only one that is read.</summary>
    public const ushort CurrentVersion = 2;

    /// <summary>The first block of the first record. Before it lie this header, the <see cref="VolumeCheckpoint"/>s and some unused
    /// blocks.</summary>
    public const uint FirstRecordBlock = 8;

    /// <summary>Blocks from the start of one record to the start of the next: as many as the largest record needs.</summary>
    public const uint SlotBlocks = RecordHeader.MaximumLength / BlockSize;

    private const int VersionOffset = 8;
    private const int LengthOffset = 10;
    private const int BlockSizeOffset = 12;
    private const int BlockCountOffset = 24;
    private const int FirstRecordOffset = 32;
    private const int SlotBlocksOffset = 36;
    private const int ChecksumOffset = 60;

    /// <summary>Describes a volume.</summary>
    /// <param name="volumeId">Tells it from every other volume, on this disk earlier or on another.</param>
    /// <param name="blockCount">Blocks of the disk.</param>
    public VolumeHeader(ulong volumeId, ulong blockCount)
    {
        VolumeId = volumeId;
        BlockCount = blockCount;
    }

    /// <summary>The eight characters that a volume begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "RSRVOIR1"u8;

    /// <summary>Tells the volume from every other; repeated in each of its records.</summary>
    public ulong VolumeId { get; }

    /// <summary>Blocks the disk had when it was formatted.</summary>
    public ulong BlockCount { get; }

    /// <summary>How the records lie on it.</summary>
    public VolumeLayout Layout => new(BlockCount < FirstRecordBlock ? 0 : (BlockCount - FirstRecordBlock) / SlotBlocks);

    /// <summary>Reads the header.</summary>
    /// <param name="block">Block 0.</param>
    /// <param name="header">The header; the default value unless the state is <see cref="VolumeState.Ready"/>.</param>
    /// <returns>
    /// <see cref="VolumeState.Ready"/>; <see cref="VolumeState.Blank"/> if all is zero; <see cref="VolumeState.Foreign"/>,
    /// <see cref="VolumeState.Damaged"/> or <see cref="VolumeState.UnknownVersion"/> if it is another's, or unreadable as a header.
    /// </returns>
    public static VolumeState Read(ReadOnlySpan<byte> block, out VolumeHeader header)
    {
        header = default;
        if (block.Length < BlockSize)
        {
            return VolumeState.Unsuitable;
        }

        if (!block.ContainsAnyExcept((byte)0))
        {
            return VolumeState.Blank;
        }

        if (!block.StartsWith(Magic))
        {
            return VolumeState.Foreign;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(block.Slice(ChecksumOffset)) != Crc32C.Compute(block.Slice(0, ChecksumOffset)))
        {
            return VolumeState.Damaged;
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(block.Slice(VersionOffset)) != CurrentVersion
            || BinaryPrimitives.ReadUInt16LittleEndian(block.Slice(LengthOffset)) != Length
            || BinaryPrimitives.ReadUInt32LittleEndian(block.Slice(BlockSizeOffset)) != BlockSize
            || BinaryPrimitives.ReadUInt32LittleEndian(block.Slice(FirstRecordOffset)) != FirstRecordBlock
            || BinaryPrimitives.ReadUInt32LittleEndian(block.Slice(SlotBlocksOffset)) != SlotBlocks)
        {
            return VolumeState.UnknownVersion;
        }

        var found = new VolumeHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(block.Slice(VolumeIdentity.Offset)),
            BinaryPrimitives.ReadUInt64LittleEndian(block.Slice(BlockCountOffset)));
        if (found.VolumeId == 0 || !found.Layout.IsLargeEnough)
        {
            return VolumeState.Damaged;
        }

        header = found;
        return VolumeState.Ready;
    }

    /// <summary>Writes the header and clears the rest of the block.</summary>
    /// <param name="block">Block 0, at least <see cref="BlockSize"/> bytes.</param>
    /// <returns>The header's checksum, which the first record refers to.</returns>
    public uint Write(Span<byte> block)
    {
        block = block.Slice(0, BlockSize);
        block.Clear();
        Magic.CopyTo(block);
        BinaryPrimitives.WriteUInt16LittleEndian(block.Slice(VersionOffset), CurrentVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(block.Slice(LengthOffset), Length);
        BinaryPrimitives.WriteUInt32LittleEndian(block.Slice(BlockSizeOffset), BlockSize);
        BinaryPrimitives.WriteUInt64LittleEndian(block.Slice(VolumeIdentity.Offset), VolumeId);
        BinaryPrimitives.WriteUInt64LittleEndian(block.Slice(BlockCountOffset), BlockCount);
        BinaryPrimitives.WriteUInt32LittleEndian(block.Slice(FirstRecordOffset), FirstRecordBlock);
        BinaryPrimitives.WriteUInt32LittleEndian(block.Slice(SlotBlocksOffset), SlotBlocks);
        uint checksum = Crc32C.Compute(block.Slice(0, ChecksumOffset));
        BinaryPrimitives.WriteUInt32LittleEndian(block.Slice(ChecksumOffset), checksum);
        return checksum;
    }

    /// <summary>The checksum in a header that <see cref="Read"/> has found good.</summary>
    /// <param name="block">Block 0.</param>
    public static uint ReadChecksum(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadUInt32LittleEndian(block.Slice(ChecksumOffset));
}
