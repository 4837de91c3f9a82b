using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Core;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>
/// One run of a scenario, with an eye on everything: at each moment at which the kernel lifts its mask, and at the end of each interrupt
/// handler, the books must be right, and
/// what has changed since the last moment must have a cause.
/// </summary>
/// <remarks>
/// Between two such moments one operation at most has its effect, for each does all it does in one masked section. The choices are made
/// there as well: no interrupt, or which one. When nothing can run
/// time moves on to the next deadline; without one the run is over.
/// </remarks>
internal sealed class Run : IDisposable
{
    /// <summary>Of a request that waits for a while, in nanoseconds.</summary>
    public const ulong Timeout = 1000 * Scheduler.QuantumNanoseconds;

    private const int MaxMoments = 5000;
    private const int SupervisorPriority = 31;
    private readonly Scenario _scenario;
    private readonly Choices _choices;
    private readonly KernelBench _bench;
    private readonly Subject _subject;
    private readonly List<string>? _schedule;
    private readonly KernelThread? _supervisor;
    private Effect? _effect;
    private int _arrivals;
    private int _interrupts;
    private int _freeBeforeRefusal;
    private bool _looking;
    private bool _raising;

    /// <summary>Gets a run ready.</summary>
    /// <param name="scenario">Of what.</param>
    /// <param name="choices">Decides.</param>
    /// <param name="schedule">Gets a line for all that happens; null for speed.</param>
    public Run(Scenario scenario, Choices choices, List<string>? schedule = null)
    {
        _scenario = scenario;
        _choices = choices;
        _schedule = schedule;
        _bench = new KernelBench(PlanLine.Pool(Subject.Name, "test", scenario.Kind, KernelBench.BufferSize, Subject.Count));
        _subject = scenario.Make(_bench);
        for (int i = 0; i < scenario.HandlerHolds; i++)
        {
            Handler.Held.Add(_subject.TryRent().Buffer);
        }

        if (scenario.HasSupervisor)
        {
            var supervisor = new Supervisor(_bench.Scheduler, new TextCapture());
            Scheduler.CreateThread("supervisor", SupervisorPriority, supervisor, _bench.Stack(0), out _supervisor);
            supervisor.SetThread(_supervisor);
        }

        for (int i = 0; i < scenario.Threads.Count; i++)
        {
            (int priority, Act[] acts) = scenario.Threads[i];
            var actor = new Actor(Scenario.NameOf(i));
            actor.Thread = _bench.Thread(actor.Name, priority, context => Follow(actor, acts, context));
            Actors.Add(actor);
        }
    }

    public Scheduler Scheduler => _bench.Scheduler;

    /// <summary>The threads.</summary>
    public List<Actor> Actors { get; } = new();

    public Actor Handler { get; } = new("the handler");

    /// <summary>How waits have ended.</summary>
    public HashSet<Outcome> Outcomes { get; } = new();

    /// <summary>Moments at which an interrupt could come.</summary>
    public int Moments { get; private set; }

    public bool SomeoneWaitsBriefly => Actors.Any(actor => actor.Waits && actor.Deadline != Clock.Forever);

    /// <summary>Whether a thread stands ready behind the running one, with the same priority.</summary>
    public bool AnEqualIsReady =>
        Actors.Any(actor => actor.Thread!.State == ThreadState.Ready && actor.Thread.Priority == Scheduler.Current.Priority);

    private IEnumerable<Actor> Everyone => Actors.Append(Handler);

    /// <summary>Runs to the end, or throws what is wrong.</summary>
    public void Execute()
    {
        _bench.Processor.Unmasked = Pause;
        _bench.Processor.Resting = Rest;
        try
        {
            Scheduler.Start();
        }
        catch (OverException)
        {
        }

        CheckTheEnd();
    }

    public void Dispose() => _bench.Dispose();

    public Actor After(Actor actor) => Actors[(Actors.IndexOf(actor) + 1) % Actors.Count];

    public void Rent(Actor actor, ThreadContext context, ulong timeout)
    {
        Effect effect = BeginRent(actor);
        actor.Deadline = timeout == Clock.Forever ? Clock.Forever : _bench.Processor.Now + timeout;
        EndRent(actor, _subject.Rent(context, timeout), effect);
    }

