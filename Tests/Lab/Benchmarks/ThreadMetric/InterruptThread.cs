using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks.ThreadMetric;

/// <summary>Interrupts itself, and takes the semaphore that the interrupt handler has given.</summary>
internal sealed class InterruptThread(MetricServices services, string name, int priority) : MetricThread(services, name, priority)
{
    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        AwaitBegin(context);
        if (!Services.TryGetSemaphore())
        {
            return;
        }

        while (true)
        {
            MetricServices.CauseInterrupt();
            if (!Services.TryGetSemaphore())
            {
                return;
            }

            Counter++;
        }
    }
}
