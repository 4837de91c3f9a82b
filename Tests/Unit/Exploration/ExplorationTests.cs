using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Core;
using Xunit;
using Xunit.Abstractions;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>
/// The kernel's pools, semaphore and scheduler under every interleaving of up to three threads and their interrupts, up to a bound on the
/// interrupts in a run. A soak run has one interrupt more.
/// </summary>
public sealed class ExplorationTests(ITestOutputHelper output, Report report) : IClassFixture<Report>
{
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("RESERVOIR_SOAK") == "1";

    [Fact]
    public void TwoThreadsAtABlockingPoolWithOneBufferLeft()
    {
        Explorer explorer = Explore(Scenarios.All(PoolSubject.Blocking, 2, Scenarios.Scripts, 1, Interruption.Usual, Bound(2)));
        Assert.Superset(new HashSet<Outcome> { Outcome.HandedOver, Outcome.TimedOut, Outcome.Cancelled }, explorer.Outcomes);
    }

    [Fact]
    public void ThreeThreadsAtABlockingPool()
    {
        Explorer explorer = Explore(Scenarios.All(PoolSubject.Blocking, 3, Scenarios.Scripts[..3], 2, Interruption.Usual, Bound(2)));
        Assert.Superset(new HashSet<Outcome> { Outcome.HandedOver, Outcome.TimedOut, Outcome.Cancelled }, explorer.Outcomes);
    }

    [Fact]
    public void ThreadsThatDie()
    {
        Explorer explorer = Explore(Scenarios.All(PoolSubject.Blocking, 2, Scenarios.Deadly, 1, Interruption.Deadly, Bound(2)));
        Assert.Superset(new HashSet<Outcome> { Outcome.HandedOver, Outcome.TimedOut, Outcome.Died }, explorer.Outcomes);
    }

    [Fact]
    public void ThreadsThatDamageBuffers()
    {
        Explorer explorer = Explore(Scenarios.All(PoolSubject.Blocking, 3, Scenarios.Damaging, 0, Interruption.Usual, Bound(2)));
        Assert.Superset(new HashSet<Outcome> { Outcome.HandedOver, Outcome.TimedOut, Outcome.NoneLeft }, explorer.Outcomes);
    }

    [Fact]
    public void ThreadsAtAPoolThatDoesNotWait()
    {
        Act[][] scripts =
            [[Act.TryRent, Act.Yield, Act.Return, Act.ReturnAgain], [Act.TryRent, Act.TryRent, Act.Return, Act.OverrunAndReturn]];
        IEnumerable<Scenario> scenarios = Scenarios.All(PoolSubject.NonBlocking, 3, scripts, 0, Interruption.Usual, Bound(2));
        Assert.Empty(Explore(scenarios.Select(scenario => scenario with { Kind = PoolKind.NonBlocking })).Outcomes);
    }

    [Fact]
    public void ThreadsAtASemaphore()
    {
        Explorer explorer = Explore(Scenarios.All(SemaphoreSubject.Create, 3, Scenarios.Scripts[..2], 2, Interruption.Usual, Bound(2)));
        Assert.Superset(new HashSet<Outcome> { Outcome.HandedOver, Outcome.TimedOut, Outcome.Cancelled }, explorer.Outcomes);
    }

    [Theory]
    [InlineData(Flaw.WakesWithoutHandingOver, "waits, and 1 are free|was told Empty")]
    [InlineData(Flaw.LooksOutsideTheMask, "waits, and 1 are free")]
    [InlineData(Flaw.ServesTheLast, "was the turn of")]
    [InlineData(Flaw.IgnoresPriority, "was the turn of")]
    [InlineData(Flaw.HandsToOneThatGaveUp, "one is lost")]
    [InlineData(Flaw.TakesAfterTimeout, "has ended as TimedOut, but it was told None")]
    [InlineData(Flaw.HonoursOldHandles, "nothing was done that could end it|handle is refused|has changed something")]
    [InlineData(Flaw.ForgetsTimeouts, "in spite of TimedOut")]
    public void AFlawIsFoundAndItsScheduleCanBeReplayed(Flaw flaw, string complaint)
    {
        ExplorationException found = Assert.Throws<ExplorationException>(() => Explore(ForFlaws(flaw)));
        output.WriteLine(found.Message);
        Assert.Matches(complaint, found.What);
        ExplorationException? again = Explorer.Replay(found.Scenario, found.Choices);
        Assert.Equal(found.Message, again?.Message);
    }

    [Fact]
    public void TheSameWithoutAFlawPasses() => Explore(ForFlaws(Flaw.None));

    [Fact]
    public void ChoicesWalkThroughATreeWithoutMissingOrRepeatingARun()
    {
        var choices = new Choices();
        var runs = new List<string>();
        do
        {
            int first = choices.Next(3);
            string run = $"{first}";
            for (int i = 0; i < first; i++)
            {
                run += choices.Next(2);
            }

            runs.Add(run);
        }
        while (choices.Advance());

        Assert.Equal(["0", "10", "11", "200", "201", "210", "211"], runs);
    }

    private static IEnumerable<Scenario> ForFlaws(Flaw flaw) =>
        Scenarios.All(MakeshiftSubject.With(flaw), 3, Scenarios.Scripts[1..4], 2, Interruption.Usual, 1);

    private static int Bound(int usual) => s_isSoak ? usual + 1 : usual;

    private Explorer Explore(IEnumerable<Scenario> scenarios, [CallerMemberName] string test = "")
    {
        var clock = Stopwatch.StartNew();
        var explorer = new Explorer();
        int bound = 0;
        foreach (Scenario scenario in scenarios)
        {
            explorer.Explore(scenario);
            bound = scenario.MaxInterrupts;
        }

        output.WriteLine(
            $"figures: {explorer.Runs:N0} interleavings of {explorer.Scenarios:N0} scenarios with at most {bound} interrupts each, "
            + $"{explorer.Moments:N0} moments checked, 0 wrong");
        report.Say(
            $"explorer, {test}: {explorer.Runs} interleavings of {explorer.Scenarios} scenarios with at most {bound} interrupts each, "
            + $"{explorer.Moments} moments checked, {explorer.Runs / clock.Elapsed.TotalSeconds:F0} a second");
        return explorer;
    }
}
