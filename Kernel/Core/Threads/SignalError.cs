namespace Reservoir.Threads;

/// <summary>What became of a signal.</summary>
public enum SignalError : byte
{
    /// <summary>A waiter has it, or it is counted.</summary>
    None,

    /// <summary>The semaphore stands at its maximum; the signal was not counted.</summary>
    AtMaximum,
}
