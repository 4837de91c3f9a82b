namespace Reservoir.Threads;

/// <summary>How a thread's life ended.</summary>
public enum ThreadEnd : byte
{
    /// <summary>It lives.</summary>
    None,

    /// <summary>Its body has returned.</summary>
    Returned,

    /// <summary>By a fault of its own.</summary>
    Faulted,

    /// <summary>Another thread has killed it.</summary>
    Killed,

    /// <summary>It was ended by a test that expects it: the supervisor cleans up and starts it again without a word.</summary>
    EndedByTest,
}
