using System;
using System.Collections.Generic;
using Cosmos.Common;
using Reservoir.SelfTest;
using Reservoir.Shell;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Shell;

public sealed class ShellThreadTests : IDisposable
{
    private readonly ShellBench _bench = new();
    private readonly FakeScratch _scratch = new();
    private readonly List<string> _ran = [];

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void TheStepsRunInTheirOrderBeforeTheFirstPrompt()
    {
        Run(Step("first"), Step("second"));
        Assert.Equal(new[] { "first", "second" }, _ran);
        Assert.StartsWith("first\nsecond\nboot took ", _bench.Output.Text);
        Assert.EndsWith("'help' lists the commands\nreservoir> ", _bench.Output.Text);
    }

    [Fact]
    public void MessagesOfTheBootAreShownBehindTheStepsAndBeforeThePrompt()
    {
        _bench.Input.Messages = "the cable is out\n";
        Run(Step("first"));
        Assert.StartsWith("first\nthe cable is out\nboot took ", _bench.Output.Text);
    }

    [Fact]
    public void TheBootSaysHowLongItTook()
    {
        _bench.Bench.Workshop.Processor.Now = 12 * Clock.NanosecondsPerMillisecond;
        Run();
        Assert.Contains("boot took 12 ms", _bench.Output.Text);
    }

    [Fact]
    public void AThreadThatIsStartedAgainBeginsAtThePrompt()
    {
        ShellThread thread = Create(Step("first"));
        thread.Run(default);
        _bench.Output.Clear();
        thread.Run(default);
        Assert.Equal("reservoir> ", _bench.Output.Text);
        Assert.Equal(new[] { "first" }, _ran);
        Assert.Equal(2, _scratch.Uses);
    }

    [Fact]
    public void AThreadThatDiedInAStepDoesNotRunItAgain()
    {
        ShellThread thread = Create(new FakeStep(() => throw new InvalidOperationException()));
        Assert.Throws<InvalidOperationException>(() => thread.Run(default));
        thread.Run(default);
        Assert.Equal("reservoir> ", _bench.Output.Text);
    }

    [Theory]
    [InlineData(BootStepResult.StopPassed, true)]
    [InlineData(BootStepResult.StopFailed, false)]
    public void AStepCanStopTheMachineWithItsResult(BootStepResult result, bool passed)
    {
        Run(Step("only", result));
        Assert.Equal(new[] { passed }, _bench.Power.Stops);
        Assert.Equal(0, _bench.Power.ShutDowns);
    }

    [Fact]
    public void AStepCanSwitchTheMachineOff()
    {
        Run(Step("only", BootStepResult.ShutDown));
        Assert.Equal(1, _bench.Power.ShutDowns);
        Assert.Empty(_bench.Power.Stops);
    }

    [Fact]
    public void AMachineThatCantBeSwitchedOffShowsThePrompt()
    {
        _bench.Power.Works = false;
        Run(Step("only", BootStepResult.ShutDown), Step("next"));
        Assert.Equal(new[] { "only", "next" }, _ran);
        Assert.EndsWith("reservoir> ", _bench.Output.Text);
    }

    [Theory]
    [InlineData(3, 0, false, BootStepResult.Continue)]
    [InlineData(2, 1, false, BootStepResult.Continue)]
    [InlineData(3, 0, true, BootStepResult.StopPassed)]
    [InlineData(2, 1, true, BootStepResult.StopFailed)]
    [InlineData(0, 0, true, BootStepResult.StopFailed)]
    public void SelfTestsStopTheMachineOnlyIfTheBootIsForThem(int passed, int failed, bool isOnly, BootStepResult expected) =>
        Assert.Equal(expected, SelfTestStep.ResultOf(new SelfTestSummary(passed, failed), isOnly));

    [Fact]
    public void TheArenaIsEmptiedBehindEachStep()
    {
        var resets = new List<int>();
        Run(new FakeStep(() => Note(resets)), new FakeStep(() => Note(resets)));
        Assert.Equal(new[] { 0, 1 }, resets);
        Assert.Equal(3, _scratch.Resets);
        Assert.Equal(1, _scratch.Uses);
    }

    [Theory]
    [InlineData("nonsense\r")]
    [InlineData("nonsense\n")]
    [InlineData("nonsense\u0003")]
    [InlineData("\r\n")]
    public void TheArenaIsEmptiedAtALinesEnd(string line)
    {
        _bench.Input.Type("typed");
        Run();
        int before = _scratch.Resets;
        Assert.Equal(1, before);
        _bench.Input.Type(line);
        _bench.CreateShell(_scratch).Run(default);
        Assert.Equal(before + 2, _scratch.Resets);
    }

    private BootStepResult Note(List<int> resets)
    {
        resets.Add(_scratch.Resets);
        return BootStepResult.Continue;
    }

    private FakeStep Step(string name, BootStepResult result = BootStepResult.Continue) => new(() =>
    {
        _ran.Add(name);
        _bench.Output.WriteLine(name);
        return result;
    });

    private ShellThread Create(params BootStep[] steps) =>
        new(_bench.CreateShell(_scratch), _scratch, steps, _bench.Power, _bench.Bench.Workshop.Scheduler.Clock);

    private void Run(params BootStep[] steps) => Create(steps).Run(default);

    private sealed class FakeStep : BootStep
    {
        private readonly Func<BootStepResult> _run;

        public FakeStep(Func<BootStepResult> run)
        {
            _run = run;
        }

        public override BootStepResult Run(ThreadContext context, TextOutput output) => _run();
    }

    private sealed class FakeScratch : ScratchArena
    {
        public int Uses { get; private set; }

        public int Resets { get; private set; }

        public override void Use() => Uses++;

        public override void Reset() => Resets++;
    }
}
