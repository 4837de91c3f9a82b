using System.Collections.Generic;

namespace Cosmos.HAL.BlockDevice;

/// <summary>
/// A device of numbered blocks: what it is. Moving data takes a thread that can wait and a pool's buffer, which this layer doesn't know;
/// the
/// driver offers that to services through the kernel's <c>IBlockStorage</c>. <c>ReadBlock</c>, <c>WriteBlock</c> and <c>NewBlockArray</c>,
/// which Cosmos has here, are members of <c>Reservoir.Devices.BlockAccess</c>: a thread
/// makes one of a device that <c>is IBlockStorage</c>, with its right to wait.
/// </summary>
public abstract class BlockDevice : Device
{
    /// <summary>The devices that drivers have found. Filled at boot.</summary>
    public static List<BlockDevice> Devices { get; } = new(4);

    /// <summary>Its name: <c>ata0</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Its model, as it says itself.</summary>
    public abstract string Model { get; }

    /// <summary>How many blocks it has.</summary>
    public abstract ulong BlockCount { get; }

    /// <summary>Bytes in a block.</summary>
    public abstract ulong BlockSize { get; }

    /// <summary>Its kind of medium.</summary>
    public abstract BlockDeviceType Type { get; }
}
