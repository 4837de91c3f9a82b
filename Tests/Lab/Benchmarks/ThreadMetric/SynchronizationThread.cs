using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks.ThreadMetric;

/// <summary>Takes a semaphore and gives it back.</summary>
internal sealed class SynchronizationThread(MetricServices services, string name, int priority) : MetricThread(services, name, priority)
{
    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        AwaitBegin(context);
        while (true)
        {
            Services.TryGetSemaphore();
            if (!Services.PutSemaphore())
            {
                return;
            }

            Counter++;
        }
    }
}
