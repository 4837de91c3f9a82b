using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks.ThreadMetric;

/// <summary>A link of a chain: each thread resumes the next, more important one, which runs at once and suspends itself when it is
/// done.</summary>
internal sealed class PreemptiveThread(MetricServices services, string name, int priority, PreemptiveThread? next, bool isFirst)
    : MetricThread(services, name, priority)
{
    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        AwaitBegin(context);
        if (isFirst)
        {
            WorkFirst(next!.Thread);
        }
        else if (next is not null)
        {
            WorkBetween(context, next.Thread);
        }
        else
        {
            WorkLast(context);
        }
    }

    private void WorkFirst(KernelThread next)
    {
        while (true)
        {
            Services.Resume(next);
            Counter++;
        }
    }

    private void WorkBetween(ThreadContext context, KernelThread next)
    {
        while (true)
        {
            Services.Resume(next);
            Counter++;
            Services.Suspend(context);
        }
    }

    private void WorkLast(ThreadContext context)
    {
        while (true)
        {
            Counter++;
            Services.Suspend(context);
        }
    }
}
