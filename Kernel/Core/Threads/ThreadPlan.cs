using Reservoir.Memory;

namespace Reservoir.Threads;

/// <summary>
/// One thread as the plan states it: its name, whose it is, how important it is, how large its stack is, and how often it is started again.
/// The one record from which its stack is reserved and the thread is made.
/// </summary>
public sealed class ThreadPlan
{
    /// <summary>Describes a thread.</summary>
    /// <param name="name">Its name, unique among threads and lines of the plan; ASCII, at most <see cref="MemoryManager.MaxNameLength"/>
    /// characters.</param>
    /// <param name="subsystem">Whose it is.</param>
    /// <param name="priority">1 to 31; the more important thread has the higher number.</param>
    /// <param name="stackBytes">Its stack in bytes, at least <see cref="Scheduler.SmallestStack"/>.</param>
    /// <param name="restartLimit">How often it is started again after a fault or a kill.</param>
    public ThreadPlan(string name, string subsystem, int priority, int stackBytes, int restartLimit = 0)
    {
        Name = name;
        Subsystem = subsystem;
        Priority = priority;
        StackBytes = stackBytes;
        RestartLimit = restartLimit;
    }

    /// <summary>Its name, and that of its stack's line in the plan.</summary>
    public string Name { get; }

    /// <summary>Whose it is.</summary>
    public string Subsystem { get; }

    /// <summary>Its priority, 1 to 31.</summary>
    public int Priority { get; }

    /// <summary>Its stack in bytes.</summary>
    public int StackBytes { get; }

    /// <summary>How often it is started again after a fault or a kill.</summary>
    public int RestartLimit { get; }

    /// <summary>The line of the plan that reserves its stack.</summary>
    public PlanLine Stack => PlanLine.Stack(Name, Subsystem, StackBytes);
}
