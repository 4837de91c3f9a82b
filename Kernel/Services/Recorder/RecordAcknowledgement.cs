using System;
using System.Buffers.Binary;
using Reservoir.Volume;

namespace Reservoir.Recorder;

/// <summary>
/// What the recorder sends back for a datagram that is on the medium. docs/recorder.md gives the layout; integers are little-endian.
/// </summary>
/// <remarks>
/// It names the record, and for a sender that has several datagrams on their way the datagram: by its length, its checksum and its first
/// bytes, where a sender that numbers its datagrams puts the number. A value; any context.
/// </remarks>
public readonly struct RecordAcknowledgement
{
    /// <summary>Bytes of an acknowledgement.</summary>
    public const int Length = 48;

    /// <summary>Bytes of the datagram that it repeats.</summary>
    public const int EchoedBytes = 16;

    private const uint Magic = 0x4B434152;
    private const ushort CurrentVersion = 1;
    private const int VersionOffset = 4;
    private const int LengthOffset = 6;
    private const int SequenceOffset = 8;
    private const int VolumeIdOffset = 16;
    private const int DataLengthOffset = 24;
    private const int DataChecksumOffset = 28;
    private const int EchoOffset = 32;

    /// <summary>The record's number.</summary>
    public ulong Sequence { get; init; }

    /// <summary>The volume it lies on.</summary>
    public ulong VolumeId { get; init; }

    /// <summary>
    /// Whether a datagram is an acknowledgement itself. Those are recorded like any other but not acknowledged: else a datagram that claims
    /// to come from a port that answers, an echo service or another recorder, would keep two hosts busy for ever.
    /// </summary>
    /// <param name="data">The datagram's data.</param>
    public static bool IsOne(ReadOnlySpan<byte> data) => data.Length == Length && BinaryPrimitives.ReadUInt32LittleEndian(data) == Magic;

    /// <summary>Writes the acknowledgement.</summary>
    /// <param name="bytes">At least <see cref="Length"/> bytes.</param>
    /// <param name="data">The data that were recorded.</param>
    public void Write(Span<byte> bytes, ReadOnlySpan<byte> data)
    {
        bytes = bytes.Slice(0, Length);
        bytes.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.Slice(VersionOffset), CurrentVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.Slice(LengthOffset), Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.Slice(SequenceOffset), Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.Slice(VolumeIdOffset), VolumeId);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.Slice(DataLengthOffset), (uint)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.Slice(DataChecksumOffset), Crc32C.Compute(data));
        data.Slice(0, Math.Min(data.Length, EchoedBytes)).CopyTo(bytes.Slice(EchoOffset));
    }
}
