namespace Reservoir.Lab.Faults;

/// <summary>How an ATA channel can misbehave.</summary>
public enum DiskFault : byte
{
    /// <summary>It works.</summary>
    None,

    /// <summary>It does its commands and raises no interrupt.</summary>
    Silent,

    /// <summary>Its bus master stops before all data is moved.</summary>
    ShortTransfer,

    /// <summary>Its registers answer as those of an empty channel.</summary>
    Gone,
}
