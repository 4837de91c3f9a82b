using Cosmos.Common;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// Something that has happened or not: all waiting threads go on when it is set, and no thread waits while it is.
/// </summary>
/// <remarks>Setting wakes all threads that wait at that moment, the most important first, in one step: it takes time in proportion to their
/// number. A thread that waits again after a <see cref="Reset"/> waits for the next time.</remarks>
[AllocationFree]
public sealed unsafe class Event
{
    private readonly Processor _processor;
    private readonly Scheduler _scheduler;
    private readonly WaitQueue _queue;
    private readonly ThreadRings* _waiters;
    private bool _set;

    /// <summary>Makes an event that hasn't happened. Boot context.</summary>
    /// <param name="scheduler">Whose threads will wait.</param>
    /// <param name="name">Shown as what a waiting thread waits for.</param>
    public Event(Scheduler scheduler, string name)
    {
        _scheduler = scheduler;
        _processor = scheduler.Processor;
        _queue = WaitQueue.Create(scheduler, name);
        _waiters = _queue.Rings;
    }

    /// <summary>Whether it has happened. Any context.</summary>
    public bool IsSet => System.Threading.Volatile.Read(ref _set);

    /// <summary>How many threads wait. Any context.</summary>
    public int Waiting => _waiters->Count;

    /// <summary>Waits until it has happened. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    public WaitResult Wait(ThreadContext context) => Wait(context, Clock.Forever);

    /// <summary>Waits for a while until it has happened. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait.</param>
    public WaitResult Wait(ThreadContext context, ulong timeoutNanoseconds)
    {
        _processor.Mask();
        WaitResult result = !Scheduler.MayWait(_processor, context) ? WaitResult.NotAllowedHere
            : _set ? WaitResult.Signalled
            : timeoutNanoseconds == 0 ? WaitResult.TimedOut
            : (WaitResult)_scheduler.Block(_processor, _waiters, timeoutNanoseconds);
        _processor.Unmask();
        return result;
    }

    /// <summary>It has happened: all waiting threads go on. Any context.</summary>
    public void Set()
    {
        _processor.Mask();
        _set = true;
        while (!_waiters->IsEmpty)
        {
            _scheduler.Wake(_waiters->First, WaitResult.Signalled);
        }

        _scheduler.Preempt();
        _processor.Unmask();
    }

    /// <summary>It hasn't happened any more. Any context.</summary>
    public void Reset() => System.Threading.Volatile.Write(ref _set, false);
}
