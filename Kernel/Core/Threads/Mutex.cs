using Cosmos.Common;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// A lock that one thread owns. While more important threads wait for it, its owner runs at their priority.
/// </summary>
/// <remarks>
/// <para>Unlocking passes the mutex to the most important waiter, among equals to the one that has waited longest; no other thread can take
/// it in between.</para>
/// <para>If the owner dies the mutex goes to the next waiter all the same, with the result <see cref="LockResult.LockedAbandoned"/>.</para>
/// <para>Thread context. Constant time, but for the timer queue when a wait has a deadline and for boosts, which take time in proportion to
/// the number of threads there are.</para>
/// </remarks>
[AllocationFree]
public sealed unsafe class Mutex : ReusableResource
{
    private ThreadBlock* _owner;
    private bool _abandoned;

    /// <summary>Makes a mutex that no thread owns. Boot context.</summary>
    /// <param name="scheduler">Its threads will lock it.</param>
    /// <param name="name">Shown as what a waiting thread waits for.</param>
    public Mutex(Scheduler scheduler, string name)
        : base(scheduler, name, "the mutex")
    {
    }

    /// <summary>The thread that owns it; null if none does. Any context.</summary>
    public KernelThread? Owner
    {
        get
        {
            ThreadBlock* owner = _owner;
            return owner is null ? null : Scheduler.GetThread(owner->Id);
        }
    }

    /// <summary>How many threads wait. Any context.</summary>
    public int Waiting => Waiters->Count;

    /// <summary>Locks it, waiting for it for ever.</summary>
    /// <param name="context">The caller's right to wait.</param>
    public LockResult Lock(ThreadContext context) => Lock(context, Clock.Forever);

    /// <summary>Locks it, waiting for it for a while.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait.</param>
    public LockResult Lock(ThreadContext context, ulong timeoutNanoseconds)
    {
        Processor.Mask();
        LockResult result = Scheduler.MayWait(Processor, context)
            ? LockMasked(context.Block, timeoutNanoseconds) : LockResult.NotAllowedHere;
        Processor.Unmask();
        return result;
    }

    /// <summary>Unlocks it. A more important waiter that gets it runs before this returns.</summary>
    /// <param name="context">The owner's context.</param>
    /// <returns>False if the caller doesn't own it; nothing has changed then.</returns>
    public bool Unlock(ThreadContext context)
    {
        Processor.Mask();
        bool owned = context.Block is not null && _owner == context.Block;
        if (owned)
        {
            PassOn();
            Scheduler.Preempt();
        }

        Processor.Unmask();
        return owned;
    }

    /// <inheritdoc/>
    internal override void TakeBackFrom(KernelThread thread)
    {
        Processor.Mask();
        if (_owner == thread.Block)
        {
            _abandoned = true;
            PassOn();
            Scheduler.Preempt();
        }

        Processor.Unmask();
    }

    /// <inheritdoc/>
    internal override void WriteHolders(TextOutput output)
    {
        if (Owner is { } owner)
        {
            output.WriteLine($"  the mutex {Name} is owned by {owner.Name}");
        }
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

        return (WaitResult)Scheduler.Block(Processor, Waiters, timeoutNanoseconds) switch
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
        Waiters->Held[thread->Id + 1] = 1;
    }

    private void PassOn()
    {
        ThreadBlock* former = _owner;
        Waiters->Held[former->Id + 1] = 0;
        _owner = null;
        if (!Waiters->IsEmpty)
        {
            ThreadBlock* next = Waiters->First;
            Own(next);
            Scheduler.Wake(next, WaitResult.Signalled);
        }

        Scheduler.DropBoost(former->Id);
    }
}
