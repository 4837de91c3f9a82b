using Cosmos.Common;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <content>Suspension: a thread that waits for nothing but to be resumed. To sleep for ever is the same.</content>
public sealed unsafe partial class Scheduler
{
    /// <summary>Puts the running thread to sleep until <see cref="Resume"/>. Thread context. Constant time.</summary>
    /// <remarks>A resumption that comes first is not remembered; where that is needed, use a <see cref="Semaphore"/>.</remarks>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns><see cref="WaitResult.Signalled"/> when it was resumed, <see cref="WaitResult.Cancelled"/> or
    /// <see cref="WaitResult.NotAllowedHere"/>.</returns>
    public WaitResult Suspend(ThreadContext context)
    {
        Processor processor = _processor;
        processor.Mask();
        return MayWait(processor, context) ? BlockSlow(processor, null, Clock.Forever) : Unmasked(WaitResult.NotAllowedHere);
    }

    /// <summary>Lets a suspended thread go on. Any context. In thread context, a more important one runs before this returns, unless the
    /// caller holds interrupts off. Constant time.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>False if it isn't suspended: whatever it does or waits for, it goes on with that.</returns>
    public bool Resume(KernelThread thread)
    {
        _processor.Mask();
        ThreadBlock* block = thread.Block;
        bool isSuspended = block->State == ThreadState.Waiting && block->Queue is null && block->TimerIndex == ThreadBlock.NotTimed;
        if (isSuspended)
        {
            Wake(block, WaitResult.Signalled);
            Preempt();
        }

        _processor.Unmask();
        return isSuspended;
    }
}