    public void TryRent(Actor actor)
    {
        Effect effect = BeginRent(actor);
        EndRent(actor, _subject.TryRent(), effect);
    }

    public void Return(Actor actor) => Return(actor, damage: false);

    /// <summary>The last buffer of all may go with it: then all who wait are told.</summary>
    public void OverrunAndReturn(Actor actor) => Return(actor, damage: true);

    public void ReturnAgain(Actor actor)
    {
        if (!actor.Returned.IsNone)
        {
            _freeBeforeRefusal = Unobserved(() => _subject.Free);
            Begin(new Effect(null, IsRefusal: true));
            ReturnError error = _subject.Return(actor.Returned);
            Require(error == ReturnError.StaleHandle, $"{actor.Name} returned a buffer twice and was told {error}");
        }
    }

    public void Cancel(Actor target)
    {
        bool waited = target.Thread!.State == ThreadState.Waiting;
        Begin(new Effect(Outcome.Cancelled, target));
        bool called = Scheduler.CancelWait(target.Thread);
        Require(called == waited, $"calling off the wait of {target.Name} said {called}");
    }

    public void Kill(Actor target)
    {
        bool over = target.IsOver;
        Begin(new Effect(Outcome.Died, target));
        KillError error = Scheduler.Kill(target.Thread!);
        Require(error == (over ? KillError.Ended : KillError.None), $"killing {target.Name} said {error}");
    }

    /// <summary>Moves time beyond every deadline.</summary>
    public void Expire()
    {
        _bench.Processor.Now += Timeout;
        Begin(new Effect(Outcome.TimedOut));
        Scheduler.ServeTimer(_bench.Processor.Now);
    }

    public void EndQuantum()
    {
        _bench.Processor.Now += Scheduler.QuantumNanoseconds;
        Scheduler.ServeTimer(_bench.Processor.Now);
    }

    private void Follow(Actor actor, Act[] acts, ThreadContext context)
    {
        foreach (Act act in acts)
        {
            _schedule?.Add($"{actor.Name} {act.Name}");
            act.Do(this, actor, context);
        }

        actor.IsDone = true;
    }

    private Effect BeginRent(Actor actor)
    {
        actor.IsRenting = true;
        actor.WaitEnd = null;
        return Begin(new Effect(null));
    }

    private void EndRent(Actor actor, Rental rental, Effect effect)
    {
        _schedule?.Add(
            $"{actor.Name} is told {rental.Error}{(rental.Error == RentError.None ? $" and has buffer {rental.Buffer.Index}" : "")}");
        actor.IsRenting = false;
        switch (actor.WaitEnd)
        {
            case null:
                Require(!actor.Waits, $"{actor.Name} runs, though nothing has ended its wait");
                bool isEmpty = effect.FreeAfter == 0 || (effect.FreeAfter < 0 && Unobserved(() => _subject.Free) == 0);
                RentError refusal = Unobserved(() => _subject.Quarantined) == Subject.Count ? RentError.NoneLeft : RentError.Empty;
                Require(rental.Error == RentError.None || (isEmpty && (rental.Error == RentError.Empty || rental.Error == refusal)),
                    $"{actor.Name} did not wait and was told {rental.Error}");
                break;
            case Outcome end:
                RentError expected = end switch
                {
                    Outcome.HandedOver => RentError.None,
                    Outcome.TimedOut => RentError.TimedOut,
                    Outcome.Cancelled => RentError.Cancelled,
                    Outcome.NoneLeft => RentError.NoneLeft,
                    _ => throw new InvalidOperationException("The dead report nothing."),
                };
                Require(rental.Error == expected, $"the wait of {actor.Name} has ended as {end}, but it was told {rental.Error}");
                break;
        }

        if (rental.Error == RentError.None)
        {
            Require(!rental.Buffer.IsNone, $"{actor.Name} was given no handle");
            Actor? other = Everyone.FirstOrDefault(one => !IsGone(one) && one.Held.Any(handle => handle.Index == rental.Buffer.Index));
            Require(other is null, $"buffer {rental.Buffer.Index} was given to {actor.Name}, but {other?.Name} has it");
            actor.Held.Add(rental.Buffer);
        }
    }

