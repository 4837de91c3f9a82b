namespace Reservoir.Partitions;

/// <summary>A partition, as the table describes it.</summary>
public readonly struct Partition
{
    /// <summary>Its number: 1 to 4 are the primary ones of a master boot record, 5 and more the logical ones.</summary>
    public int Number { get; init; }

    /// <summary>Its first block.</summary>
    public ulong FirstBlock { get; init; }

    /// <summary>How many blocks it has.</summary>
    public ulong BlockCount { get; init; }

    /// <summary>Its kind in a master boot record; 0 in a GUID partition table.</summary>
    public byte Type { get; init; }

    /// <summary>Its kind in a GUID partition table: the first eight bytes of the GUID as they are on disk; 0 in a master boot
    /// record.</summary>
    public ulong TypeLow { get; init; }

    /// <summary>The last eight bytes of that.</summary>
    public ulong TypeHigh { get; init; }

    /// <summary>Whether all of it is where the table and the disk have room for it.</summary>
    public bool IsInside { get; init; }
}
