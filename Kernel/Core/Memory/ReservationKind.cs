namespace Reservoir.Memory;

/// <summary>What a line of the plan is for.</summary>
public enum ReservationKind : byte
{
    /// <summary>Placed by the boot code already: the image, the boot arena, the page tables.</summary>
    Placed,

    /// <summary>A buffer pool: its buffers and, in a region of their own, its records.</summary>
    Pool,

    /// <summary>A thread's stack.</summary>
    Stack,

    /// <summary>An arena in which one thread may make objects after the seal.</summary>
    Scratch,

    /// <summary>Memory shared with a device that is not a buffer: rings of descriptors.</summary>
    Device,
}
