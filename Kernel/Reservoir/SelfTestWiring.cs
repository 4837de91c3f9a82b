using Reservoir.SelfTest;
using Reservoir.Shell;

namespace Reservoir;

/// <summary>Self-tests, on pools and threads of their own. Boot context.</summary>
public sealed class SelfTestWiring
{
    /// <summary>Makes them. Boot context.</summary>
    /// <param name="machine">What is there already.</param>
    public SelfTestWiring(Machine machine)
    {
        Reservations reservations = machine.Reservations;
        var fixture = new SelfTestFixture(
            machine.Scheduler,
            reservations.Memory,
            reservations.Pools,
            reservations.NonBlockingPool("selftest-refuse"),
            reservations.BlockingPool("selftest-wait"),
            reservations.NonBlockingPool("selftest-damage"));
        fixture.Low.Thread = reservations.Thread(Plan.SelfTestLow, fixture.Low);
        fixture.High.Thread = reservations.Thread(Plan.SelfTestHigh, fixture.High);
        Runner = new SelfTestRunner(fixture);
        machine.BootSteps.Add(new SelfTestStep(Runner, machine.Options.EndsAfterSelfTest));
    }

    /// <summary>Runs the promises that are checked at every boot.</summary>
    public SelfTestRunner Runner { get; }
}
