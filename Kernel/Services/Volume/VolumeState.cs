namespace Reservoir.Volume;

/// <summary>What the recorder makes of its disk. It records only on one that is <see cref="Ready"/>.</summary>
public enum VolumeState : byte
{
    /// <summary>The disk has not been looked at yet.</summary>
    NotMounted,

    /// <summary>There is no disk.</summary>
    NoDevice,

    /// <summary>The disk has other blocks than 512 bytes, or its buffers or requests hold less than one record.</summary>
    Unsuitable,

    /// <summary>The disk has no room for the fewest records a ring can have.</summary>
    TooSmall,

    /// <summary>The disk gives errors where it must be read.</summary>
    Unreadable,

    /// <summary>Empty wherever a volume or other data would begin: it may be formatted without asking.</summary>
    Blank,

    /// <summary>It holds other data: left alone.</summary>
    Foreign,

    /// <summary>A volume's header with a wrong checksum, or a volume that contradicts itself: left alone.</summary>
    Damaged,

    /// <summary>A volume of another version of the format: left alone.</summary>
    UnknownVersion,

    /// <summary>A volume that was made on a larger disk: left alone.</summary>
    Shrunk,

    /// <summary>A volume; its records are known.</summary>
    Ready,

    /// <summary>A volume that keeps nothing any more: batch after batch could not be written. Its records can be read.
    /// <see cref="RecordVolume.Mount"/> tries it again.</summary>
    Failing,
}
