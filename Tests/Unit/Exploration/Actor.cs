using System.Collections.Generic;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>Someone who rents and returns: a thread of a scenario, or its interrupt handler; and what the explorer knows about
/// it.</summary>
internal sealed class Actor(string name)
{
    public string Name { get; } = name;

    /// <summary>Null for the handler.</summary>
    public KernelThread? Thread { get; set; }

    /// <summary>What it was told that it has, and has not begun to return.</summary>
    public List<BufferHandle> Held { get; } = new();

    /// <summary>What it has returned last.</summary>
    public BufferHandle Returned { get; set; }

    /// <summary>Whether it is between the beginning and the end of a request: it may have a buffer that it doesn't know of yet.</summary>
    public bool IsRenting { get; set; }

    /// <summary>Whether it was seen waiting, and is.</summary>
    public bool Waits { get; set; }

    /// <summary>How the last wait was seen to end; null while the current request has not waited to an end.</summary>
    public Outcome? WaitEnd { get; set; }

    /// <summary>When the wait must end, on the processor's clock.</summary>
    public ulong Deadline { get; set; }

    /// <summary>Its place among waiters: priority, and when it got there.</summary>
    public int WaitPriority { get; set; }

    public int Arrival { get; set; }

    /// <summary>Whether it has done all its steps.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether it never runs again.</summary>
    public bool IsOver => Thread is { State: ThreadState.Ended };
}
