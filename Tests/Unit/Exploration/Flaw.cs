namespace Reservoir.Tests.Unit.Exploration;

/// <summary>What is wrong with a <see cref="MakeshiftSubject"/>.</summary>
public enum Flaw
{
    /// <summary>Nothing: it has to pass.</summary>
    None,

    /// <summary>A return wakes a waiter and leaves the buffer free for it, where others can take it.</summary>
    WakesWithoutHandingOver,

    /// <summary>Whether something is free is looked at in one masked section, and the wait begins in another.</summary>
    LooksOutsideTheMask,

    /// <summary>The one who came last is served first.</summary>
    ServesTheLast,

    /// <summary>The one who came first is served, however unimportant.</summary>
    IgnoresPriority,

    /// <summary>A buffer is given to a thread whose wait has ended already, by its timeout, and which doesn't look.</summary>
    HandsToOneThatGaveUp,

    /// <summary>A thread whose time is up takes a buffer all the same, if one has become free.</summary>
    TakesAfterTimeout,

    /// <summary>An old handle is honoured while its buffer is rented again.</summary>
    HonoursOldHandles,

    /// <summary>A wait with a timeout has none.</summary>
    ForgetsTimeouts,
}
