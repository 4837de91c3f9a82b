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
    /// <param name="checks">What the device has found right.</param>
    public ReceivedFrame(BufferHandle buffer, int length, ReceiveChecks checks = ReceiveChecks.None)
    {
        Buffer = buffer;
        Length = length;
        Checks = checks;
    }

    /// <summary>Its buffer, rented; who takes the frame returns it.</summary>
    public BufferHandle Buffer { get; }

    /// <summary>Its length in bytes.</summary>
    public int Length { get; }

    /// <summary>Checksums that need not be computed again.</summary>
    public ReceiveChecks Checks { get; }
}
