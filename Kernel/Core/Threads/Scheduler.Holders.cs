namespace Reservoir.Threads;

/// <content>Which thread waits for what, and which threads hold it, one step at a time, for <see cref="DeadlockSearch"/>.</content>
public sealed unsafe partial class Scheduler
{
    /// <summary>
    /// Whether a thread waits, for ever, for something that can be held: a buffer or a mutex. Any context, constant time.
    /// </summary>
    /// <param name="id">The thread's number.</param>
    /// <param name="queue">Where it waits, by the queue's number.</param>
    /// <param name="switches">Tells this wait from every other of the thread: while it is the same the thread has not run.</param>
    internal bool IsWaitingForHolders(int id, out int queue, out ulong switches)
    {
        nuint state = _processor.MaskInterrupts();
        ThreadBlock* thread = _blocks + id;
        bool waits = thread->State == ThreadState.Waiting && thread->TimerIndex == ThreadBlock.NotTimed && thread->Queue is not null
            && thread->Queue->Held is not null;
        queue = waits ? thread->Queue->Id : 0;
        switches = thread->Switches;
        _processor.RestoreInterrupts(state);
        return waits;
    }

    /// <summary>What is waited for in a queue. Any context.</summary>
    /// <param name="queue">The queue's number.</param>
    internal WaitQueue GetWaitQueue(int queue) => _waitQueues[queue];

    /// <summary>
    /// The threads that can give back what is waited for: those that hold it, and those that take it out of a queue. At one moment; any
    /// context, time in proportion to the number of threads and of the queues and rings.
    /// </summary>
    /// <param name="queue">The queue's number.</param>
    /// <param name="comesBack">Whether some of it comes back without them.</param>
    internal ThreadSet FindHolders(int queue, out bool comesBack)
    {
        WaitQueue wanted = _waitQueues[queue];
        nuint state = _processor.MaskInterrupts();
        ThreadSet holders = HoldersOf(wanted.Rings);
        ReusableResource resource = wanted.Resource!;
        resource.AddConsumers(ref holders);
        comesBack = resource.ComesBackByItself;
        _processor.RestoreInterrupts(state);
        return holders;
    }

    /// <summary>Calls a wait off if it is still the one that was looked at. Any context.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="queue">Where it waited.</param>
    /// <param name="switches">Which wait it was.</param>
    /// <returns>False if it is another wait by now, or none.</returns>
    internal bool CancelWait(KernelThread thread, int queue, ulong switches)
    {
        nuint state = _processor.MaskInterrupts();
        bool isSame = IsWaitingForHolders(thread.Id, out int now, out ulong switchesNow) && now == queue && switchesNow == switches;
        if (isSame)
        {
            Wake(thread.Block, WaitResult.Cancelled);
            Preempt();
        }

        _processor.RestoreInterrupts(state);
        return isSame;
    }
}
