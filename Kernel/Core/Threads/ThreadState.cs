namespace Reservoir.Threads;

/// <summary>What a thread is doing.</summary>
public enum ThreadState : byte
{
    /// <summary>It could run, and waits for the processor.</summary>
    Ready,

    /// <summary>It has the processor.</summary>
    Running,

    /// <summary>It waits for a buffer, a semaphore or the time.</summary>
    Waiting,

    /// <summary>Its body has returned, or it has faulted. It never runs again.</summary>
    Ended,
}
