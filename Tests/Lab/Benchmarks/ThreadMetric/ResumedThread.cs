using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks.ThreadMetric;

/// <summary>Counts whenever it is resumed.</summary>
internal sealed class ResumedThread(MetricServices services, string name, int priority) : MetricThread(services, name, priority)
{
    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        AwaitBegin(context);
        while (true)
        {
            Counter++;
            Services.Suspend(context);
        }
    }
}
