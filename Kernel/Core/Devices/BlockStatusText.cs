using System;
using Cosmos.Common;

namespace Reservoir.Devices;

/// <summary>Names of the results of requests to a block device, for people. Any context.</summary>
[AllocationFree]
public static class BlockStatusText
{
    /// <summary>Describes a result, in UTF-8.</summary>
    /// <param name="status">The status.</param>
    public static ReadOnlySpan<byte> Describe(BlockStatus status) => status switch
    {
        BlockStatus.Ok => "done"u8,
        BlockStatus.NoDevice => "there is no disk, or it does not answer"u8,
        BlockStatus.OutOfRange => "past the end of the disk"u8,
        BlockStatus.TooManyBlocks => "too many blocks for one request"u8,
        BlockStatus.BufferRefused => "buffer refused by its pool"u8,
        BlockStatus.DeviceError => "the disk reported an error for the block"u8,
        BlockStatus.DeviceFault => "the disk reported a fault"u8,
        BlockStatus.TransferError => "the data could not be moved between disk and memory"u8,
        BlockStatus.TimedOut => "the disk did not answer in time"u8,
        BlockStatus.InterruptLost => "the disk gave no interrupt"u8,
        BlockStatus.Cancelled => "called off"u8,
        BlockStatus.NotAllowedHere => "not allowed to wait here"u8,
        BlockStatus.NoBuffer => "no disk buffer became free in time"u8,
        BlockStatus.WrongDataSize => "memory of another length than the blocks"u8,
        _ => "?"u8,
    };
}
