using System.Runtime.CompilerServices;
using Cosmos.Common;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <content>Leaving the processor, and being woken.</content>
public sealed unsafe partial class Scheduler
{
    /// <summary>Lets equals run. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns><see cref="WaitResult.Signalled"/>, or <see cref="WaitResult.NotAllowedHere"/>.</returns>
    public WaitResult Yield(ThreadContext context)
    {
        Processor processor = _processor;
        processor.Mask();
        if (!MayWait(processor, context))
        {
            return Unmasked(WaitResult.NotAllowedHere);
        }

        ThreadBlock* self = context.Block;
        ThreadBlock* next = _ready->Rotate(self);
        self->TurnBegan = ThreadBlock.NewTurn;
        if (next == self)
        {
            return Unmasked(WaitResult.Signalled);
        }

        self->Context.Result = (ulong)WaitResult.Signalled;
        Enter(processor, next);
        return (WaitResult)processor.SwitchContextAndUnmask((ProcessorContext*)self, (ProcessorContext*)next);
    }

    /// <summary>Does nothing for a while. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="nanoseconds">At least how long; the end is rounded up to the timer's grain. 0 yields.</param>
    /// <returns><see cref="WaitResult.TimedOut"/> after the time, <see cref="WaitResult.Cancelled"/> or
    /// <see cref="WaitResult.NotAllowedHere"/>.</returns>
    public WaitResult Sleep(ThreadContext context, ulong nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return Yield(context) == WaitResult.Signalled ? WaitResult.TimedOut : WaitResult.NotAllowedHere;
        }

