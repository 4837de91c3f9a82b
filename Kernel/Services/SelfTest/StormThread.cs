using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.SelfTest;

/// <summary>One of the threads that storm the pools. It sleeps except during a storm.</summary>
public sealed class StormThread : ThreadBody
{
    private readonly Scheduler _scheduler;
    private readonly PoolStorm _storm;
    private readonly Semaphore _go;

    internal StormThread(Scheduler scheduler, PoolStorm storm, StormHand hand, string name)
    {
        _scheduler = scheduler;
        _storm = storm;
        Hand = hand;
        Name = name;
        _go = new Semaphore(scheduler, "storm", 0, 1);
    }

    /// <summary>Its name in the plan.</summary>
    public string Name { get; }

    /// <summary>The thread; set after it was created.</summary>
    public KernelThread? Thread { get; set; }

    internal StormHand Hand { get; }

    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        // After a kill the supervisor has taken its buffers back.
        Hand.Forget();
        while (_go.Wait(context) == WaitResult.Signalled)
        {
            while (_storm.IsRaging)
            {
                Act(context);
            }

            Hand.ReturnAll();
            _storm.Arrive();
        }
    }

    internal void Begin() => _go.Release();

    private void Act(ThreadContext context)
    {
        switch (Hand.Next(16))
        {
            case <= 4 when Hand.HasRoom:
                BufferPool any = Hand.NextPool();
                Hand.Keep(any, any.TryRent());
                break;
            case <= 7 when Hand.HasRoom && Hand.NextPool() is BlockingPool pool:
                Hand.Keep(pool, pool.TryRent(context, (ulong)Hand.Next(3) * Clock.NanosecondsPerMillisecond));
                break;
            case <= 8:
                Hand.PostOne();
                break;
            case 9:
                _scheduler.Yield(context);
                break;
            case 10 when Hand.Next(64) == 0:
                _scheduler.Sleep(context, Clock.NanosecondsPerMillisecond);
                break;
            default:
                Hand.ReturnOne();
                break;
        }
    }
}
