using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks.ThreadMetric;

/// <summary>Sends a message of 16 bytes to a queue and takes it out again; each is another.</summary>
internal sealed class MessageThread(MetricServices services, string name, int priority) : MetricThread(services, name, priority)
{
    private const ulong FirstHalf = 0x1111_2222_3333_4444;

    private ulong _sent = 0x5555_6666_7777_8888;

    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        AwaitBegin(context);
        while (true)
        {
            Services.Send(new Message(FirstHalf, _sent));
            Services.TryReceive(out Message received);
            if (received.Second != _sent)
            {
                return;
            }

            _sent++;
            Counter++;
        }
    }
}
