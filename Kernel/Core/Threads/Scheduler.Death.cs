namespace Reservoir.Threads;

/// <content>The end of threads: by returning, by a fault, by being killed. The supervisor does the rest.</content>
public sealed unsafe partial class Scheduler
{
    private ThreadSet _dead;

    /// <summary>A signal for each thread that has ended. The supervisor waits for it.</summary>
    internal Semaphore Deaths { get; }

    /// <summary>The thread that can't be killed, for it looks after the others; null if there is none.</summary>
    internal KernelThread? Supervisor { get; set; }

    /// <summary>
    /// Ends the running thread, after a fault or at the end of its body. Does not return if it can; the idle thread, the supervisor and an
    /// interrupt handler
    /// can't be ended.
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

        Bury(Running, end);
        SwitchTo(_processor, Running, _ready->First);
        return false;
    }

    /// <summary>
    /// Ends a thread, at whatever point it is: it never runs again, its wait is over without an outcome. What it held comes back by the
    /// supervisor. Any context; a thread that kills itself does not return.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <returns>Why it could not be killed, or <see cref="KillError.None"/>.</returns>
    public KillError Kill(KernelThread thread)
    {
        _processor.Mask();
        KillError error = !_started ? KillError.NotStarted
            : thread.Block == _idle || thread == Supervisor ? KillError.Indispensable
            : thread.Block->State == ThreadState.Ended ? KillError.Ended : KillError.None;
        if (error == KillError.None)
        {
            Bury(thread.Block, ThreadEnd.Killed);
            if (thread.Block == Running && !_inInterrupt)
            {
                // Masked section or not: it would go on, and wait, though it is in no ring any more. Who runs next has one section to end,
                // its own.
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
            _waitQueues[i].OnDeath?.Invoke(thread);
        }
    }

    /// <summary>Starts a thread again that has ended and holds nothing any more. Supervisor.</summary>
    internal void Restart(KernelThread thread)
    {
        thread.Restarts++;
        Launch(thread);
    }

    /// <summary>Interrupts masked. The running thread is buried too, but goes on until the next switch.</summary>
    private void Bury(ThreadBlock* thread, ThreadEnd end)
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
