using System;

namespace Reservoir.Volume;

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
}
