using System;
using System.Runtime.CompilerServices;
using Cosmos.Common;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// A counter that threads can wait for: a signal goes to the most important waiter, longest wait first among equals, or is counted.
/// </summary>
/// <remarks>
/// Invariant: while threads wait, the count is zero. A signal given to a waiter can't be taken by anybody else, and a wait that was
/// ended by its timeout has taken no signal. Constant time, but for the timer queue when a wait has a deadline.
/// </remarks>
[AllocationFree]
public sealed unsafe class Semaphore
{
    private readonly Processor _processor;
    private readonly Scheduler _scheduler;
    private readonly WaitQueue _queue;
    private readonly ThreadRings* _waiters;
    private readonly int _maximum;
    private int _count;

    /// <summary>Makes a semaphore. Boot context.</summary>
    /// <param name="scheduler">Whose threads will wait.</param>
    /// <param name="name">Shown as what a waiting thread waits for.</param>
    /// <param name="initial">The count to begin with, 0 to <paramref name="maximum"/>.</param>
    /// <param name="maximum">The highest count, at least 1.</param>
    public Semaphore(Scheduler scheduler, string name, int initial, int maximum)
    {
        if (maximum < 1 || initial < 0 || initial > maximum)
        {
            throw new ArgumentOutOfRangeException(nameof(initial));
        }

        _scheduler = scheduler;
        _processor = scheduler.Processor;
        _queue = WaitQueue.Create(scheduler, name, boosts: false);
        _waiters = _queue.Rings;
        _count = initial;
        _maximum = maximum;
    }

    /// <summary>Signals that nobody has taken yet. Any context.</summary>
    public int Count => _count;

    /// <summary>How many threads wait. Any context.</summary>
    public int Waiting => _waiters->Count;

    /// <summary>Takes a signal, waiting for it for ever. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns><see cref="WaitResult.Signalled"/>, <see cref="WaitResult.Cancelled"/> or <see cref="WaitResult.NotAllowedHere"/>.</returns>
    public WaitResult Wait(ThreadContext context) => Wait(context, Clock.Forever);

    /// <summary>Takes a signal, waiting for it for a while. Thread context.</summary>
    /// <param name="context">The caller's right to wait. Without it even a signal that is there is refused: a mistake shows at once and not only when it would block.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait; <see cref="Clock.Forever"/>.</param>
    public WaitResult Wait(ThreadContext context, ulong timeoutNanoseconds)
    {
        nuint state = _processor.MaskInterrupts();
        if (_count <= 0 || !_scheduler.MayWait(context, state))
        {
            return WaitForSignal(context, timeoutNanoseconds, state);
        }

        _count--;
        return _processor.TryRestoreInterrupts(state) ? WaitResult.Signalled : LetInterruptsIn(WaitResult.Signalled);
    }

    /// <summary>Takes a signal if there is one. Any context; never waits.</summary>
    public bool TryWait()
    {
        nuint state = _processor.MaskInterrupts();
        bool taken = _count > 0;
        if (taken)
        {
            _count--;
        }

        _processor.RestoreInterrupts(state);
        return taken;
    }

    /// <summary>
    /// Gives a signal. Any context. In thread context, a more important waiter runs before this returns, unless the caller holds interrupts off.
    /// </summary>
    public SignalError Release()
    {
        nuint state = _processor.MaskInterrupts();
        int count = _count;
        if (_waiters->Occupied != 0 || count >= _maximum)
        {
            return ReleaseWaiter(state);
        }

        _count = count + 1;
        return _processor.TryRestoreInterrupts(state) ? SignalError.None : LetInterruptsIn(SignalError.None);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WaitResult WaitForSignal(ThreadContext context, ulong timeoutNanoseconds, nuint state)
    {
        WaitResult result = !_scheduler.MayWait(context, state) ? WaitResult.NotAllowedHere
            : timeoutNanoseconds == 0 ? WaitResult.TimedOut
            : _scheduler.Block(_waiters, timeoutNanoseconds);
        _processor.RestoreInterrupts(state);
        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SignalError ReleaseWaiter(nuint state)
    {
        SignalError error = SignalError.AtMaximum;
        if (!_waiters->IsEmpty)
        {
            error = SignalError.None;
            _scheduler.Wake(_waiters->First, WaitResult.Signalled);
            _scheduler.Preempt(state);
        }

        _processor.RestoreInterrupts(state);
        return error;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WaitResult LetInterruptsIn(WaitResult result)
    {
        _processor.LetInterruptsIn();
        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SignalError LetInterruptsIn(SignalError error)
    {
        _processor.LetInterruptsIn();
        return error;
    }
}
