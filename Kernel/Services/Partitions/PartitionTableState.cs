namespace Reservoir.Partitions;

/// <summary>What kind of partition table a disk has, and in what condition.</summary>
public enum PartitionTableState : byte
{
    /// <summary>None that is known.</summary>
    None,

    /// <summary>A master boot record.</summary>
    Mbr,

    /// <summary>A master boot record whose chain of logical partitions is broken; what came before the break is listed.</summary>
    MbrBroken,

    /// <summary>A GUID partition table.</summary>
    Gpt,

    /// <summary>A GUID partition table whose first copy is damaged; the second is listed.</summary>
    GptFromBackup,

    /// <summary>A GUID partition table with both copies damaged; nothing is listed.</summary>
    GptDamaged,

    /// <summary>The disk could not be read.</summary>
    Unreadable,

    /// <summary>No buffer became free in time to read it.</summary>
    NoBuffer,
}
