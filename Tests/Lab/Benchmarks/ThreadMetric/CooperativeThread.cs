using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks.ThreadMetric;

/// <summary>One of five equals that give way to each other in turn.</summary>
internal sealed class CooperativeThread(MetricServices services, string name, int priority) : MetricThread(services, name, priority)
{
    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        AwaitBegin(context);
        while (true)
        {
            Services.Relinquish(context);
            Counter++;
        }
    }
}
