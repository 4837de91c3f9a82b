namespace Reservoir.Drivers.Ata;

/// <summary>What answers at a drive's position.</summary>
internal enum AtaKind : byte
{
    /// <summary>Nothing, or something that can't be used.</summary>
    None,

    /// <summary>A disk.</summary>
    Disk,

    /// <summary>A drive that takes packets (ATAPI): a CD drive.</summary>
    Packet,
}
