namespace Reservoir.Threads;

/// <summary>Why a thread could not be created. Nothing has changed then.</summary>
public enum ThreadError : byte
{
    /// <summary>It was created.</summary>
    None,

    /// <summary>A thread needs a name.</summary>
    NameMissing,

    /// <summary>Another thread has this name.</summary>
    NameTaken,

    /// <summary>The priority is not from 1 to 31.</summary>
    PriorityOutOfRange,

    /// <summary>There is nothing to run.</summary>
    BodyMissing,

    /// <summary>The stack is smaller than <see cref="Scheduler.SmallestStack"/>.</summary>
    StackTooSmall,

    /// <summary>The stack, or part of it, is another thread's.</summary>
    StackTaken,

    /// <summary>The limit of restarts is negative.</summary>
    RestartLimitOutOfRange,

    /// <summary>There are <see cref="Scheduler.MaxThreads"/> threads already.</summary>
    TooManyThreads,
}
