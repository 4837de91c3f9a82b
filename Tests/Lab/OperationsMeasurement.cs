using Cosmos.Common;
using Reservoir.Lab.Benchmarks;
using Reservoir.Lab.Benchmarks.Frames;
using Reservoir.Lab.Benchmarks.ThreadMetric;
using Reservoir.Memory;
using Reservoir.Shell;
using Reservoir.Threads;

namespace Reservoir.Lab;

/// <summary>Measures the kernel's operations on pools and threads of their own, then switches off: <c>bench=only</c>.</summary>
internal sealed class OperationsMeasurement : BootStep
{
    private const int WaiterPriority = 1;

    private readonly BenchmarkRunner _runner;
    private readonly MetricSuite _metric;
    private readonly FrameBenchmark? _frames;

    /// <summary>Makes the pools and threads. Boot context.</summary>
    /// <param name="machine">What is there already.</param>
    public OperationsMeasurement(Machine machine)
    {
        Scheduler scheduler = machine.Scheduler;
        Reservations reservations = machine.Reservations;
        var pools = new BenchmarkPools
        {
            Few = reservations.NonBlockingPool("bench-few"),
            Many = reservations.NonBlockingPool("bench-many"),
            WaitFew = reservations.BlockingPool("bench-wait-few"),
            WaitMany = reservations.BlockingPool("bench-wait-many"),
            HandOff = reservations.BlockingPool("bench-handoff"),
        };
        _runner = new BenchmarkRunner(scheduler, pools);
        reservations.Thread(LabPlan.Partner, _runner.Partner);
        Region stacks = reservations.Region("bench-waiters", ReservationKind.Scratch);
        for (int i = 0; i < BenchmarkRunner.MostWaiters; i++)
        {
            string name = string.Concat("waiter-", ((char)(0x30 + i / 10)).ToString(), ((char)(0x30 + i % 10)).ToString());
            reservations.Thread(Describe(name, WaiterPriority), _runner.Waiter, StackOf(stacks, i));
        }

        _metric = new MetricSuite(scheduler, new MetricServices(scheduler, reservations.NonBlockingPool("bench-blocks")));
        Region metric = reservations.Region("bench-metric", ReservationKind.Scratch);
        int next = 0;
        _frames = machine.Network.Stack is { } stack ? new FrameBenchmark(scheduler, stack) : null;
        _metric.Prepare((name, priority, body) => reservations.Thread(Describe(name, priority), body, StackOf(metric, next++)));
    }

    /// <inheritdoc/>
    public override BootStepResult Run(ThreadContext context, TextOutput output)
    {
        _runner.Run(context, output);
        _metric.Run(context, output);
        _frames?.Run(context, output);
        return BootStepResult.ShutDown;
    }

    private static ThreadPlan Describe(string name, int priority) => new(name, "lab", priority, Scheduler.SmallestStack);

    private static Region StackOf(Region stacks, int index) =>
        new(stacks.Start + (nuint)index * Scheduler.SmallestStack, Scheduler.SmallestStack);
}
