using Cosmos.Common;
using Reservoir.Pools;

namespace Reservoir.Devices;

/// <summary>A frame that has arrived: its buffer and how much of it is filled.</summary>
[AllocationFree]
public readonly struct ReceivedFrame
{
    /// <summary>Describes a frame.</summary>
    /// <param name="buffer">Its buffer.</param>
    /// <param name="length">Its bytes.</param>
    public ReceivedFrame(BufferHandle buffer, int length)
    {
        Buffer = buffer;
        Length = length;
    }

    /// <summary>Its buffer, rented; who takes the frame returns it.</summary>
    public BufferHandle Buffer { get; }

    /// <summary>Its length in bytes.</summary>
    public int Length { get; }
}
