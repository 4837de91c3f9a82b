namespace Reservoir.Threads;

/// <summary>Why a thread could not be killed. Nothing has changed then.</summary>
public enum KillError : byte
{
    /// <summary>It is dead.</summary>
    None,

    /// <summary>It was dead already.</summary>
    Ended,

    /// <summary>The idle thread and the supervisor can't be done without.</summary>
    Indispensable,

    /// <summary>Threads don't run yet.</summary>
    NotStarted,
}
