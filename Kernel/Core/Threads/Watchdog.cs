using Cosmos.Common;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// Looks four times a second whether threads wait for each other, and if so reports once which thread holds what and which waits for which.
/// </summary>
/// <remarks>
/// It does not end a deadlock by itself, because that gives up a thread's work: an operator or a program decides (<see cref="TryBreak"/>).
/// Its thread should be more important than all that it observes; a look then takes the same time whatever else runs. See
/// <see cref="DeadlockSearch"/> for the method and its cost.
/// </remarks>
[AllocationFree]
public class Watchdog : ThreadBody
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
            LookFurther(_messages);
        }
    }

    /// <summary>What else is looked at with each look; nothing here. The watchdog's thread; without allocation, in bounded time.</summary>
    /// <param name="messages">Where to say what was found.</param>
    protected virtual void LookFurther(TextOutput messages)
    {
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
            string wanted = _search.ResourceOf(victim!).Name;
            _messages.WriteLine(
                $"watchdog: the wait of {victim!.Name} for {wanted} is called off: its request fails, and the others can go on");
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
                ReusableResource wanted = _search.ResourceOf(thread);
                _messages.WriteLine($"  {thread.Name} waits for {wanted.UnitText} {wanted.Name}");
            }
        }

        for (int i = 0; i < _search.CircleLength; i++)
        {
            if (IsFirstOfItsWait(i))
            {
                _search.ResourceOf(_search.GetCircle(i)).WriteHolders(_messages);
            }
        }

        ReportCircle();
    }

    /// <summary>Whether no thread before this one in the circle waits for the same thing.</summary>
    private bool IsFirstOfItsWait(int index)
    {
        for (int i = 0; i < index; i++)
        {
            if (_search.ResourceOf(_search.GetCircle(i)) == _search.ResourceOf(_search.GetCircle(index)))
            {
                return false;
            }
        }

        return true;
    }

    private void ReportCircle()
    {
        _messages.Write("  circle: "u8);
        for (int i = 0; i < _search.CircleLength; i++)
        {
            KernelThread thread = _search.GetCircle(i);
            KernelThread next = _search.GetCircle(i + 1 == _search.CircleLength ? 0 : i + 1);
            string holder = _search.HasWhatIsWaitedFor(next, thread) ? next.Name : "no thread that can give it back";
            _messages.Write($"{(i == 0 ? "" : "; ")}{thread.Name} waits for {_search.ResourceOf(thread).Name}, which {holder} has");
        }

        _messages.WriteLine();
    }
}
