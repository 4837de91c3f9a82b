namespace Reservoir.Pools;

/// <summary>Why there is no buffer.</summary>
public enum RentError : byte
{
    /// <summary>There is one.</summary>
    None,

    /// <summary>All buffers are rented.</summary>
    Empty,

    /// <summary>None came back in time.</summary>
    TimedOut,

    /// <summary>The wait was called off.</summary>
    Cancelled,

    /// <summary>All buffers are rented, and the caller may not wait: interrupts masked, an interrupt handler, the idle thread, or threads don't run yet.</summary>
    NotAllowedHere,

    /// <summary>All buffers are quarantined: none will ever come back, and a wait would never end.</summary>
    NoneLeft,
}
