using Cosmos.Common;
using Reservoir.Lab.Storms;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Lab.Victims;

/// <summary>
/// Kills one thread again and again, each time after a while without pattern, so that it dies wherever it happens to be: at work in a
/// service, in a wait, with buffers and mutexes.
/// </summary>
/// <remarks>It sleeps except during that. All but the supervisor are less important, so the timer's interrupt lets it strike between any
/// two instructions that do not hold interrupts off.</remarks>
[AllocationFree]
public sealed class ThreadKiller : ParkedWorker
{
    /// <summary>The most deaths of one request.</summary>
    public const int MostTimes = 500;

    private const int ShortestNanoseconds = 100_000;
    private const int LongestNanoseconds = 4_000_000;

    private readonly TextOutput _messages;
    private RandomSequence _random = new(0x5EED);
    private KernelThread? _target;
    private int _times;

    /// <summary>Makes the body. Boot context.</summary>
    /// <param name="scheduler">Whose threads.</param>
    /// <param name="messages">Where it says what it has done.</param>
    public ThreadKiller(Scheduler scheduler, TextOutput messages)
        : base(scheduler, "killer")
    {
        _messages = messages;
    }

    /// <summary>Begins. Thread context.</summary>
    /// <param name="target">The thread to kill.</param>
    /// <param name="times">How often, 1 to <see cref="MostTimes"/>.</param>
    /// <returns>False if it is busy with another, or the number is out of range; nothing has changed.</returns>
    public bool Begin(KernelThread target, int times)
    {
        nuint state = Scheduler.Processor.MaskInterrupts();
        bool begins = System.Threading.Volatile.Read(ref _target) is null && times is >= 1 and <= MostTimes;
        if (begins)
        {
            _times = times;
            _target = target;
            Start();
        }

        Scheduler.Processor.RestoreInterrupts(state);
        return begins;
    }

    /// <inheritdoc/>
    protected override void Work(ThreadContext context)
    {
        if (_target is { } target)
        {
            KillRepeatedly(context, target);
        }

        _target = null;
    }

    /// <inheritdoc/>
    protected override void Recover() => _target = null;

    private void KillRepeatedly(ThreadContext context, KernelThread target)
    {
        int killed = 0;
        int atWork = 0;
        KillError error = KillError.None;
        while (killed < _times && error == KillError.None)
        {
            Scheduler.Sleep(context, (ulong)(ShortestNanoseconds + _random.Next(LongestNanoseconds - ShortestNanoseconds)));
            bool works = target.State != ThreadState.Waiting;
            error = Scheduler.Kill(target);
            if (error == KillError.None)
            {
                killed++;
                atWork += works ? 1 : 0;
            }
        }

        if (error == KillError.Indispensable)
        {
            _messages.WriteLine($"killer: {target.Name} can't be killed: the system can't do without it");
        }
        else
        {
            _messages.WriteLine($"killer: {target.Name} died {killed} times of {_times}, {atWork} of them at work and not in a wait");
        }
    }
}
