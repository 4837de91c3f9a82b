using System;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>One step of a thread. To explore another one, add a line.</summary>
/// <param name="Name">Shown in schedules.</param>
/// <param name="Do">Does it.</param>
internal sealed record Act(string Name, Action<Run, Actor, ThreadContext> Do)
{
    public static readonly Act Rent = new("rents", (run, actor, context) => run.Rent(actor, context, Clock.Forever));
    public static readonly Act RentBriefly = new("rents with a timeout", (run, actor, context) => run.Rent(actor, context, Run.Timeout));
    public static readonly Act TryRent = new("tries to rent", (run, actor, _) => run.TryRent(actor));
    public static readonly Act Return = new("returns", (run, actor, _) => run.Return(actor));
    public static readonly Act ReturnAgain = new("returns what it has returned before", (run, actor, _) => run.ReturnAgain(actor));
    public static readonly Act OverrunAndReturn = new("writes over the end and returns", (run, actor, _) => run.OverrunAndReturn(actor));
    public static readonly Act Cancel = new("calls the next thread's wait off", (run, actor, _) => run.Cancel(run.After(actor)));
    public static readonly Act Kill = new("kills the next thread", (run, actor, _) => run.Kill(run.After(actor)));
    public static readonly Act Yield = new("yields", (run, _, context) => run.Scheduler.Yield(context));
}
