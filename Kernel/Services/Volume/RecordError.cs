namespace Reservoir.Volume;

/// <summary>Why a record was not written or read.</summary>
public enum RecordError : byte
{
    /// <summary>It was.</summary>
    None,

    /// <summary>The disk isn't a volume in use; <see cref="RecordVolume.State"/> says why.</summary>
    NotReady,

    /// <summary>The data are longer than a record holds.</summary>
    TooLong,

    /// <summary>No buffer of the disk's pool was to be had.</summary>
    NoBuffer,

    /// <summary>There is no record with this number yet.</summary>
    NoSuchRecord,

    /// <summary>There was one, and a later one lies in its place.</summary>
    Overwritten,

    /// <summary>There is none: its place on the disk can't be written and was skipped.</summary>
    Skipped,

    /// <summary>The record is damaged.</summary>
    Damaged,

    /// <summary>The disk gave an error; <see cref="RecordVolume.LastStatus"/> says which.</summary>
    DeviceError,

    /// <summary>The wait for the disk or for another user of the volume was called off.</summary>
    Cancelled,
}