    private void Return(Actor actor, bool damage)
    {
        if (actor.Held.Count == 0)
        {
            return;
        }

        BufferHandle buffer = actor.Held[0];
        ReturnError expected = ReturnError.None;
        bool isLast = false;
        if (damage)
        {
            _subject.Damage(buffer);
            expected = ReturnError.Overrun;
            isLast = Unobserved(() => _subject.Quarantined) == Subject.Count - 1;
        }

        actor.Held.RemoveAt(0);
        actor.Returned = buffer;
        Begin(new Effect(!damage ? Outcome.HandedOver : isLast ? Outcome.NoneLeft : null));
        ReturnError error = _subject.Return(buffer);
        Require(error == expected, $"{actor.Name} returned buffer {buffer.Index} and was told {error}");
    }

    private Effect Begin(Effect effect)
    {
        _effect = effect;
        return effect;
    }

    /// <summary>An interrupt could come, and after it another.</summary>
    private void Pause()
    {
        if (_looking || _raising || !Scheduler.IsStarted)
        {
            return;
        }

        do
        {
            Look();
        }
        while (Choose());
    }

    /// <summary>Nothing can run.</summary>
    private void Rest()
    {
        Look();
        if (Actors.All(actor => actor.IsOver))
        {
            throw new OverException();
        }

        if (Choose())
        {
            return;
        }

        if (!SomeoneWaitsBriefly)
        {
            throw new OverException();
        }

        Raise(Interruption.Timeout);
    }

    /// <summary>Lets an interrupt come, or none.</summary>
    /// <returns>Whether one has.</returns>
    private bool Choose()
    {
        if (_interrupts == _scenario.MaxInterrupts)
        {
            return false;
        }

        Interruption[] possible = [.. _scenario.Interruptions.Where(interruption => interruption.CanCome(this))];
        int choice = possible.Length == 0 ? 0 : _choices.Next(possible.Length + 1);
        if (choice == 0)
        {
            return false;
        }

        _interrupts++;
        Raise(possible[choice - 1]);
        return true;
    }

    private void Raise(Interruption interruption)
    {
        _schedule?.Add($"  interrupt in {(Scheduler.Current.Id == 0 ? "the idle thread" : Scheduler.Current.Name)}: {interruption.Name}");
        _raising = true;
        _bench.Processor.Interrupt(() =>
        {
            _raising = false;
            interruption.Handle(this);
            Look();
        });
    }

    /// <summary>Compares what is with what was, and with what was done in between.</summary>
    private void Look()
    {
        _looking = true;
        Require(++Moments <= MaxMoments, "the run does not come to an end");
        Effect? effect = _effect;
        _effect = null;
        int free = _subject.Free;
        if (effect is not null)
        {
            effect.FreeAfter = free;
            Require(!effect.IsRefusal || free == _freeBeforeRefusal, "a refused return has changed something");
        }

        CheckBooks(free);
        CheckWaits(effect);
        Actor? hungry = free == 0 ? null : Actors.FirstOrDefault(actor => actor.Waits);
        Require(hungry is null, $"{hungry?.Name} waits, and {free} are free");
        _looking = false;
    }

    private void CheckBooks(int free)
    {
        int inUse = _subject.InUse;
        int held = 0;
        int unknown = 0;
        foreach (Actor actor in Everyone)
        {
            bool isGone = IsGone(actor);
            held += isGone ? 0 : actor.Held.Count;
            unknown += (actor.IsRenting ? 1 : 0) + (isGone ? actor.Held.Count : 0);
            BufferHandle bad = isGone ? default : actor.Held.Find(handle => !_subject.IsRented(handle));
            Require(bad.IsNone, $"{actor.Name} has buffer {bad.Index}, but its handle is refused");
        }

        string? audit = _subject.Audit();
        Require(audit is null, audit!);
        Require(free + inUse + _subject.Quarantined == Subject.Count,
            $"{free} free, {inUse} in use and {_subject.Quarantined} quarantined make no {Subject.Count}");
        Require(inUse >= held, $"{held} are rented, but {inUse} are in use");
        Require(inUse <= held + unknown, $"{inUse} are in use, but nobody has more than {held}: one is lost");
    }