        Processor processor = _processor;
        processor.Mask();
        return MayWait(processor, context) ? BlockSlow(processor, null, nanoseconds) : Unmasked(WaitResult.NotAllowedHere);
    }

    /// <summary>Calls a thread's wait off. Any context, interrupt handlers included.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>False if it isn't waiting (any more).</returns>
    public bool CancelWait(KernelThread thread)
    {
        _processor.Mask();
        bool waits = thread.Block->State == ThreadState.Waiting;
        if (waits)
        {
            Wake(thread.Block, WaitResult.Cancelled);
            Preempt();
        }

        _processor.Unmask();
        return waits;
    }

    /// <summary>
    /// Whether the holder of a context may wait now. Interrupts masked. Not so with interrupts masked by the caller, which is how an
    /// interrupt handler and the boot code run, nor with another thread's context, the idle thread's, or none.
    /// </summary>
    /// <param name="processor">The processor, from a register.</param>
    /// <param name="context">The right to wait that was shown.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool MayWait(Processor processor, ThreadContext context)
    {
        return processor.IsMaskedOnce && (nuint)context.Block == processor.Running;
    }

    /// <summary>
    /// Puts the running thread to sleep until <see cref="Wake"/>. Interrupts masked; the caller has checked <see cref="MayWait"/>.
    /// </summary>
    /// <returns>What it was woken with.</returns>
    internal ulong Block(Processor processor, ThreadRings* queue, ulong timeoutNanoseconds)
    {
        var self = (ThreadBlock*)processor.Running;
        SwitchTo(processor, self, BeginWait(self, queue, timeoutNanoseconds));
        return self->Context.Result;
    }

    /// <summary>Takes the running thread off the ready ones and lets it wait. Interrupts masked.</summary>
    /// <returns>The thread that runs next.</returns>
    private ThreadBlock* BeginWait(ThreadBlock* self, ThreadRings* queue, ulong timeoutNanoseconds)
    {
        _ready->RemoveFirst(self);
        self->State = ThreadState.Waiting;
        self->Queue = queue;
        if (queue is not null)
        {
            queue->Add(self);
            queue->Count = queue->Count + 1;
            if (self->Priority > queue->Floor)
            {
                BoostHolders(queue, self->Priority);
            }
        }

        if (timeoutNanoseconds != Clock.Forever)
        {
            ulong now = _processor.Timestamp;
            self->Deadline = _clock.After(now, timeoutNanoseconds);
            _timers.Add(self);
            if (self->Deadline < _timerSetFor)
            {
                SetTimer(self->Deadline, now);
            }
        }

        return _ready->First;
    }

    /// <summary>The same, and then lifts the mask.</summary>
    internal WaitResult BlockAndUnmask(Processor processor, ThreadRings* queue, ulong timeoutNanoseconds)
    {
        var self = (ThreadBlock*)processor.Running;
        if (!IsPlain(self, queue, timeoutNanoseconds))
        {
            return BlockSlow(processor, queue, timeoutNanoseconds);
        }

        ThreadBlock* next = BeginPlainWait(self, queue);
        Enter(processor, next);
        return (WaitResult)processor.SwitchContextAndUnmask((ProcessorContext*)self, (ProcessorContext*)next);
    }

    /// <summary>A wait with a deadline, for nothing but the time, or for what a less important thread holds.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WaitResult BlockSlow(Processor processor, ThreadRings* queue, ulong timeoutNanoseconds)
    {
        var self = (ThreadBlock*)processor.Running;
        ThreadBlock* next = BeginWait(self, queue, timeoutNanoseconds);
        Enter(processor, next);
        return (WaitResult)processor.SwitchContextAndUnmask((ProcessorContext*)self, (ProcessorContext*)next);
    }

    /// <summary>Whether a wait needs no timer and no holder has to be boosted for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsPlain(ThreadBlock* self, ThreadRings* queue, ulong timeoutNanoseconds)
    {
        return timeoutNanoseconds == Clock.Forever && self->Priority <= queue->Floor;
    }

    /// <summary>Takes the running thread off the ready ones and lets it wait, plainly (<see cref="IsPlain"/>). Interrupts masked.</summary>
    /// <returns>The thread that runs next.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ThreadBlock* BeginPlainWait(ThreadBlock* self, ThreadRings* queue)
    {
        ThreadBlock* next = _ready->RemoveFirst(self);
        self->State = ThreadState.Waiting;
        self->Queue = queue;
        queue->Add(self);
        queue->Count = queue->Count + 1;
        return next is null ? _ready->First : next;
    }

    /// <summary>
    /// Ends the wait of a thread that waits. Interrupts masked. The caller calls <see cref="Preempt"/> when it is done.
    /// </summary>
    internal void Wake(ThreadBlock* thread, WaitResult outcome) => WakeWith(thread, (ulong)outcome);

    /// <summary>The same, with any result.</summary>
    internal void WakeWith(ThreadBlock* thread, ulong result)
    {
        LeaveWait(thread);
        thread->Context.Result = result;
        thread->State = ThreadState.Ready;
        _ready->Add(thread);
    }

    /// <summary>Whether a thread that waits in a queue can be woken plainly: it has no deadline, and is no more important than the running
    /// one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool WakesPlainly(Processor processor, ThreadBlock* thread)
    {
        return thread->TimerIndex == ThreadBlock.NotTimed && thread->Priority <= ((ThreadBlock*)processor.Running)->Priority;
    }

    /// <summary><see cref="WakeWith"/> where each instruction counts: for a thread that <see cref="WakesPlainly"/>, while no thread is
    /// boosted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void WakePlainly(ThreadRings* queue, ThreadBlock* thread, ulong result)
    {
        queue->Remove(thread);
        queue->Count = queue->Count - 1;
        thread->Queue = null;
        thread->Context.Result = result;
        thread->State = ThreadState.Ready;
        _ready->Add(thread);
    }

    /// <summary>
    /// Gives way to a more important thread, if there is one and this is the place. Interrupts masked. An interrupt handler is not, its end
    /// is. Nor is a section in which the caller had masked interrupts itself: no other thread may run inside it, and the switch is made up
    /// for when the mask is lifted.
    /// </summary>
    internal void Preempt()
    {
        if (_inInterrupt)
        {
            return;
        }

        if (_processor.IsMaskedOnce && _started)
        {
            Reschedule();
        }
        else
        {
            PreemptLater();
        }
    }

    /// <summary>Gives way when the caller lifts its mask.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void PreemptLater()
    {
        if (_started && _ready->First != Running)
        {
            _processor.RequestInterruptEnd();
        }
    }

    /// <summary>Takes a thread out of everything that could end its wait. Interrupts masked.</summary>
    private void LeaveWait(ThreadBlock* thread)
    {
        if (thread->Queue is not null)
        {
            LeaveQueue(thread);
        }

        if (thread->TimerIndex != ThreadBlock.NotTimed)
        {
            _timers.Remove(thread);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LeaveQueue(ThreadBlock* thread)
    {
        ThreadRings* queue = thread->Queue;
        queue->Remove(thread);
        queue->Count = queue->Count - 1;
        thread->Queue = null;
        if (_anyBoosted && queue->Held is not null)
        {
            ReleaseBoosts(queue);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WaitResult Unmasked(WaitResult result)
    {
        _processor.Unmask();
        return result;
    }

    /// <summary>Lets the first of the most important threads run, if that isn't the running one. Interrupts masked, before and
    /// after.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reschedule()
    {
        ThreadBlock* next = _ready->First;
        ThreadBlock* self = Running;
        if (next != self)
        {
            KeepTurn(self);
            SwitchTo(_processor, self, next);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SwitchTo(Processor processor, ThreadBlock* leaving, ThreadBlock* entering)
    {
        Enter(processor, entering);
        processor.SwitchContext((ProcessorContext*)leaving, (ProcessorContext*)entering);
    }

    /// <summary>Lets a thread have the processor: all but the switch itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Enter(Processor processor, ThreadBlock* entering)
    {
        entering->Switches = entering->Switches + 1;
        processor.Running = (nuint)entering;
        RenterStamp.SetOwner(ref processor.Stamp, entering->Owner);
    }

    /// <summary>Says in whose name a buffer is rented from now on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetRenter(byte owner) => RenterStamp.SetOwner(ref _processor.Stamp, owner);
}
