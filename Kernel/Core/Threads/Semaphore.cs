using System;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// A counter that threads can wait for: a signal goes to the most important waiter, longest wait first among equals, or is counted.
/// </summary>
/// <remarks>
/// Invariant: while threads wait, the count is zero. A signal given to a waiter can't be taken by anybody else, and a wait that was
/// ended by its timeout has taken no signal. Constant time, but for the timer queue when a wait has a deadline.
/// </remarks>
public sealed class Semaphore
{
    private readonly Scheduler _scheduler;
    private readonly ThreadQueue _waiters = new();
    private readonly string _name;
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
        _name = name;
        _count = initial;
        _maximum = maximum;
    }

    /// <summary>Signals that nobody has taken yet. Any context.</summary>
    public int Count => _count;

    /// <summary>How many threads wait. Any context.</summary>
    public int Waiting => _waiters.Count;

    /// <summary>Takes a signal, waiting for it for ever. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    public WaitResult Wait(ThreadContext context) => Wait(context, Clock.Forever);

    /// <summary>Takes a signal, waiting for it for a while. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait; <see cref="Clock.Forever"/>.</param>
    public WaitResult Wait(ThreadContext context, ulong timeoutNanoseconds)
    {
        nuint state = _scheduler.Processor.MaskInterrupts();
        WaitResult result = WaitResult.Signalled;
        if (_count > 0)
        {
            _count--;
        }
        else if (timeoutNanoseconds == 0)
        {
            result = WaitResult.TimedOut;
        }
        else
        {
            result = _scheduler.MayWait(context, state) ? _scheduler.Block(_waiters, timeoutNanoseconds, _name) : WaitResult.NotAllowedHere;
        }

        _scheduler.Processor.RestoreInterrupts(state);
        return result;
    }

    /// <summary>Takes a signal if there is one. Any context; never waits.</summary>
    public bool TryWait()
    {
        nuint state = _scheduler.Processor.MaskInterrupts();
        bool taken = _count > 0;
        if (taken)
        {
            _count--;
        }

        _scheduler.Processor.RestoreInterrupts(state);
        return taken;
    }

    /// <summary>
    /// Gives a signal. Any context. In thread context, a more important waiter runs before this returns, unless the caller holds interrupts off.
    /// </summary>
    public SignalError Release()
    {
        nuint state = _scheduler.Processor.MaskInterrupts();
        SignalError error = SignalError.None;
        KernelThread? waiter = _waiters.First;
        if (waiter is not null)
        {
            _scheduler.Wake(waiter, WaitResult.Signalled);
            _scheduler.Preempt(state);
        }
        else if (_count < _maximum)
        {
            _count++;
        }
        else
        {
            error = SignalError.AtMaximum;
        }

        _scheduler.Processor.RestoreInterrupts(state);
        return error;
    }
}