    private void CheckWaits(Effect? effect)
    {
        Actor[] waited =
            [.. Actors.Where(actor => actor.Waits).OrderByDescending(actor => actor.WaitPriority).ThenBy(actor => actor.Arrival)];
        foreach (Actor actor in Actors)
        {
            bool waits = actor.Thread!.State == ThreadState.Waiting && actor.Thread.WaitingFor == Subject.Name;
            if (waits && !actor.Waits)
            {
                actor.WaitPriority = actor.Thread.Priority;
                actor.Arrival = ++_arrivals;
            }
            else if (!waits && actor.Waits)
            {
                actor.WaitEnd = ExplainEnd(actor, effect);
                Outcomes.Add(actor.WaitEnd.Value);
                _schedule?.Add($"  the wait of {actor.Name} has ended: {actor.WaitEnd}");
            }

            actor.Waits = waits;
        }

        // Whoever holds what others wait for is raised, in its queue too, where it goes behind its new equals.
        foreach (Actor actor in Actors.Where(actor => actor.Waits && actor.Thread!.Priority != actor.WaitPriority))
        {
            actor.WaitPriority = actor.Thread!.Priority;
            actor.Arrival = ++_arrivals;
        }

        Actor[] left = [.. waited.Where(actor => !actor.Waits)];
        Actor[] served = [.. left.Where(actor => actor.WaitEnd == Outcome.HandedOver)];
        Require(served.Length <= 1, "one buffer has ended two waits");
        Require(served.Length == 0 || served[0] == waited[0],
            $"{(served.Length == 0 ? "" : served[0].Name)} was served, "
            + $"but it was the turn of {(waited.Length == 0 ? "" : waited[0].Name)}");
        Actor[] due = effect?.Ends switch
        {
            Outcome.HandedOver => [.. waited.Take(1)],
            Outcome.TimedOut => [.. waited.Where(actor => actor.Deadline <= _bench.Processor.Now)],
            Outcome.Cancelled or Outcome.Died => [.. waited.Where(actor => actor == effect.Target)],
            Outcome.NoneLeft => waited,
            _ => left,
        };
        Actor? forgotten = due.Except(left).FirstOrDefault();
        Require(forgotten is null, $"{forgotten?.Name} goes on waiting in spite of {effect?.Ends}");
    }

    private Outcome ExplainEnd(Actor actor, Effect? effect)
    {
        if (actor.IsOver)
        {
            Require(effect?.Ends == Outcome.Died && effect.Target == actor, $"{actor.Name} died of nothing");
            return Outcome.Died;
        }

        // The supervisor returns what the dead held.
        Outcome? end = effect?.Ends ?? (effect is null && Scheduler.Current == _supervisor ? Outcome.HandedOver : null);
        bool isMeant = end is not null && (effect?.Target is null || effect.Target == actor)
            && (end != Outcome.TimedOut || actor.Deadline <= _bench.Processor.Now);
        Require(isMeant, $"the wait of {actor.Name} has ended, and nothing was done that could end it");
        return end!.Value;
    }

    private void CheckTheEnd()
    {
        Look();
        _looking = true;
        foreach (Actor actor in Actors)
        {
            bool waitsForEver = actor.Waits && actor.Deadline == Clock.Forever;
            Require(waitsForEver || actor.IsOver, $"{actor.Name} does not go on, but is {actor.Thread!.State}");
            Require(actor.IsDone || waitsForEver || actor.Thread!.End == ThreadEnd.Killed, $"{actor.Name} has ended before its end");
        }

        int held = Everyone.Where(actor => !IsGone(actor)).Sum(actor => actor.Held.Count);
        Require(_subject.InUse == held, $"at the end {_subject.InUse} are in use, but {held} are rented");
    }

    private bool IsGone(Actor actor) => actor.IsOver && _supervisor is not null;

    private T Unobserved<T>(Func<T> look)
    {
        bool before = _looking;
        _looking = true;
        T seen = look();
        _looking = before;
        return seen;
    }

    private void Require(bool isTrue, string otherwise)
    {
        if (!isTrue)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    private sealed class OverException : Exception;
}
