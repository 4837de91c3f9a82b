using System;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>A run has gone wrong: what, and the schedule that leads there.</summary>
internal sealed class ExplorationException(Scenario scenario, string what, string choices, string schedule)
    : Exception($"{what}\nReplay with the choices \"{choices}\":\n{schedule}")
{
    public Scenario Scenario { get; } = scenario;

    public string What { get; } = what;

    public string Choices { get; } = choices;

    public string Schedule { get; } = schedule;
}
