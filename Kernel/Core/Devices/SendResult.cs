namespace Reservoir.Devices;

/// <summary>What became of a frame that was to be sent.</summary>
public enum SendResult : byte
{
    /// <summary>The device has it.</summary>
    Sent,

    /// <summary>No buffer was free, and the sender would not wait; or its pool's rules refuse it one.</summary>
    NoBuffer,

    /// <summary>No buffer has become free in time.</summary>
    TimedOut,

    /// <summary>The wait for a buffer was called off.</summary>
    Cancelled,

    /// <summary>The caller may not wait here.</summary>
    NotAllowedHere,

    /// <summary>It is shorter than an Ethernet header or longer than Ethernet allows.</summary>
    LengthOutOfRange,

    /// <summary>The device's ring is full. Only where its pool has more buffers than the ring has places.</summary>
    RingFull,
}
