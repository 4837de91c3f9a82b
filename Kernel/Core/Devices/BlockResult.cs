using Cosmos.Common;
namespace Reservoir.Devices;

/// <summary>What became of a request to a block device, and where it failed.</summary>
[AllocationFree]
public readonly struct BlockResult
{
    /// <summary>Describes an outcome.</summary>
    /// <param name="status">What became of it.</param>
    /// <param name="block">Where it failed.</param>
    public BlockResult(BlockStatus status, ulong block = 0)
    {
        Status = status;
        Block = block;
    }

    /// <summary>What became of it.</summary>
    public BlockStatus Status { get; }

    /// <summary>
    /// The block at which the device failed, for <see cref="BlockStatus.DeviceError"/> and the other failures of a device: the bad one
    /// itself if the device tells it, otherwise the first of
    /// those that it was working on.
    /// </summary>
    public ulong Block { get; }
}
