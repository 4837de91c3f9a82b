using System.Collections.Generic;

namespace Cosmos.HAL.BlockDevice;

/// <summary>
/// A device of numbered blocks: what it is, and its place in the list of all.
/// </summary>
/// <remarks>
/// Upstream's <c>ReadBlock</c>, <c>WriteBlock</c> and <c>NewBlockArray</c> are not members of this class: moving data takes a thread that
/// can wait, and this layer has no threads. A kernel with threads offers them through a view that a thread makes with its right to wait.
/// </remarks>
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
