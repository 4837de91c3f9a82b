using System;
using System.Collections.Generic;
using System.Linq;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>
/// Something that an interrupt does. To explore another one, add a line. Where it would do nothing it isn't tried: nothing would be
/// different from no interrupt at all.
/// </summary>
/// <param name="Name">Shown in schedules.</param>
/// <param name="CanCome">Whether it would do something now.</param>
/// <param name="Handle">The interrupt handler.</param>
internal sealed record Interruption(string Name, Func<Run, bool> CanCome, Action<Run> Handle)
{
    public static readonly Interruption Timeout = new("the time is up", run => run.SomeoneWaitsBriefly, run => run.Expire());
    public static readonly Interruption QuantumEnd = new("the quantum is over", run => run.AnEqualIsReady, run => run.EndQuantum());
    public static readonly Interruption Rent =
        new("a handler rents", run => run.Handler.Held.Count < Subject.Count, run => run.TryRent(run.Handler));
    public static readonly Interruption Return =
        new("a handler returns", run => run.Handler.Held.Count > 0, run => run.Return(run.Handler));

    /// <summary>Each thread's wait called off.</summary>
    public static readonly Interruption[] Cancels =
        ForEachThread("a handler calls off the wait of", actor => actor.Waits, (run, actor) => run.Cancel(actor));

    /// <summary>Each thread's death.</summary>
    public static readonly Interruption[] Kills = ForEachThread("a handler kills", actor => !actor.IsOver, (run, actor) => run.Kill(actor));

    /// <summary>All but the deaths, which need a supervisor.</summary>
    public static readonly Interruption[] Usual = [Timeout, QuantumEnd, Rent, Return, .. Cancels];

    public static readonly Interruption[] Deadly = [Timeout, QuantumEnd, Return, .. Kills];

    private static Interruption[] ForEachThread(string name, Func<Actor, bool> canCome, Action<Run, Actor> handle)
    {
        IEnumerable<int> threads = Enumerable.Range(0, Scenario.MaxThreads);
        return [.. threads.Select(i =>
            new Interruption($"{name} {Scenario.NameOf(i)}", run => i < run.Actors.Count && canCome(run.Actors[i]), run =>
            handle(run, run.Actors[i])))];
    }
}
