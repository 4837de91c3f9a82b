using System.Runtime.CompilerServices;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Pools;

/// <summary>
/// A pool whose callers may wait: a thread that finds it empty sleeps until a buffer comes back.
/// </summary>
/// <remarks>
/// <para>A returned buffer goes straight to the most important waiter, among equals to the one that has waited longest. It is never free in between, so nobody
/// can take it first, however important.</para>
/// <para>A wait ends in exactly one way: with a buffer, by its timeout, or by being called off (see <see cref="Scheduler"/>). If the buffer comes first it is the waiter's and
/// the timeout finds nothing to do; if the timeout comes first the buffer finds no waiter and becomes free.</para>
/// <para>Waiting needs a <see cref="ThreadContext"/>. Who has none, an interrupt handler, can use <see cref="BufferPool.TryRent"/>.</para>
/// </remarks>
public sealed class BlockingPool : BufferPool
{
    private readonly ThreadQueue _waiters;
    private ulong _waits;
    private ulong _timeouts;
    private ulong _cancellations;
    private ulong _longestWait;

    internal BlockingPool(in PoolDescription description, Scheduler scheduler)
        : this(description, scheduler, new ThreadQueue())
    {
    }

    private BlockingPool(in PoolDescription description, Scheduler scheduler, ThreadQueue waiters)
        : base(description, scheduler, waiters)
    {
        _waiters = waiters;
    }

    /// <inheritdoc/>
    public override PoolKind Kind => PoolKind.Blocking;

    /// <summary>Rents a buffer, waiting for it for ever. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns>The buffer, <see cref="RentError.Cancelled"/>, <see cref="RentError.NoneLeft"/> or <see cref="RentError.NotAllowedHere"/>.</returns>
    public RentResult Rent(ThreadContext context) => TryRent(context, Clock.Forever);

    /// <summary>Rents a buffer, waiting for it for a while. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait.</param>
    /// <returns>The buffer, or why there is none.</returns>
    public RentResult TryRent(ThreadContext context, ulong timeoutNanoseconds)
    {
        nuint state = Processor.MaskInterrupts();
        int index = FirstFree;
        if (index < 0)
        {
            return timeoutNanoseconds == 0 ? RefuseRent(state) : WaitForBuffer(context, timeoutNanoseconds, state);
        }

        ulong word = Take((uint)index);
        Processor.RestoreInterrupts(state);
        return RentResult.FromWord(word);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected override unsafe ReturnError HandOver(BufferRecord* record, nuint state)
    {
        KernelThread waiter = _waiters.First!;
        waiter.HandedOver = PassOn(record, waiter);
        Scheduler.Wake(waiter, WaitResult.Signalled);
        Scheduler.Preempt(state);
        Processor.RestoreInterrupts(state);
        return ReturnError.None;
    }

    private protected override void LoseLastBuffer(nuint state)
    {
        while (_waiters.First is { } waiter)
        {
            waiter.HandedOver = RentResult.WordOf(RentError.NoneLeft);
            Scheduler.Wake(waiter, WaitResult.Signalled);
        }

        Scheduler.Preempt(state);
    }

    private protected override PoolSnapshot AddWaiting(PoolSnapshot snapshot) => snapshot with
    {
        Waits = _waits,
        Timeouts = _timeouts,
        Cancellations = _cancellations,
        Waiting = _waiters.Count,
        LongestWaitNanoseconds = Scheduler.Clock.ToNanoseconds(_longestWait),
    };

    /// <summary>Waits, if the caller may, and lifts the mask.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RentResult WaitForBuffer(ThreadContext context, ulong timeoutNanoseconds, nuint state)
    {
        RentResult result = !Scheduler.MayWait(context, state)
            ? RentResult.Of(RentError.NotAllowedHere)
            : HasNoBufferLeft ? RentResult.Of(RentError.NoneLeft) : Wait(context, timeoutNanoseconds);
        Processor.RestoreInterrupts(state);
        return result;
    }

    private RentResult Wait(ThreadContext context, ulong timeoutNanoseconds)
    {
        _waits++;
        ulong begun = Processor.Timestamp;
        switch (Scheduler.Block(_waiters, timeoutNanoseconds, Name))
        {
            case WaitResult.Signalled:
                ulong waited = Processor.Timestamp - begun;
                _longestWait = waited > _longestWait ? waited : _longestWait;
                return RentResult.FromWord(context.Thread.HandedOver);
            case WaitResult.TimedOut:
                _timeouts++;
                return RentResult.Of(RentError.TimedOut);
            default:
                _cancellations++;
                return RentResult.Of(RentError.Cancelled);
        }
    }
}
