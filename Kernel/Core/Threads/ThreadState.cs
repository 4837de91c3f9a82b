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

    /// <summary>Its body has returned, it has faulted or it was killed. It runs again only if the supervisor restarts it.</summary>
    Ended,
}
