using System;
using System.Runtime.CompilerServices;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Network;

/// <summary>
/// Takes received frames out of the card's queue, lets the stack deal with each where it lies, and gives its buffer back.
/// </summary>
/// <remarks>
/// <para>It has a budget: when frames have kept it busy for <see cref="BudgetNanoseconds"/> without a break it rests for
/// <see cref="RestNanoseconds"/>. If no other thread has had anything to do since its last rest, its background thread
/// (<see cref="ProtocolBackground"/>), the least important thread of all, then goes on with the frames. So a flood gets all the processor
/// that no other thread wants, and a twentieth while another wants some: also one that only waits for a disk, which the emulated or real
/// traffic on the bus would slow down although the processor is free. The two threads never deal with frames at the same time: each takes
/// <see cref="_turn"/>, whose owner runs at the other's priority when the other waits for it.</para>
/// <para>While the card doesn't raise receive interrupts (see <see cref="NetworkCard.NeedsPolling"/>) it is polled,
/// <see cref="PollBudget"/> frames at a time, whenever the queue is empty.</para>
/// <para>While it is paused it takes nothing: frames pile up in the queue until the card's pool is empty, and then the card drops and
/// counts them. Nothing else in the system notices; which is what pausing is there to show.</para>
/// <para>At least each <see cref="WatchNanoseconds"/> it has the card check itself, and reports what was wrong, and a link that has come or
/// gone.</para>
/// </remarks>
public sealed class ProtocolThread : ThreadBody
{
    /// <summary>How long it may work without a break, in nanoseconds.</summary>
    public const ulong BudgetNanoseconds = Clock.NanosecondsPerMillisecond / 2;

    /// <summary>How long it then rests at least, in nanoseconds.</summary>
    public const ulong RestNanoseconds = 9 * Clock.NanosecondsPerMillisecond + Clock.NanosecondsPerMillisecond / 2;

    /// <summary>How long it waits for frames before it has the card check itself, in nanoseconds.</summary>
    public const ulong WatchNanoseconds = Clock.NanosecondsPerSecond;

    /// <summary>The most frames that a poll takes.</summary>
    public const int PollBudget = 64;

    private const int QuietRestsOfAnIdleSystem = 3;
    private const ulong PausedPollNanoseconds = Clock.NanosecondsPerMillisecond;
    private const ulong FramesBetweenClockReads = 16;

    private readonly Scheduler _scheduler;
    private readonly FrameQueue _frames;
    private readonly BufferPool _pool;
    private readonly NetworkStack _stack;
    private readonly NetworkCard _card;
    private readonly TextOutput? _messages;
    private readonly Semaphore _resumed;

    /// <summary>Its owner may take frames, poll and use the stack.</summary>
    private readonly Mutex _turn;

    /// <summary>Wakes the background thread.</summary>
    private readonly Semaphore _rested;

    /// <summary>In counts of the processor's counter, which costs less to read than the time.</summary>
    private readonly ulong _budgetCounts;
    private readonly ulong _watchCounts;

    private bool _paused;
    private bool _resting;
    private ulong _switchesOfOthers;
    private int _restsSinceOthers;
    private ulong _watched;
    private ulong _linkChanges;

    /// <summary>Makes the body; <see cref="Scheduler.CreateThread"/> makes it run. Boot context.</summary>
    /// <param name="scheduler">Whose thread will run it.</param>
    /// <param name="frames">Where received frames come from; this thread and its background thread are the only consumers.</param>
    /// <param name="stack">What deals with them; the two threads are its only users.</param>
    /// <param name="messages">Where it says what was wrong with the card; null for nowhere.</param>
    public ProtocolThread(Scheduler scheduler, FrameQueue frames, NetworkStack stack, TextOutput? messages = null)
    {
        _scheduler = scheduler;
        _frames = frames;
        _stack = stack;
        _pool = frames.Pool;
        _card = stack.Card;
        _messages = messages;
        _budgetCounts = scheduler.Processor.TimestampFrequency / (Clock.NanosecondsPerSecond / BudgetNanoseconds);
        _watchCounts = scheduler.Processor.TimestampFrequency / (Clock.NanosecondsPerSecond / WatchNanoseconds);
        _resumed = new Semaphore(scheduler, "net resume", 0, 1);
        _turn = new Mutex(scheduler, "protocols");
        _rested = new Semaphore(scheduler, "net overload", 0, 1);
    }

