namespace Reservoir.Devices;

/// <summary>The result of a request to a block device.</summary>
public enum BlockStatus : byte
{
    /// <summary>It was done.</summary>
    Ok,

    /// <summary>There is no device, or it does not answer any more.</summary>
    NoDevice,

    /// <summary>The blocks are not all on the device; nothing was touched.</summary>
    OutOfRange,

    /// <summary>Fewer than one block, or more than one request or the buffer can hold; nothing was touched.</summary>
    TooManyBlocks,

    /// <summary>The buffer is not rented from the device's pool with this handle; nothing was touched.</summary>
    BufferRefused,

    /// <summary>The device reported an error for these blocks.</summary>
    DeviceError,

    /// <summary>The device reported a fault of its own.</summary>
    DeviceFault,

    /// <summary>The data could not be moved between the device and memory.</summary>
    TransferError,

    /// <summary>The device did not answer in time and was reset.</summary>
    TimedOut,

    /// <summary>The device has finished without an interrupt, and was reset; whether the data has moved is not known.</summary>
    InterruptLost,

    /// <summary>The wait for the device was cancelled.</summary>
    Cancelled,

    /// <summary>The caller may not wait here.</summary>
    NotAllowedHere,

    /// <summary>No buffer of the device's pool became free in time; nothing was touched.</summary>
    NoBuffer,

    /// <summary>The caller's memory is not as long as the blocks; nothing was touched.</summary>
    WrongDataSize,
}
