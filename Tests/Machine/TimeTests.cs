using System;
using System.Globalization;
using System.Linq;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>The clock, the timer, and what interrupts cost.</summary>
public sealed class TimeTests
{
    /// <summary>The end of the measuring shell's own sleep, and now and then a byte or a heartbeat: far from the thousand of a
    /// tick.</summary>
    private const int FewInterrupts = 20;

    [Theory]
    [InlineData("", "local APIC")]
    [InlineData("timer=apic", "local APIC")]
    [InlineData("timer=pit", "8254")]
    [InlineData("timer=sundial", "options: 'timer=sundial' is not timer=apic|pit; timer=apic is taken")]
    public void TheOptionChoosesTheTimer(string option, string expected)
    {
        using Machine machine = Machine.Boot(new MachineSetup { Lab = true, CommandLine = option });
        Assert.Contains(expected, machine.Serial.Text, StringComparison.Ordinal);
        Assert.Contains(" 0 failed", machine.Serial.Text, StringComparison.Ordinal);
        Assert.Contains("STORM PASSED", machine.Command("storm 1"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    [Fact]
    public void AnIdleKernelTakesNoPeriodicInterrupts()
    {
        using Machine machine = Machine.Boot(new MachineSetup());
        Assert.InRange(CountInterrupts(machine.Command("irq 1")), 1, FewInterrupts);
        machine.ShutDown();
    }

    [Fact]
    public void ALongSleepWithThe8254TakesAnInterruptEachTimeItsCounterIsOver()
    {
        using Machine machine = Machine.Boot(new MachineSetup { CommandLine = "timer=pit" });
        Assert.InRange(CountInterrupts(machine.Command("irq 1")), 18, 18 + FewInterrupts);
        machine.ShutDown();
    }

    private static int CountInterrupts(string answer)
    {
        string total = answer.Split('\n').Single(line => line.TrimStart().StartsWith("all ", StringComparison.Ordinal));
        return int.Parse(total.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
