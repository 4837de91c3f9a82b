using Cosmos.Common;
using Reservoir.SelfTest;
using Reservoir.Threads;

namespace Reservoir.Shell;

/// <summary>The self-tests at boot.</summary>
public sealed class SelfTestStep : BootStep
{
    private readonly SelfTestRunner _tests;
    private readonly bool _isOnly;

    /// <summary>Makes the step. Boot context.</summary>
    /// <param name="tests">The tests.</param>
    /// <param name="isOnly">Whether the boot is for the tests only (the option <c>selftest=only</c>): then the machine stops with their
    /// result.</param>
    public SelfTestStep(SelfTestRunner tests, bool isOnly)
    {
        _tests = tests;
        _isOnly = isOnly;
    }

    /// <inheritdoc/>
    public override BootStepResult Run(ThreadContext context, TextOutput output) =>
        ResultOf(_tests.Run(context, output), _isOnly);

    internal static BootStepResult ResultOf(SelfTestSummary summary, bool isOnly) =>
        !isOnly ? BootStepResult.Continue : summary.AllPassed ? BootStepResult.StopPassed : BootStepResult.StopFailed;
}
