using System;

namespace Reservoir.Volume;

/// <summary>What to call each <see cref="VolumeState"/> on a screen. Any context.</summary>
public static class VolumeStateText
{
    /// <summary>Describes a state as the end of a sentence that begins with the disk's name, in UTF-8.</summary>
    /// <param name="state">The state.</param>
    public static ReadOnlySpan<byte> Describe(VolumeState state) => state switch
    {
        VolumeState.NotMounted => "has not been looked at yet"u8,
        VolumeState.NoDevice => "does not exist"u8,
        VolumeState.Unsuitable => "can't hold records: block or buffer size"u8,
        VolumeState.TooSmall => "is too small for a ring of records"u8,
        VolumeState.Unreadable => "can't be read"u8,
        VolumeState.Blank => "is blank"u8,
        VolumeState.Foreign => "holds somebody else's data"u8,
        VolumeState.Damaged => "is a damaged volume"u8,
        VolumeState.UnknownVersion => "is a volume of an unknown version"u8,
        VolumeState.Shrunk => "is a volume made on a larger disk"u8,
        VolumeState.Failing => "is failing: what is written does not stay"u8,
        VolumeState.Ready => "is ready"u8,
        _ => "?"u8,
    };
}
