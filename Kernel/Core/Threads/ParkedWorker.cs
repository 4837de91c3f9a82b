using System.Threading;
using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>
/// The body of a thread that is parked until it is given a job, does it, and is parked again: for helpers of tests, demonstrations and
/// measurements.
/// </summary>
/// <remarks>
/// A derived class keeps the job's parameters in fields of its own, sets them in a method of its own and then calls <see cref="Start"/>. A
/// thread that was killed at work starts parked, without a job.
/// </remarks>
public abstract class ParkedWorker : ThreadBody
{
    private readonly Semaphore _start;
    private bool _isBusy;
    private bool _isWorking;

    /// <summary>Makes the body, parked. Boot context.</summary>
    /// <param name="scheduler">Whose thread will run it.</param>
    /// <param name="name">What <c>threads</c> shows that it waits for.</param>
    /// <param name="most">How many jobs may be asked for at once: 1, or the number of threads that run the body.</param>
    protected ParkedWorker(Scheduler scheduler, string name, int most = 1)
    {
        Scheduler = scheduler;
        _start = new Semaphore(scheduler, name, 0, most);
    }

    /// <summary>Whether a job was given and has not ended. Any context.</summary>
    [AllocationFree]
    public bool IsBusy => Volatile.Read(ref _isBusy);

    /// <summary>The scheduler of its thread.</summary>
    [AllocationFree]
    protected Scheduler Scheduler { get; }

    /// <inheritdoc/>
    public sealed override void Run(ThreadContext context)
    {
        if (_isWorking)
        {
            // It was killed at work. A job that was given before its thread has run for the first time is another matter: it still waits.
            EndWork();
            Recover();
        }

        while (_start.Wait(context) == WaitResult.Signalled)
        {
            _isWorking = true;
            Work(context);
            EndWork();
        }
    }

    /// <summary>Gives it its job. Any context that may signal a semaphore; not while it is busy, unless several threads run the
    /// body.</summary>
    [AllocationFree]
    protected void Start()
    {
        Volatile.Write(ref _isBusy, true);
        _start.Release();
    }

    /// <summary>Does the job. Thread context.</summary>
    /// <param name="context">The right to wait.</param>
    protected abstract void Work(ThreadContext context);

    /// <summary>Puts its own state right when its thread begins again after it was killed or has faulted at work. Thread context.</summary>
    protected virtual void Recover()
    {
    }

    private void EndWork()
    {
        _isWorking = false;
        Volatile.Write(ref _isBusy, false);
    }
}
