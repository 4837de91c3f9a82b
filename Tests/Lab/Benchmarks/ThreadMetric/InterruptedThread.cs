using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks.ThreadMetric;

/// <summary>Interrupts itself; the interrupt handler resumes a more important thread, which runs before this one goes on.</summary>
internal sealed class InterruptedThread(MetricServices services, string name, int priority) : MetricThread(services, name, priority)
{
    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        AwaitBegin(context);
        while (true)
        {
            MetricServices.CauseInterrupt();
            Counter++;
        }
    }
}
