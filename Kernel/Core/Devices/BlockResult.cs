using Cosmos.Common;
namespace Reservoir.Devices;

/// <summary>The result of a request to a block device, and the block at which it failed.</summary>
[AllocationFree]
public readonly struct BlockResult
{
    /// <summary>Makes a result.</summary>
    /// <param name="status">The result.</param>
    /// <param name="block">The block at which it failed.</param>
    public BlockResult(BlockStatus status, ulong block = 0)
    {
        Status = status;
        Block = block;
    }

    /// <summary>The result.</summary>
    public BlockStatus Status { get; }

    /// <summary>
    /// The block at which the device failed, for <see cref="BlockStatus.DeviceError"/> and the other failures of a device: the bad one
    /// itself if the device tells it, otherwise the first of the command.
    /// </summary>
    public ulong Block { get; }
}
