namespace Reservoir.Drivers.Disk;

/// <summary>What answers in a drive's place.</summary>
internal enum AtaKind : byte
{
    /// <summary>Nothing, or something that can't be used.</summary>
    None,

    /// <summary>A disk.</summary>
    Disk,

    /// <summary>A drive that takes packets (ATAPI): a CD drive.</summary>
    Packet,
}
