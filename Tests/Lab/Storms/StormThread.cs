using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Lab.Storms;

/// <summary>One of the threads that storm the pools. It sleeps except during a storm.</summary>
public sealed class StormThread : ParkedWorker
{
    private readonly PoolStorm _storm;

    internal StormThread(Scheduler scheduler, PoolStorm storm, StormRenter renter, string name)
        : base(scheduler, "storm")
    {
        _storm = storm;
        Renter = renter;
        Name = name;
    }

    /// <summary>Its name in the plan.</summary>
    public string Name { get; }

    /// <summary>The thread; set after it was created.</summary>
    public KernelThread? Thread { get; set; }

    internal StormRenter Renter { get; }

    internal void Begin() => Start();

    /// <inheritdoc/>
    protected override void Work(ThreadContext context)
    {
        while (_storm.IsRaging)
        {
            Act(context);
        }

        Renter.ReturnAll();
        _storm.Arrive();
    }

    /// <summary>After a kill the supervisor has taken its buffers back.</summary>
    protected override void Recover() => Renter.Forget();

    private void Act(ThreadContext context)
    {
        switch (Renter.Next(16))
        {
            case <= 4 when Renter.HasRoom:
                BufferPool any = Renter.NextPool();
                Renter.Keep(any, any.TryRent());
                break;
            case <= 7 when Renter.HasRoom && Renter.NextPool() is BlockingPool pool:
                Renter.Keep(pool, pool.TryRent(context, (ulong)Renter.Next(3) * Clock.NanosecondsPerMillisecond));
                break;
            case <= 8:
                Renter.PostOne();
                break;
            case 9:
                Scheduler.Yield(context);
                break;
            case 10 when Renter.Next(64) == 0:
                Scheduler.Sleep(context, Clock.NanosecondsPerMillisecond);
                break;
            default:
                Renter.ReturnOne();
                break;
        }
    }
}
