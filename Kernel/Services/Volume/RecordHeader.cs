using System;
using System.Buffers.Binary;

namespace Reservoir.Volume;

/// <summary>
/// The 64 bytes in front of a recorded datagram. docs/recorder.md gives the layout; integers are little-endian, the address is as on the
/// wire.
/// </summary>
/// <remarks>
/// A record is believed only if its checksum is right and it belongs to this volume at this place. It also names the record before it, by
/// distance and checksum: so a record left behind by a torn attempt, which happens to have the right number, does not continue a history
/// that went on without it, and a place that was skipped because it can't be written is told from a record that is missing. A value; any
/// context.
/// </remarks>
public readonly struct RecordHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Length = 64;

    /// <summary>The most data in a record, in bytes: what a UDP datagram in one Ethernet frame holds.</summary>
    public const int MaximumPayload = 1472;

    /// <summary>Bytes of the largest record.</summary>
    public const int MaximumLength = Length + MaximumPayload;

    private const uint Magic = 0x44434552;
    private const ushort CurrentVersion = 2;
    private const int VersionOffset = 4;
    private const int LengthOffset = 6;
    private const int PayloadLengthOffset = 8;
    private const int SequenceOffset = 16;
    private const int VolumeIdOffset = 24;
    private const int TimeOffset = 32;
    private const int SourceOffset = 40;
    private const int SourcePortOffset = 44;
    private const int PreviousOffset = 48;
    private const int DistanceOffset = 52;
    private const int ChecksumOffset = 60;

    /// <summary>The record's number, from 1.</summary>
    public ulong Sequence { get; init; }

    /// <summary>The volume it belongs to.</summary>
    public ulong VolumeId { get; init; }

    /// <summary>The checksum of the record before it; of the volume's header before the first.</summary>
    public uint Previous { get; init; }

    /// <summary>How far back the record before it is, 1 unless places between them were skipped, to
    /// <see cref="VolumeLayout.LongestDistance"/>; the number itself for the first.</summary>
    public uint Distance { get; init; }

    /// <summary>Where the datagram came from, and when.</summary>
    public RecordOrigin Origin { get; init; }

    /// <summary>Bytes of data, 0 to <see cref="MaximumPayload"/>.</summary>
    public int PayloadLength { get; init; }

    /// <summary>The record's own checksum, over header and data; set by reading.</summary>
    public uint Checksum { get; private init; }

    /// <summary>Blocks that a record with so much data needs.</summary>
    /// <param name="payloadLength">Bytes of data.</param>
    public static int BlocksFor(int payloadLength) => (Length + payloadLength + VolumeHeader.BlockSize - 1) / VolumeHeader.BlockSize;

    /// <summary>Reads a header and checks that a record is whole and belongs where it lies.</summary>
    /// <param name="slot">The blocks of the record, at least one.</param>
    /// <param name="volumeId">The volume they lie on.</param>
    /// <param name="sequence">The number that belongs there.</param>
    /// <param name="header">The header; the default value unless the record is valid.</param>
    /// <returns><see cref="RecordCheck.Valid"/>, or the first thing that is wrong.</returns>
    public static RecordCheck Read(ReadOnlySpan<byte> slot, ulong volumeId, ulong sequence, out RecordHeader header)
    {
        RecordCheck check = Read(slot, volumeId, out header);
        if (check == RecordCheck.Valid && header.Sequence != sequence)
        {
            header = default;
            return RecordCheck.OtherSequence;
        }

        return check;
    }

    /// <summary>Reads a header and checks that a record is whole and of this volume, whatever its number.</summary>
    /// <param name="slot">The blocks of the record, at least one.</param>
    /// <param name="volumeId">The volume they lie on.</param>
    /// <param name="header">The header; the default value unless the record is valid.</param>
    /// <returns><see cref="RecordCheck.Valid"/>, or the first thing that is wrong.</returns>
    public static RecordCheck Read(ReadOnlySpan<byte> slot, ulong volumeId, out RecordHeader header)
    {
        header = default;
        if (slot.Length < Length || BinaryPrimitives.ReadUInt32LittleEndian(slot) != Magic)
        {
            return RecordCheck.NoRecord;
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(slot.Slice(VersionOffset)) != CurrentVersion
            || BinaryPrimitives.ReadUInt16LittleEndian(slot.Slice(LengthOffset)) != Length)
        {
            return RecordCheck.UnknownVersion;
        }

        uint payloadLength = BinaryPrimitives.ReadUInt32LittleEndian(slot.Slice(PayloadLengthOffset));
        if (payloadLength > MaximumPayload || payloadLength > (uint)(slot.Length - Length))
        {
            return RecordCheck.ImpossibleLength;
        }

        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(slot.Slice(ChecksumOffset));
        if (checksum != ComputeChecksum(slot, slot.Slice(Length, (int)payloadLength)))
        {
            return RecordCheck.WrongChecksum;
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(slot.Slice(VolumeIdOffset)) != volumeId)
        {
            return RecordCheck.OtherVolume;
        }

        ulong sequence = BinaryPrimitives.ReadUInt64LittleEndian(slot.Slice(SequenceOffset));
        uint distance = BinaryPrimitives.ReadUInt32LittleEndian(slot.Slice(DistanceOffset));
        if (sequence is 0 or > VolumeLayout.LastNumber || distance == 0 || distance > VolumeLayout.LongestDistance || distance > sequence)
        {
            return RecordCheck.OtherSequence;
        }

        header = new RecordHeader
        {
            Sequence = sequence,
            VolumeId = volumeId,
            Previous = BinaryPrimitives.ReadUInt32LittleEndian(slot.Slice(PreviousOffset)),
            Distance = distance,
            Origin = new RecordOrigin(
                BinaryPrimitives.ReadUInt32BigEndian(slot.Slice(SourceOffset)),
                BinaryPrimitives.ReadUInt16LittleEndian(slot.Slice(SourcePortOffset)),
                BinaryPrimitives.ReadUInt64LittleEndian(slot.Slice(TimeOffset))),
            PayloadLength = (int)payloadLength,
            Checksum = checksum,
        };
        return RecordCheck.Valid;
    }

    /// <summary>Writes the header.</summary>
    /// <param name="header">Where to, <see cref="Length"/> bytes.</param>
    /// <param name="payload">The record's data, <see cref="PayloadLength"/> bytes: the checksum covers them.</param>
    /// <returns>The record's checksum.</returns>
    public uint Write(Span<byte> header, ReadOnlySpan<byte> payload)
    {
        header = header.Slice(0, Length);
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header.Slice(VersionOffset), CurrentVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(header.Slice(LengthOffset), Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.Slice(PayloadLengthOffset), (uint)PayloadLength);
        BinaryPrimitives.WriteUInt64LittleEndian(header.Slice(SequenceOffset), Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(header.Slice(VolumeIdOffset), VolumeId);
        BinaryPrimitives.WriteUInt64LittleEndian(header.Slice(TimeOffset), Origin.Nanoseconds);
        BinaryPrimitives.WriteUInt32BigEndian(header.Slice(SourceOffset), Origin.SourceAddress);
        BinaryPrimitives.WriteUInt16LittleEndian(header.Slice(SourcePortOffset), Origin.SourcePort);
        BinaryPrimitives.WriteUInt32LittleEndian(header.Slice(PreviousOffset), Previous);
        BinaryPrimitives.WriteUInt32LittleEndian(header.Slice(DistanceOffset), Distance);
        uint checksum = ComputeChecksum(header, payload);
        BinaryPrimitives.WriteUInt32LittleEndian(header.Slice(ChecksumOffset), checksum);
        return checksum;
    }

    private static uint ComputeChecksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        uint state = Crc32C.Add(Crc32C.Seed, header.Slice(0, ChecksumOffset));
        return Crc32C.Finish(Crc32C.Add(state, payload));
    }
}
