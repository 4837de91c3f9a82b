using System.Runtime.CompilerServices;
using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Pools;

/// <summary>
/// A pool whose callers may wait: a thread that finds it empty sleeps until a buffer comes back.
/// </summary>
/// <remarks>
/// <para>A returned buffer goes straight to the most important waiter, among equals to the one that has waited longest. It is never free in
/// between, so no other thread can take it first, however important.</para>
/// <para>A wait ends in exactly one way: with a buffer, by its timeout, by being called off, or by the thread's death (see
/// <see cref="Scheduler"/>). If the buffer comes first it is the waiter's and the timeout finds nothing to do; if the timeout comes first
/// the buffer finds no waiter and becomes free.</para>
/// <para>While a thread waits, the threads that have buffers of the pool run at its priority at least, so that no thread of a priority in
/// between keeps them from returning one.</para>
/// <para>Waiting needs a <see cref="ThreadContext"/>. An interrupt handler has none; it can use <see cref="BufferPool.TryRent"/>. In the
/// wrong place (interrupts masked) the request is refused even if a buffer is free, so that the mistake shows at once and not only when it
/// would block.</para>
/// </remarks>
[AllocationFree]
public sealed unsafe class BlockingPool : BufferPool
{
    /// <summary>How a wait ends if there is nothing to wait for any more: beyond the results of other waits.</summary>
    private const WaitResult NoneLeft = WaitResult.NotAllowedHere + 1;

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
    /// The buffer, <see cref="RentError.Cancelled"/>, <see cref="RentError.NoneLeft"/>, <see cref="RentError.NotAllowedHere"/>, or
    /// <see cref="RentError.OverCap"/> and <see cref="RentError.Injected"/>, for which it does not wait.
    /// </returns>
    public RentResult Rent(ThreadContext context, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Processor processor = Processor;
        processor.Mask();
        if (!Scheduler.MayWait(processor, context))
        {
            return RefuseRent(RentError.NotAllowedHere);
        }

        if (!HasCredit)
        {
            return RentSlow(context, file, line);
        }

        BufferRecord* record = Take(processor, file, line);
        return processor.TryUnmask() ? RentResult.FromWord(record->Word) : LetInterruptsIn(record);
    }

    /// <summary>Rents a buffer, waiting for it for a while. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait.</param>
    /// <param name="file">The caller's file; see <see cref="BufferPool.TryRent"/>.</param>
    /// <param name="line">The caller's line.</param>
    /// <returns>The buffer, or why there is none.</returns>
    public RentResult TryRent(ThreadContext context, ulong timeoutNanoseconds, [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        Processor processor = Processor;
        processor.Mask();
        return Scheduler.MayWait(processor, context)
            ? TryRentSlow(context, timeoutNanoseconds, file, line) : RefuseRent(RentError.NotAllowedHere);
    }

    private protected override void LoseLastBuffer()
    {
        while (!Waiters->IsEmpty)
        {
            Scheduler.Wake(Waiters->First, NoneLeft);
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

    /// <summary>A wait without a deadline, if nothing else has to be asked; else what that leads to. Interrupts masked; lifts the
    /// mask.</summary>
    private RentResult RentSlow(ThreadContext context, string file, int line)
    {
        Processor processor = Processor;
        ThreadRings* waiters = Waiters;
        ThreadBlock* self = context.Block;
        if (FirstFree is not null || !KnowsFloor || self->Priority > waiters->Floor)
        {
            return TryRentSlow(context, Clock.Forever, file, line);
        }

        self->SiteFile = CharactersOf(file);
        self->SiteLine = line;
        _waits++;
        ThreadBlock* next = Scheduler.BeginPlainWait(self, waiters);
        Scheduler.Enter(processor, next);
        processor.SwitchContext((ProcessorContext*)self, (ProcessorContext*)next);
        return EndWait(processor);
    }

    /// <summary>All that can happen to a thread that may wait: a buffer, a wait, a refusal. Interrupts masked; lifts the mask.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RentResult TryRentSlow(ThreadContext context, ulong timeoutNanoseconds, string file, int line)
    {
        if (FirstFree is not null)
        {
            return TryRentSlow(file, line);
        }

        RentError error = HasNoBufferLeft ? RentError.NoneLeft : timeoutNanoseconds == 0 ? RentError.Empty : CheckRules();
        if (error != RentError.None)
        {
            return RefuseRent(error);
        }

        context.Block->SiteFile = CharactersOf(file);
        context.Block->SiteLine = line;
        _waits++;
        KnowFloor();
        Scheduler.Block(Processor, Waiters, timeoutNanoseconds);
        return EndWait(Processor);
    }

    /// <summary>The running thread's wait is over. Lifts the mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RentResult EndWait(Processor processor)
    {
        var self = (ProcessorContext*)processor.Running;
        ulong brought = self->Result;
        if (brought <= (ulong)NoneLeft)
        {
            return EndInVain((WaitResult)brought);
        }

        ulong waited = self->EnteredAt - self->LeftAt;
        if (waited > _longestWait)
        {
            _longestWait = waited;
        }

        return processor.TryUnmask() ? RentResult.FromWord(brought) : LetInterruptsIn(brought);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RentResult LetInterruptsIn(ulong word)
    {
        Processor.LetInterruptsIn();
        return RentResult.FromWord(word);
    }

    /// <summary>A wait is over and has brought no buffer. Lifts the mask.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RentResult EndInVain(WaitResult outcome)
    {
        RentError error = RentError.NoneLeft;
        if (outcome == WaitResult.TimedOut)
        {
            _timeouts++;
            error = RentError.TimedOut;
        }
        else if (outcome == WaitResult.Cancelled)
        {
            _cancellations++;
            error = RentError.Cancelled;
        }

        Processor.Unmask();
        return RentResult.Of(error);
    }
}