    /// <summary>The pool of the frames' buffers.</summary>
    public BufferPool ReceivePool => _pool;

    /// <summary>Frames taken out of the queue since boot.</summary>
    public ulong FramesTaken { get; private set; }

    /// <summary>Those of them that the background thread has taken.</summary>
    public ulong FramesTakenInRests { get; private set; }

    /// <summary>Rests in which the background thread had to rest too, because other threads had something to do.</summary>
    public ulong QuietRests { get; private set; }

    /// <summary>How often its budget was used up.</summary>
    public ulong Rests { get; private set; }

    /// <summary>Frames that wait in the queue now. Any context.</summary>
    public int FramesWaiting => _frames.Count;

    /// <summary>Whether it takes no frames. Any context.</summary>
    public bool IsPaused => System.Threading.Volatile.Read(ref _paused);

    /// <summary>Lets it take no more frames; one that it has begun is finished. Any context.</summary>
    /// <returns>False if it is paused already.</returns>
    public bool Pause()
    {
        bool changes = !IsPaused;
        System.Threading.Volatile.Write(ref _paused, true);
        _frames.Announce();
        return changes;
    }

    /// <summary>Lets it take frames again. Any context.</summary>
    /// <returns>False if it isn't paused.</returns>
    public bool Resume()
    {
        bool changes = IsPaused;
        System.Threading.Volatile.Write(ref _paused, false);
        _resumed.Release();
        return changes;
    }

    /// <summary>
    /// Takes frames for ever; ends only if its waiting is called off. If a thread that ran this was killed, whatever it was changing at
    /// that moment is forgotten.
    /// </summary>
    /// <param name="context">The right to wait.</param>
    public override void Run(ThreadContext context)
    {
        _resting = false;
        _scheduler.Current.IsBackground = true;
        if (!TakeTurn(context))
        {
            return;
        }

        _stack.Restart();
        _card.GatherAnswers(false);
        bool goesOn = true;
        while (goesOn)
        {
            ulong now = _scheduler.Processor.Timestamp;
            if (now - _watched >= _watchCounts || _card.LinkChanges != _linkChanges)
            {
                Watch(now);
            }

            goesOn = IsPaused ? WaitPaused(context)
                : WorkForOneBudget(now) ? Rest(context)
                : WaitForFrames(context);
        }
    }

    /// <summary>Goes on with the frames while the important thread rests, for ever; ends only if its waiting is called off. Background
    /// thread.</summary>
    /// <param name="context">The right to wait.</param>
    internal void RunInBackground(ThreadContext context)
    {
        _scheduler.Current.IsBackground = true;
        while (_rested.Wait(context) == WaitResult.Signalled)
        {
            while (IsResting && !IsPaused && TakeTurn(context))
            {
                bool found = true;
                _card.GatherAnswers(true);
                while (found && IsResting && !IsPaused)
                {
                    bool handled = TryHandleNext();
                    FramesTakenInRests += handled ? 1UL : 0;
                    found = handled || TryPoll() || _card.NeedsPolling;
                }

                _card.GatherAnswers(false);
                _turn.Unlock(context);
                if (!found && _frames.Wait(context, RestNanoseconds) != WaitResult.Signalled)
                {
                    break;
                }
            }
        }
    }

    /// <summary>Deals with the oldest frame in the queue, paused or not. The thread that has the turn.</summary>
    /// <returns>False if there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryHandleNext()
    {
        if (!_frames.TryDequeue(out ReceivedFrame frame, out Span<byte> buffer))
        {
            return false;
        }

        FramesTaken++;
        BufferHandle owned = frame.Buffer;
        if ((uint)(frame.Length - 1) < (uint)buffer.Length)
        {
            _stack.Process(buffer.Slice(0, frame.Length), frame.Checks, ref owned);
        }
        else
        {
            _stack.CountLost();
        }

        // A service that keeps the buffer has taken the handle out of the variable.
        if (!owned.IsNone)
        {
            _pool.Return(owned);
        }

        return true;
    }

