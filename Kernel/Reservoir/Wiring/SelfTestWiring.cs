using System;
using Reservoir.SelfTest;
using Reservoir.Threads;

namespace Reservoir.Wiring;

/// <summary>Self-tests, on pools and threads of their own. Boot context.</summary>
internal sealed class SelfTestWiring
{
    public SelfTestWiring(Scheduler scheduler, Reservations reservations, ConsoleWiring console)
    {
        var fixture = new SelfTestFixture(
            scheduler,
            reservations.Memory,
            reservations.Pools,
            reservations.NonBlockingPool("selftest-refuse"),
            reservations.BlockingPool("selftest-wait"),
            reservations.NonBlockingPool("selftest-damage"));
        fixture.Low.Thread = reservations.Thread(fixture.Low.Name, Priorities.SelfTestLow, fixture.Low, Reservations.ServiceRestarts);
        fixture.High.Thread = reservations.Thread(fixture.High.Name, Priorities.SelfTestHigh, fixture.High, Reservations.ServiceRestarts);
        SelfTests = new SelfTestRunner(fixture);

        Storm = new PoolStorm(scheduler, reservations.Pools);
        for (int i = 0; i < PoolStorm.ThreadCount; i++)
        {
            StormThread body = Storm.Threads[i];
            body.Thread = reservations.Thread(body.Name, Priorities.Storm + Math.Max(0, i - 1), body, Reservations.ServiceRestarts);
        }

        Killer = new ThreadKiller(scheduler, console.Input.Log.CreateWriter());
        reservations.Thread("killer", Priorities.Killer, Killer, Reservations.ServiceRestarts);

        for (int i = 0; i < Victims.Length; i++)
        {
            Victims[i] = new Victim(scheduler, (FaultKind)i);
            Victims[i].Thread = reservations.Thread(Victims[i].Name, Priorities.Victim, Victims[i]);
        }
    }

    /// <summary>The promises that are checked at every boot.</summary>
    public SelfTestRunner SelfTests { get; }

    /// <summary>Threads and the timer against all pools.</summary>
    public PoolStorm Storm { get; }

    /// <summary>Kills any thread, again and again.</summary>
    public ThreadKiller Killer { get; }

    /// <summary>Threads that make a mistake on request.</summary>
    public Victim[] Victims { get; } = new Victim[(int)FaultKind.Stack + 1];
}
