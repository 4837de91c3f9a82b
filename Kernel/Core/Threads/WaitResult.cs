namespace Reservoir.Threads;

/// <summary>How a wait ended. Exactly one of these, decided at one point under the interrupt mask.</summary>
public enum WaitResult : byte
{
    /// <summary>What was waited for has come.</summary>
    Signalled,

    /// <summary>The time was up first.</summary>
    TimedOut,

    /// <summary>The wait was cancelled.</summary>
    Cancelled,

    /// <summary>Refused: the caller may not wait here (interrupts masked, an interrupt handler, the idle thread, or threads don't run
    /// yet).</summary>
    NotAllowedHere,
}
