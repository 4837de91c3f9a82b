using System;
using Reservoir.Devices;

namespace Reservoir.Storage;

/// <summary>What to call each error on a screen. Any context.</summary>
public static class RecordErrorText
{
    /// <summary>Describes why a record was not written or read, in UTF-8.</summary>
    /// <param name="error">The error.</param>
    public static ReadOnlySpan<byte> Describe(RecordError error) => error switch
    {
        RecordError.None => "done"u8,
        RecordError.NotReady => "the disk is not in use as a volume"u8,
        RecordError.TooLong => "longer than a record holds"u8,
        RecordError.NoBuffer => "no disk buffer became free in time"u8,
        RecordError.NoSuchRecord => "there is no such record"u8,
        RecordError.Overwritten => "overwritten by a later one"u8,
        RecordError.Skipped => "no record: its place on the disk can't be written"u8,
        RecordError.Damaged => "the record is damaged"u8,
        RecordError.DeviceError => "the disk gave an error"u8,
        RecordError.Cancelled => "called off"u8,
        _ => "?"u8,
    };

    /// <summary>Describes what became of a request to a disk, in UTF-8.</summary>
    /// <param name="status">The status.</param>
    public static ReadOnlySpan<byte> Describe(BlockStatus status) => status switch
    {
        BlockStatus.Ok => "done"u8,
        BlockStatus.NoDevice => "there is no disk"u8,
        BlockStatus.OutOfRange => "past the end of the disk"u8,
        BlockStatus.TooManyBlocks => "too many blocks for one request"u8,
        BlockStatus.BufferRefused => "buffer refused by its pool"u8,
        BlockStatus.DeviceError => "the disk reported an error for the block"u8,
        BlockStatus.DeviceFault => "the disk reported a fault"u8,
        BlockStatus.TransferError => "the data could not be moved between disk and memory"u8,
        BlockStatus.TimedOut => "the disk did not answer in time"u8,
        BlockStatus.Cancelled => "called off"u8,
        BlockStatus.NotAllowedHere => "not allowed to wait here"u8,
        _ => "?"u8,
    };
}
