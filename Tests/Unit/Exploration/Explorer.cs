using System;
using System.Collections.Generic;
using System.Linq;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>
/// A model checker for the kernel's own code: runs a scenario once for every way in which its interrupts can fall, up to the scenario's
/// bound, and stops at the first run that goes wrong.
/// </summary>
/// <remarks>It keeps no states: a run is made again from its beginning for each choice, so nothing has to be known about what the code
/// keeps where.</remarks>
internal sealed class Explorer
{
    /// <summary>Runs that were made, each another one.</summary>
    public long Runs { get; private set; }

    public long Scenarios { get; private set; }

    /// <summary>Moments at which everything was checked.</summary>
    public long Moments { get; private set; }

    /// <summary>Every way in which a wait has ended.</summary>
    public HashSet<Outcome> Outcomes { get; } = new();

    /// <summary>Makes all runs of a scenario.</summary>
    /// <exception cref="ExplorationException">One goes wrong.</exception>
    public void Explore(Scenario scenario)
    {
        Scenarios++;
        var choices = new Choices();
        do
        {
            using var run = new Run(scenario, choices);
            try
            {
                run.Execute();
            }
            catch (InvalidOperationException exception)
            {
                throw (Exception?)Replay(scenario,
                    choices.ToString()) ?? new InvalidOperationException("A run has failed that succeeds when it is repeated.", exception);
            }

            Runs++;
            Moments += run.Moments;
            Outcomes.UnionWith(run.Outcomes);
        }
        while (choices.Advance());
    }

    /// <summary>Makes one run again and writes its schedule down.</summary>
    /// <returns>What goes wrong; null if nothing does.</returns>
    public static ExplorationException? Replay(Scenario scenario, string choices)
    {
        var schedule = new List<string> { scenario.ToString() };
        using var run = new Run(scenario, new Choices(choices), schedule);
        try
        {
            run.Execute();
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return new ExplorationException(scenario, exception.Message, choices,
                string.Join('\n', schedule.Append($"here: {exception.Message}")));
        }
    }
}
