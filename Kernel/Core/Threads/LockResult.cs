namespace Reservoir.Threads;

/// <summary>What became of an attempt to lock a mutex.</summary>
public enum LockResult : byte
{
    /// <summary>The caller owns it.</summary>
    Locked,

    /// <summary>The caller owns it, but the owner before has died with it: what it protects may be half done and has to be put in order
    /// first.</summary>
    LockedAbandoned,

    /// <summary>The time was up first.</summary>
    TimedOut,

    /// <summary>The wait was cancelled.</summary>
    Cancelled,

    /// <summary>Refused: the caller owns it already.</summary>
    AlreadyOwned,

    /// <summary>Refused: the caller may not wait here (interrupts masked, an interrupt handler, the idle thread, or threads don't run
    /// yet).</summary>
    NotAllowedHere,
}
