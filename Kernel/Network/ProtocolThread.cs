using System;
using Reservoir.Devices;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Network;

/// <summary>
/// Takes received frames out of the device's queue, lets the stack deal with each where it lies, and gives its buffer back.
/// </summary>
/// <remarks>
/// While it is paused it takes nothing: frames pile up in the queue until the device's pool is empty, and then the device drops and counts them. Nothing else in
/// the system notices; which is what pausing is there to show.
/// It has a budget: when frames have kept it busy for <see cref="BudgetNanoseconds"/> without a break it rests for a timer tick, so that a flood leaves time to the threads that are less important.
/// </remarks>
public sealed class ProtocolThread : ThreadBody
{
    /// <summary>How long it may work without a break, in nanoseconds.</summary>
    public const ulong BudgetNanoseconds = 2 * Clock.NanosecondsPerMillisecond;

    /// <summary>How long it then rests at least, in nanoseconds.</summary>
    public const ulong RestNanoseconds = Clock.NanosecondsPerMillisecond;

    private const ulong FramesBetweenLooksAtTheClock = 16;

    private readonly Scheduler _scheduler;
    private readonly FrameQueue _frames;
    private readonly NetworkStack _stack;
    private readonly Semaphore _resumed;
    private bool _paused;

    /// <summary>Makes the body; <see cref="Scheduler.CreateThread"/> makes it run. Boot context.</summary>
    /// <param name="scheduler">Whose thread will run it.</param>
    /// <param name="frames">Where received frames come from; this thread is its only consumer.</param>
    /// <param name="stack">Who deals with them; this thread is its only user.</param>
    public ProtocolThread(Scheduler scheduler, FrameQueue frames, NetworkStack stack)
    {
        _scheduler = scheduler;
        _frames = frames;
        _stack = stack;
        _resumed = new Semaphore(scheduler, "net resume", 0, 1);
    }

    /// <summary>Frames taken out of the queue since boot.</summary>
    public ulong FramesTaken { get; private set; }

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
    /// Takes frames for ever; ends only if its waiting is called off. If a thread that ran this was killed, whatever it was changing at that moment is forgotten.
    /// </summary>
    /// <param name="context">The right to wait.</param>
    public override void Run(ThreadContext context)
    {
        _stack.Arp.Clear();
        WaitResult wait = WaitResult.Signalled;
        ulong begun = _scheduler.Clock.Nanoseconds;
        while (wait is WaitResult.Signalled or WaitResult.TimedOut)
        {
            if (IsPaused)
            {
                wait = _resumed.Wait(context);
                begun = _scheduler.Clock.Nanoseconds;
            }
            else if (!TryHandleNext())
            {
                wait = _frames.Wait(context, Clock.Forever);
                begun = _scheduler.Clock.Nanoseconds;
            }
            else if (FramesTaken % FramesBetweenLooksAtTheClock == 0 && _scheduler.Clock.Nanoseconds - begun >= BudgetNanoseconds)
            {
                Rests++;
                wait = _scheduler.Sleep(context, RestNanoseconds);
                begun = _scheduler.Clock.Nanoseconds;
            }
        }
    }

    /// <summary>Deals with the oldest frame in the queue, paused or not. Consumer only.</summary>
    /// <returns>False if there is none.</returns>
    public bool TryHandleNext()
    {
        if (!_frames.TryDequeue(out ReceivedFrame frame))
        {
            return false;
        }

        FramesTaken++;
        ReadOnlySpan<byte> bytes = _frames.Pool.GetSpan(frame.Buffer);
        if ((uint)(frame.Length - 1) < (uint)bytes.Length)
        {
            _stack.Process(bytes.Slice(0, frame.Length));
        }
        else
        {
            _stack.CountLost();
        }

        _frames.Pool.Return(frame.Buffer);
        return true;
    }
}
