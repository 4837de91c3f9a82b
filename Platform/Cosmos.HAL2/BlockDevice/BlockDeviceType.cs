namespace Cosmos.HAL.BlockDevice;

/// <summary>What kind of medium a block device has.</summary>
public enum BlockDeviceType
{
    /// <summary>Fixed.</summary>
    HardDrive,

    /// <summary>A CD.</summary>
    RemovableCD,

    /// <summary>Any other that can be taken out.</summary>
    Removable,
}
