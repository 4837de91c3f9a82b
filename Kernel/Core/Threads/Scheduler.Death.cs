namespace Reservoir.Threads;

/// <content>The end of threads: by returning, by a fault, by being killed. The supervisor does the rest.</content>
public sealed unsafe partial class Scheduler
{
    private ThreadSet _dead;

    /// <summary>A signal for each thread that has ended. The supervisor waits for it.</summary>
    internal Semaphore Deaths { get; }

    /// <summary>The thread that can't be killed, because it cleans up after the others; null if there is none.</summary>
    internal KernelThread? Supervisor { get; set; }

    /// <summary>
    /// Ends the running thread, after a fault or at the end of its body. Does not return if it can; the idle thread, the supervisor and an
    /// interrupt handler can't be ended.
    /// </summary>
    /// <param name="end">How it goes.</param>
    /// <returns>False, if there is no thread to end here.</returns>
    public bool EndCurrent(ThreadEnd end)
    {
        _processor.MaskInterrupts();
        if (!_started || _inInterrupt || Running == _idle || Current == Supervisor)
        {
            return false;
        }

        EndThread(Running, end);
        SwitchTo(_processor, Running, _ready->First);
        return false;
    }

    /// <summary>
    /// Ends a thread, at whatever point it is: it does not run on, and its wait is over without a result. The supervisor takes back what it
    /// held, and may restart it from the beginning of its body. Any context; a thread that kills itself does not return.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <returns>Why it could not be killed, or <see cref="KillError.None"/>.</returns>
    public KillError Kill(KernelThread thread) => Kill(thread, ThreadEnd.Killed);

    /// <summary>The same, for a test that expects it.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="end">How it goes: <see cref="ThreadEnd.Killed"/> or <see cref="ThreadEnd.EndedByTest"/>.</param>
    /// <returns>Why it could not be killed, or <see cref="KillError.None"/>.</returns>
    internal KillError Kill(KernelThread thread, ThreadEnd end)
    {
        _processor.Mask();
        KillError error = !_started ? KillError.NotStarted
            : thread.Block == _idle || thread == Supervisor ? KillError.Indispensable
            : thread.Block->State == ThreadState.Ended ? KillError.Ended : KillError.None;
        if (error == KillError.None)
        {
            EndThread(thread.Block, end);
            if (thread.Block == Running && !_inInterrupt)
            {
                // Even in a masked section it must leave at once: it is in no ring any more, and could run on and wait. The next thread
                // has one masked section to end, its own.
                _processor.MaskInterrupts();
                SwitchTo(_processor, Running, _ready->First);
            }

            Preempt();
        }

        _processor.Unmask();
        return error;
    }

    /// <summary>Takes one of the threads that have ended since the last call; null if there is none. Supervisor.</summary>
    internal KernelThread? TakeDead()
    {
        _processor.Mask();
        KernelThread? dead = _dead.IsEmpty ? null : _threads[_dead.TakeFirst()];
        _processor.Unmask();
        return dead;
    }

    /// <summary>Lets everything that can be held take back what a thread has held that has ended. Supervisor.</summary>
    internal void TakeBackFrom(KernelThread thread)
    {
        for (int i = 0; i < _waitQueueCount; i++)
        {
            _waitQueues[i].Resource?.TakeBackFrom(thread);
        }
    }

    /// <summary>Starts a thread again that has ended and holds nothing any more. Supervisor.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="isCounted">Whether it counts for the thread's limit of restarts.</param>
    internal void Restart(KernelThread thread, bool isCounted = true)
    {
        thread.Restarts += isCounted ? 1 : 0;
        Launch(thread);
    }

    /// <summary>Takes a thread out of all rings and marks it as ended. Interrupts masked. If it is the running thread it goes on until the
    /// next switch.</summary>
    private void EndThread(ThreadBlock* thread, ThreadEnd end)
    {
        if (thread->State == ThreadState.Ready)
        {
            _ready->Remove(thread);
        }
        else
        {
            LeaveWait(thread);
        }

        thread->State = ThreadState.Ended;
        _threads[thread->Id].End = end;
        _dead.Add(thread->Id);
        Deaths.Release();
    }
}
