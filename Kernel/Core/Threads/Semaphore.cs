using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Cosmos.Common;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// A counter that threads can wait for: a signal goes to the most important waiter, longest wait first among equals, or is counted.
/// </summary>
/// <remarks>
/// Invariant: while threads wait, the count is zero. A signal given to a waiter can't be taken by anybody else, and a wait that was ended
/// by its timeout has taken no signal. Constant time, but for the timer queue when a wait has a deadline.
/// </remarks>
[AllocationFree]
public sealed unsafe class Semaphore
{
    /// <summary>As a count: there are no signals, and a thread waits, or did until a signal, its timeout or its end.</summary>
    private const int MaybeWaiters = -1;

    private readonly Processor _processor;
    private readonly Scheduler _scheduler;
    private readonly WaitQueue _queue;
    private readonly ThreadRings* _waiters;
    private readonly uint _maximum;

    /// <summary>As a number without a sign it is no less than the maximum in both cases that a signal has to look at: it stands there, or a
    /// thread may wait (<see cref="MaybeWaiters"/>).</summary>
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
        _queue = WaitQueue.Create(scheduler, name);
        _waiters = _queue.Rings;
        _count = initial;
        _maximum = (uint)maximum;
    }

    /// <summary>Signals that no thread has taken yet. Any context.</summary>
    public int Count => Math.Max(_count, 0);

    /// <summary>How many threads wait. Any context.</summary>
    public int Waiting => _waiters->Count;

    /// <summary>Takes a signal, waiting for it for ever. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns><see cref="WaitResult.Signalled"/>, <see cref="WaitResult.Cancelled"/> or
    /// <see cref="WaitResult.NotAllowedHere"/>.</returns>
    public WaitResult Wait(ThreadContext context) => Wait(context, Clock.Forever);

    /// <summary>Takes a signal, waiting for it for a while. Thread context.</summary>
    /// <param name="context">The caller's right to wait. Without it even a signal that is there is refused: a mistake shows at once and not
    /// only when it would block.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait; <see cref="Clock.Forever"/>.</param>
    public WaitResult Wait(ThreadContext context, ulong timeoutNanoseconds)
    {
        Processor processor = _processor;
        processor.Mask();
        if (!Scheduler.MayWait(processor, context))
        {
            return Unmasked(WaitResult.NotAllowedHere);
        }

        if (Volatile.Read(ref _count) <= 0)
        {
            return WaitForSignal(timeoutNanoseconds);
        }

        _count--;
        return processor.TryUnmask() ? WaitResult.Signalled : LetInterruptsIn(WaitResult.Signalled);
    }

    /// <summary>Takes a signal if there is one. Any context; never waits.</summary>
    public bool TryWait()
    {
        _processor.Mask();
        bool taken = _count > 0;
        if (taken)
        {
            _count--;
        }

        _processor.Unmask();
        return taken;
    }

    /// <summary>
    /// Gives a signal. Any context. In thread context, a more important waiter runs before this returns, unless the caller holds interrupts
    /// off.
    /// </summary>
    public SignalError Release()
    {
        Processor processor = _processor;
        processor.Mask();
        if ((uint)Volatile.Read(ref _count) >= _maximum)
        {
            return ReleaseWaiter();
        }

        _count++;
        return processor.TryUnmask() ? SignalError.None : LetInterruptsIn(SignalError.None);
    }

    private WaitResult WaitForSignal(ulong timeoutNanoseconds)
    {
        if (timeoutNanoseconds == 0)
        {
            return Unmasked(WaitResult.TimedOut);
        }

        _count = MaybeWaiters;
        return _scheduler.BlockAndUnmask(_processor, _waiters, timeoutNanoseconds);
    }

    private SignalError ReleaseWaiter()
    {
        if (_waiters->IsEmpty)
        {
            return ReleaseWithoutWaiter();
        }

        Processor processor = _processor;
        ThreadBlock* waiter = _waiters->First;
        if (!Scheduler.WakesPlainly(processor, waiter))
        {
            return ReleaseWaiterSlow(waiter);
        }

        _scheduler.WakePlainly(_waiters, waiter, (ulong)WaitResult.Signalled);
        return processor.TryUnmask() ? SignalError.None : LetInterruptsIn(SignalError.None);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SignalError ReleaseWaiterSlow(ThreadBlock* waiter)
    {
        _scheduler.Wake(waiter, WaitResult.Signalled);
        _scheduler.Preempt();
        _processor.Unmask();
        return SignalError.None;
    }

    /// <summary>All waiting threads have left without a signal, or it stands at the maximum.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private SignalError ReleaseWithoutWaiter()
    {
        SignalError error = SignalError.AtMaximum;
        if (_count < 0)
        {
            error = SignalError.None;
            _count = 1;
        }

        _processor.Unmask();
        return error;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WaitResult Unmasked(WaitResult result)
    {
        _processor.Unmask();
        return result;
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
