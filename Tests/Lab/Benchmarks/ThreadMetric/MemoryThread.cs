using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks.ThreadMetric;

/// <summary>Takes a block of 128 bytes and gives it back.</summary>
internal sealed class MemoryThread(MetricServices services, string name, int priority) : MetricThread(services, name, priority)
{
    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        AwaitBegin(context);
        while (true)
        {
            BufferHandle block = Services.Allocate();
            if (!Services.Free(block))
            {
                return;
            }

            Counter++;
        }
    }
}
