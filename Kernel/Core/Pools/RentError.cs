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

    /// <summary>The caller may not wait, so it may not ask in a way that could: interrupts masked, an interrupt handler, the idle thread,
    /// or threads don't run yet.</summary>
    NotAllowedHere,

    /// <summary>All buffers are quarantined: none will ever come back, and a wait would never end.</summary>
    NoneLeft,

    /// <summary>The last buffers are reserved for threads, and an interrupt handler has asked.</summary>
    Reserved,

    /// <summary>The owner has as many buffers as one owner can have.</summary>
    OverCap,

    /// <summary>Fault injection: this one was to fail.</summary>
    Injected,

    /// <summary>No device holds the buffer that was to be exchanged (<see cref="BufferPool.TryExchange"/>).</summary>
    NotPosted,
}
