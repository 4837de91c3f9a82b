namespace Reservoir.Pools;

/// <summary>What became of a return, or of another use of a handle. Whatever is refused has changed nothing.</summary>
public enum ReturnError : byte
{
    /// <summary>Done: the buffer is back in the pool or with a waiter.</summary>
    None,

    /// <summary>The handle is no handle.</summary>
    NoHandle,

    /// <summary>The handle belongs to another pool.</summary>
    ForeignPool,

    /// <summary>The pool has no buffer with this number: the handle was invented.</summary>
    NoSuchBuffer,

    /// <summary>The rental is over: returned before, perhaps rented by or handed to another owner since; or the handle was
    /// invented.</summary>
    StaleHandle,

    /// <summary>A device holds the buffer: it may be neither returned nor written.</summary>
    Posted,

    /// <summary>No device holds the buffer.</summary>
    NotPosted,

    /// <summary>The owner has died while a device held the buffer. It has gone back to the pool.</summary>
    OwnerDied,

    /// <summary>The buffer's owner wrote over its end. The buffer was taken out of use; the rental is over.</summary>
    Overrun,

    /// <summary>The buffer's owner wrote before its beginning. The buffer was taken out of use; the rental is over.</summary>
    Underrun,
}