    private bool IsResting => System.Threading.Volatile.Read(ref _resting);

    private bool TakeTurn(ThreadContext context) =>
        _turn.Lock(context) is LockResult.Locked or LockResult.LockedAbandoned or LockResult.AlreadyOwned;

    /// <summary>Polls the card, if it raises no interrupts.</summary>
    private bool TryPoll() => _card.NeedsPolling && _card.Poll(PollBudget) != 0;

    /// <summary>Works until nothing is left or the budget is.</summary>
    /// <param name="begun">When it began, by the processor's counter.</param>
    /// <returns>True if the budget was used up first.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool WorkForOneBudget(ulong begun)
    {
        _card.GatherAnswers(true);
        bool isUsedUp = false;
        for (ulong handled = 1; !IsPaused && !isUsedUp && (TryHandleNext() || TryPoll()); handled++)
        {
            isUsedUp = handled % FramesBetweenClockReads == 0 && _scheduler.Processor.Timestamp - begun >= _budgetCounts;
        }

        _card.GatherAnswers(false);
        return isUsedUp;
    }

    private bool Rest(ThreadContext context)
    {
        Rests++;
        _stack.RunTimers();
        System.Threading.Volatile.Write(ref _resting, true);
        _turn.Unlock(context);
        if (!IsSystemBusy())
        {
            _rested.Release();
        }
        else
        {
            QuietRests++;
        }

        WaitResult wait = _scheduler.Sleep(context, RestNanoseconds);
        System.Threading.Volatile.Write(ref _resting, false);
        return wait == WaitResult.TimedOut && TakeTurn(context);
    }

    /// <summary>Whether threads that have something to do have run since one of the last times that this was asked; one of them alone
    /// doesn't tell of a thread that waits for a slow disk.</summary>
    private bool IsSystemBusy()
    {
        ulong others = _scheduler.ForegroundSwitches;
        _restsSinceOthers = others == _switchesOfOthers ? _restsSinceOthers + 1 : 0;
        _switchesOfOthers = others;
        return _restsSinceOthers < QuietRestsOfAnIdleSystem;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool WaitForFrames(ThreadContext context)
    {
        ulong nextTimer = _stack.RunTimers();
        if (_card.NeedsPolling)
        {
            // Frames came after the poll that found none.
            return true;
        }

        return _frames.Wait(context, Math.Min(nextTimer, WatchNanoseconds)) is WaitResult.Signalled or WaitResult.TimedOut;
    }

    /// <summary>Nothing is taken out of the queue; but a card that has to be polled goes on being emptied, into the pool while there is
    /// something left of it.</summary>
    private bool WaitPaused(ThreadContext context)
    {
        if (_card.NeedsPolling)
        {
            _card.Poll(PollBudget);
        }

        WaitResult wait = _resumed.Wait(context, _card.NeedsPolling ? PausedPollNanoseconds : WatchNanoseconds);
        return wait is WaitResult.Signalled or WaitResult.TimedOut;
    }

    /// <summary>Reports a link that has come or gone, and has the card check itself if it is time.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Watch(ulong now)
    {
        ulong changes = _card.LinkChanges;
        if (changes != _linkChanges)
        {
            _linkChanges = changes;
            _messages?.WriteLine($"network: {_card.Id}: the link is {(_card.LinkUp ? "up" : "DOWN")}");
        }

        if (now - _watched < _watchCounts)
        {
            return;
        }

        _watched = now;
        NetworkFault found = _card.Watch();
        if ((found & NetworkFault.NoInterrupts) != 0)
        {
            _messages?.WriteLine($"network: {_card.Id}: frames had arrived and no interrupt: allowed again");
        }

        if ((found & NetworkFault.TransmitterStopped) != 0)
        {
            _messages?.WriteLine($"network: {_card.Id}: the transmitter had stopped: started again");
        }
    }
}
