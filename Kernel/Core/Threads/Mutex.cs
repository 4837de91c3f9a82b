using Cosmos.Common;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// A lock that one thread owns. While more important threads wait for it, its owner runs at their priority.
/// </summary>
/// <remarks>
/// <para>Unlocking passes the mutex to the most important waiter, among equals to the one that has waited longest; nobody can take it in
/// between.</para>
/// <para>If the owner dies the mutex goes on to the next one all the same, who is told so: <see cref="LockResult.LockedAbandoned"/>.</para>
/// <para>Thread context. Constant time, but for the timer queue when a wait has a deadline and for boosts, which take time in proportion to
/// the number of threads there are.</para>
/// </remarks>
[AllocationFree]
public sealed unsafe class Mutex
{
    private readonly Processor _processor;
    private readonly Scheduler _scheduler;
    private readonly WaitQueue _queue;
    private readonly ThreadRings* _waiters;
    private ThreadBlock* _owner;
    private bool _abandoned;

    /// <summary>Makes a mutex that nobody owns. Boot context.</summary>
    /// <param name="scheduler">Whose threads will lock it.</param>
    /// <param name="name">Shown as what a waiting thread waits for.</param>
    public Mutex(Scheduler scheduler, string name)
    {
        _scheduler = scheduler;
        _processor = scheduler.Processor;
        _queue = WaitQueue.Create(scheduler, name, boosts: true, OnDeath);
        _waiters = _queue.Rings;
    }

    /// <summary>The thread that owns it; null if none does. Any context.</summary>
    public KernelThread? Owner
    {
        get
        {
            ThreadBlock* owner = _owner;
            return owner is null ? null : _scheduler.GetThread(owner->Id);
        }
    }

    /// <summary>How many threads wait. Any context.</summary>
    public int Waiting => _waiters->Count;

    /// <summary>Locks it, waiting for it for ever.</summary>
    /// <param name="context">The caller's right to wait.</param>
    public LockResult Lock(ThreadContext context) => Lock(context, Clock.Forever);

    /// <summary>Locks it, waiting for it for a while.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait.</param>
    public LockResult Lock(ThreadContext context, ulong timeoutNanoseconds)
    {
        _processor.Mask();
        LockResult result = Scheduler.MayWait(_processor, context)
            ? LockMasked(context.Block, timeoutNanoseconds) : LockResult.NotAllowedHere;
        _processor.Unmask();
        return result;
    }

    /// <summary>Unlocks it. A more important waiter that gets it runs before this returns.</summary>
    /// <param name="context">The owner's context.</param>
    /// <returns>False if the caller doesn't own it; nothing has changed then.</returns>
    public bool Unlock(ThreadContext context)
    {
        _processor.Mask();
        bool owned = context.Block is not null && _owner == context.Block;
        if (owned)
        {
            PassOn();
            _scheduler.Preempt();
        }

        _processor.Unmask();
        return owned;
    }

    /// <summary>A thread has died. If it owned the mutex, the next one gets it. Supervisor.</summary>
    private void OnDeath(KernelThread thread)
    {
        _processor.Mask();
        if (_owner == thread.Block)
        {
            _abandoned = true;
            PassOn();
            _scheduler.Preempt();
        }

        _processor.Unmask();
    }

    private LockResult LockMasked(ThreadBlock* self, ulong timeoutNanoseconds)
    {
        if (_owner is null)
        {
            Own(self);
            return Locked();
        }

        if (_owner == self)
        {
            return LockResult.AlreadyOwned;
        }

        if (timeoutNanoseconds == 0)
        {
            return LockResult.TimedOut;
        }

        return (WaitResult)_scheduler.Block(_processor, _waiters, timeoutNanoseconds) switch
        {
            WaitResult.Signalled => Locked(),
            WaitResult.TimedOut => LockResult.TimedOut,
            _ => LockResult.Cancelled,
        };
    }

    private LockResult Locked()
    {
        LockResult result = _abandoned ? LockResult.LockedAbandoned : LockResult.Locked;
        _abandoned = false;
        return result;
    }

    private void Own(ThreadBlock* thread)
    {
        _owner = thread;
        _waiters->Held[thread->Id + 1] = 1;
    }

    private void PassOn()
    {
        ThreadBlock* former = _owner;
        _waiters->Held[former->Id + 1] = 0;
        _owner = null;
        if (!_waiters->IsEmpty)
        {
            ThreadBlock* next = _waiters->First;
            Own(next);
            _scheduler.Wake(next, WaitResult.Signalled);
        }

        _scheduler.DropBoost(former->Id);
    }
}
