using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks.ThreadMetric;

/// <summary>One thread of a test: suspended until the test begins, then it works in a loop, and counts, until it is killed. It ends by
/// itself only if a service failed.</summary>
internal abstract class MetricThread : ThreadBody
{
    private readonly string _name;

    protected MetricThread(MetricServices services, string name, int priority)
    {
        Services = services;
        _name = name;
        Priority = priority;
    }

    /// <summary>Its name.</summary>
    public string Name => _name;

    /// <summary>Its priority in the kernel, where the higher number is the more important.</summary>
    public int Priority { get; }

    /// <summary>How often it has done its work.</summary>
    public ulong Counter { get; protected set; }

    /// <summary>The thread that runs it.</summary>
    public KernelThread Thread { get; set; } = null!;

    protected MetricServices Services { get; }

    /// <summary>Waits until the test begins.</summary>
    protected void AwaitBegin(ThreadContext context) => Services.Suspend(context);
}
