using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// Looks four times a second whether threads wait for each other, and if so says once who holds what and who waits for whom.
/// </summary>
/// <remarks>
/// It does nothing about it by itself: which thread's wait is called off, and so whose work is given up, is for somebody else to decide
/// (<see cref="TryBreak"/>). Make it more important than all that it looks
/// at: a look then costs the same whoever is busy. See <see cref="DeadlockSearch"/> for how it finds out and what that costs.
/// </remarks>
[AllocationFree]
public sealed class Watchdog : ThreadBody
{
    /// <summary>Time between looks, in nanoseconds.</summary>
    public const ulong IntervalNanoseconds = 250 * Clock.NanosecondsPerMillisecond;

    private readonly Scheduler _scheduler;
    private readonly TextOutput _messages;
    private readonly DeadlockSearch _search;
    private readonly Mutex _turn;
    private ulong _reported;

    /// <summary>Makes the body. Boot context.</summary>
    /// <param name="scheduler">Whose threads.</param>
    /// <param name="messages">Where it says what it has found.</param>
    public Watchdog(Scheduler scheduler, TextOutput messages)
    {
        _scheduler = scheduler;
        _messages = messages;
        _search = new DeadlockSearch(scheduler);
        _turn = new Mutex(scheduler, "watchdog");
        Found = new Event(scheduler, "deadlock");
    }

    /// <summary>How often it has looked. Any context.</summary>
    public ulong Looks { get; private set; }

    /// <summary>Deadlocks found since boot; one that lasts counts once. Any context.</summary>
    public ulong Deadlocks { get; private set; }

    /// <summary>Waits that were called off by <see cref="TryBreak"/>. Any context.</summary>
    public ulong Broken { get; private set; }

    /// <summary>Has happened while there is a deadlock, as far as the last look tells. Any context.</summary>
    public Event Found { get; }

    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        _scheduler.Current.IsBackground = true;
        while (_scheduler.Sleep(context, IntervalNanoseconds) != WaitResult.NotAllowedHere)
        {
            Look(context);
        }
    }

    /// <summary>Looks at once, and reports what it has found if it hasn't yet. Thread context.</summary>
    /// <param name="context">The caller's right to wait, for the watchdog itself if it is looking.</param>
    /// <returns>Whether threads are stuck.</returns>
    public bool Look(ThreadContext context)
    {
        if (!TakeTurn(context))
        {
            return false;
        }

        bool isStuck = LookAlone();
        _turn.Unlock(context);
        return isStuck;
    }

    /// <summary>Calls off the wait of one thread of a circle, if there is one: its call returns with an error. Thread context.</summary>
    /// <param name="context">The caller's right to wait, for the watchdog itself if it is looking.</param>
    /// <param name="victim">Whose wait it was; null if none was called off.</param>
    /// <returns>False if no threads are stuck.</returns>
    public bool TryBreak(ThreadContext context, out KernelThread? victim)
    {
        victim = null;
        if (!TakeTurn(context))
        {
            return false;
        }

        if (LookAlone() && _search.TryBreak())
        {
            victim = _search.Victim;
            Broken++;
            Found.Reset();
            _messages.WriteLine(
                $"watchdog: the wait of {victim!.Name} for {_search.NameOfWait(victim)} is called off: its request fails, and the others can go on");
        }

        _turn.Unlock(context);
        return victim is not null;
    }

    private bool TakeTurn(ThreadContext context) => _turn.Lock(context) is LockResult.Locked or LockResult.LockedAbandoned;

    private bool LookAlone()
    {
        Looks++;
        if (!_search.Look())
        {
            _reported = 0;
            Found.Reset();
            return false;
        }

        if (_search.Fingerprint != _reported)
        {
            _reported = _search.Fingerprint;
            Deadlocks++;
            Report();
            Found.Set();
        }

        return true;
    }

    private void Report()
    {
        ulong milliseconds = _scheduler.Clock.Nanoseconds / Clock.NanosecondsPerMillisecond;
        _messages.WriteLine($"watchdog: DEADLOCK, seen {milliseconds} ms after boot. These threads can't go on:");
        for (int i = 0; i < _scheduler.ThreadCount; i++)
        {
            KernelThread thread = _scheduler.GetThread(i);
            if (_search.IsStuck(thread))
            {
                _messages.Write(
                    $"  {thread.Name} waits for {(_search.PoolOf(thread) is null ? "the mutex" : "a buffer of pool")} {_search.NameOfWait(thread)}");
                _messages.WriteLine();
            }
        }

        for (int i = 0; i < _search.CircleLength; i++)
        {
            if (IsFirstOfItsWait(i))
            {
                ReportHolders(_search.GetCircle(i));
            }
        }

        ReportCircle();
    }

    /// <summary>Whether no thread before this one in the circle waits for the same thing.</summary>
    private bool IsFirstOfItsWait(int index)
    {
        for (int i = 0; i < index; i++)
        {
            if (string.Equals(_search.NameOfWait(_search.GetCircle(i)), _search.NameOfWait(_search.GetCircle(index))))
            {
                return false;
            }
        }

        return true;
    }

    private void ReportHolders(KernelThread waiter)
    {
        if (_search.PoolOf(waiter) is not { } pool)
        {
            for (int i = 0; i < _scheduler.ThreadCount; i++)
            {
                if (_search.HasWhatIsWaitedFor(_scheduler.GetThread(i), waiter))
                {
                    _messages.WriteLine($"  the mutex {_search.NameOfWait(waiter)} is owned by {_scheduler.GetThread(i).Name}");
                }
            }

            return;
        }

        PoolSnapshot now = pool.TakeSnapshot();
        _messages.WriteLine($"  pool {pool.Name}: {now.Count} buffers, {now.Free} free, {now.Quarantined} quarantined; of those in use");
        for (int i = 0; i < _scheduler.ThreadCount; i++)
        {
            int rented = pool.CountRentedBy(i);
            if (rented != 0)
            {
                _messages.WriteLine($"  {rented,6} are held by {_scheduler.GetThread(i).Name}");
            }
        }

        for (int i = 0; i < pool.HolderCount; i++)
        {
            ReportHolder(pool.GetHolder(i));
        }
    }

    private void ReportHolder(BufferHolder holder)
    {
        if (holder.Count == 0)
        {
            return;
        }

        _messages.Write($"  {holder.Count,6} lie in the {(holder.IsForGood ? "" : "queue of ")}{holder.Name}");
        if (holder.Consumer is { } consumer)
        {
            _messages.WriteLine($", which only {consumer.Name} empties");
        }
        else
        {
            _messages.WriteLine(holder.IsForGood ? ", which gives one back only for another"u8 : default);
        }
    }

    private void ReportCircle()
    {
        _messages.Write("  circle: "u8);
        for (int i = 0; i < _search.CircleLength; i++)
        {
            KernelThread thread = _search.GetCircle(i);
            KernelThread next = _search.GetCircle(i + 1 == _search.CircleLength ? 0 : i + 1);
            string who = _search.HasWhatIsWaitedFor(next, thread) ? next.Name : "nobody who lets go of it";
            _messages.Write($"{(i == 0 ? "" : "; ")}{thread.Name} waits for {_search.NameOfWait(thread)}, which {who} has");
        }

        _messages.WriteLine();
    }
}
