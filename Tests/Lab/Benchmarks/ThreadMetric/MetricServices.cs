using System.Runtime.CompilerServices;
using Cosmos.Common;
using Cosmos.Core;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Lab.Benchmarks.ThreadMetric;

/// <summary>
/// What the tests of Thread-Metric may use of a kernel. As the suite's rules want it, each service is a function that is called, not code
/// that is copied into the test; none waits.
/// </summary>
[AllocationFree]
public sealed class MetricServices
{
    private const int QueueCapacity = 10;

    private readonly Scheduler _scheduler;
    private readonly NonBlockingPool _pool;
    private readonly Semaphore _semaphore;
    private readonly MessageQueue _queue;

    /// <summary>Makes them. Boot context.</summary>
    /// <param name="scheduler">Runs the tests' threads.</param>
    /// <param name="pool">Blocks of 128 bytes, for the memory test.</param>
    public MetricServices(Scheduler scheduler, NonBlockingPool pool)
    {
        _scheduler = scheduler;
        _pool = pool;
        _semaphore = new Semaphore(scheduler, "thread-metric", 1, 1);
        _queue = new MessageQueue(scheduler, "thread-metric messages", QueueCapacity);
    }

    /// <summary>Lets equals run.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Relinquish(ThreadContext context) => _scheduler.Yield(context);

    /// <summary>Suspends the running thread.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Suspend(ThreadContext context) => _scheduler.Suspend(context);

    /// <summary>Lets a suspended thread run.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool Resume(KernelThread thread) => _scheduler.Resume(thread);

    /// <summary>Takes the semaphore.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool TryGetSemaphore() => _semaphore.TryWait();

    /// <summary>Gives the semaphore back.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool PutSemaphore() => _semaphore.Release() == SignalError.None;

    /// <summary>Sends a message.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool Send(Message message) => _queue.TrySend(message);

    /// <summary>Takes a message out of the queue.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool TryReceive(out Message message) => _queue.TryReceive(out message);

    /// <summary>Takes a block of memory.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal BufferHandle Allocate() => _pool.TryRent().Buffer;

    /// <summary>Gives a block of memory back.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool Free(BufferHandle block) => _pool.Return(block) == ReturnError.None;

    /// <summary>Interrupts the running thread; comes back when the interrupt has been served, and whatever it has made ready.</summary>
    internal static void CauseInterrupt() => CPU.RaiseTestInterrupt();
}
