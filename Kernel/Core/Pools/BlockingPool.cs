using System.Runtime.CompilerServices;
using Cosmos.Common;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Pools;

/// <summary>
/// A pool whose callers may wait: a thread that finds it empty sleeps until a buffer comes back.
/// </summary>
/// <remarks>
/// <para>A returned buffer goes straight to the most important waiter, among equals to the one that has waited longest. It is never free in between, so nobody
/// can take it first, however important.</para>
/// <para>A wait ends in exactly one way: with a buffer, by its timeout, by being called off, or by the thread's death (see <see cref="Scheduler"/>). If the buffer comes first it is the waiter's and
/// the timeout finds nothing to do; if the timeout comes first the buffer finds no waiter and becomes free.</para>
/// <para>While a thread waits, the threads that have buffers of the pool run at its priority at least, so that nobody in between keeps them from returning one.</para>
/// <para>Waiting needs a <see cref="ThreadContext"/>. Who has none, an interrupt handler, can use <see cref="BufferPool.TryRent"/>. With one in the wrong place (interrupts masked) even a buffer
/// that is there is refused: a mistake shows at once and not only when it would block.</para>
/// </remarks>
[AllocationFree]
public sealed unsafe class BlockingPool : BufferPool
{
    private ulong _waits;
    private ulong _timeouts;
    private ulong _cancellations;
    private ulong _longestWait;

    internal BlockingPool(in PoolDescription description, Scheduler scheduler)
        : base(description, scheduler)
    {
    }

    /// <inheritdoc/>
    public override PoolKind Kind => PoolKind.Blocking;

    /// <summary>Rents a buffer, waiting for it for ever. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="file">The caller's file; see <see cref="BufferPool.TryRent"/>.</param>
    /// <param name="line">The caller's line.</param>
    /// <returns>
    /// The buffer, <see cref="RentError.Cancelled"/>, <see cref="RentError.NoneLeft"/>, <see cref="RentError.NotAllowedHere"/>, or <see cref="RentError.OverCap"/> and
    /// <see cref="RentError.Injected"/>, for which it does not wait.
    /// </returns>
    public RentResult Rent(ThreadContext context, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Processor processor = Processor;
        nuint state = processor.MaskInterrupts();
        BufferRecord* record = FirstFree;
        if (record is null || !Scheduler.MayWait(context, state) || NeedsAttention(out ulong inUse))
        {
            return RentSlowly(context, Clock.Forever, state, file, line);
        }

        ulong word = Take(processor, record, inUse, file, line);
        return processor.TryRestoreInterrupts(state) ? RentResult.FromWord(word) : LetInterruptsIn(word);
    }

    /// <summary>Rents a buffer, waiting for it for a while. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait.</param>
    /// <param name="file">The caller's file; see <see cref="BufferPool.TryRent"/>.</param>
    /// <param name="line">The caller's line.</param>
    /// <returns>The buffer, or why there is none.</returns>
    public RentResult TryRent(ThreadContext context, ulong timeoutNanoseconds, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        return RentSlowly(context, timeoutNanoseconds, Processor.MaskInterrupts(), file, line);
    }

    private protected override void HandOver(BufferRecord* record)
    {
        ThreadBlock* waiter = Waiters->First;
        waiter->HandedOver = PassOn(record, waiter);
        Scheduler.Wake(waiter, WaitResult.Signalled);
    }

    private protected override void LoseLastBuffer()
    {
        while (!Waiters->IsEmpty)
        {
            ThreadBlock* waiter = Waiters->First;
            waiter->HandedOver = RentResult.WordOf(RentError.NoneLeft);
            Scheduler.Wake(waiter, WaitResult.Signalled);
        }
    }

    private protected override PoolSnapshot AddWaiting(PoolSnapshot snapshot) => snapshot with
    {
        Waits = _waits,
        Timeouts = _timeouts,
        Cancellations = _cancellations,
        Waiting = Waiters->Count,
        LongestWaitNanoseconds = Scheduler.Clock.ToNanoseconds(_longestWait),
    };

    /// <summary>All that can happen: a refusal, a buffer, a wait. Interrupts masked; lifts the mask.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RentResult RentSlowly(ThreadContext context, ulong timeoutNanoseconds, nuint state, string file, int line)
    {
        if (!Scheduler.MayWait(context, state))
        {
            return RefuseRent(RentError.NotAllowedHere, state);
        }

        if (FirstFree is not null)
        {
            return RentWithAttention(state, file, line);
        }

        if (HasNoBufferLeft)
        {
            return RefuseRent(RentError.NoneLeft, state);
        }

        if (timeoutNanoseconds == 0)
        {
            return RefuseRent(RentError.Empty, state);
        }

        RentError error = CheckRules();
        if (error != RentError.None)
        {
            return RefuseRent(error, state);
        }

        RentResult result = Wait(context, timeoutNanoseconds);
        SetSite(result.Buffer, file, line);
        Processor.RestoreInterrupts(state);
        return result;
    }

    private RentResult Wait(ThreadContext context, ulong timeoutNanoseconds)
    {
        _waits++;
        ulong begun = Processor.Timestamp;
        switch (Scheduler.Block(Waiters, timeoutNanoseconds))
        {
            case WaitResult.Signalled:
                ulong waited = Processor.Timestamp - begun;
                _longestWait = waited > _longestWait ? waited : _longestWait;
                return RentResult.FromWord(context.Thread.Block->HandedOver);
            case WaitResult.TimedOut:
                _timeouts++;
                return RentResult.Of(RentError.TimedOut);
            default:
                _cancellations++;
                return RentResult.Of(RentError.Cancelled);
        }
    }
}
