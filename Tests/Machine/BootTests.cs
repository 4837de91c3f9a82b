using System;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>Boots of all kinds: what must come up, and what must stop with a reason.</summary>
public sealed partial class BootTests
{
    private const int AllTestsPassed = 33;
    private const int PlanDoesNotFit = 67;

    [Fact]
    public void SelfTestsPassAndEndTheEmulatorWithTheirStatus()
    {
        using Machine machine = Machine.Start(new MachineSetup { CommandLine = "selftest=only" });
        Assert.Equal(AllTestsPassed, machine.WaitForExit());
        string[] verdicts = [.. machine.Serial.Text.Split('\n').Where(line => Verdict().IsMatch(line))];
        Assert.True(verdicts.Length >= 20, $"only {verdicts.Length} verdicts");
        Assert.All(verdicts, line => Assert.Contains(" PASS ", line, StringComparison.Ordinal));
        Assert.Contains(verdicts, line => line.Contains("PlantedOverrunIsDetected", StringComparison.Ordinal));
        Assert.Contains($"SELFTEST SUMMARY {verdicts.Length} passed, 0 failed\n", machine.Serial.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(4096)]
    public void BootsToThePromptWithThisMuchMemory(int megabytes)
    {
        using Machine machine = Machine.Boot(new MachineSetup { MemoryMegabytes = megabytes });
        machine.ShutDown();
    }

    [Fact]
    public void PlanThatDoesNotFitStopsTheBootWithThePlanAndTheShortfall()
    {
        using Machine machine = Machine.Start(new MachineSetup { MemoryMegabytes = 8 });
        Assert.Equal(PlanDoesNotFit, machine.WaitForExit());
        Assert.Contains("nic-receive", machine.Serial.Text, StringComparison.Ordinal);
        Assert.Matches(@"SHORTFALL [1-9]\d* bytes", machine.Serial.Text);
        Assert.DoesNotContain("PANIC", machine.Serial.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void BootsUnderUefi()
    {
        using Machine machine = Machine.Boot(new MachineSetup { Uefi = true, MemoryMegabytes = 128 });
        Assert.Contains("nic-receive", machine.Command("pools"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    [Fact]
    public void BootsWithoutDiskAndNetworkAndSaysSo()
    {
        using Machine machine = Machine.Boot(new MachineSetup());
        Assert.Contains("disk: none", machine.Serial.Text, StringComparison.Ordinal);
        Assert.Contains("network: no card", machine.Serial.Text, StringComparison.Ordinal);
        Assert.Contains("no disk", machine.Command("disk"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("no ", machine.Command("net"), StringComparison.OrdinalIgnoreCase);
        machine.ShutDown();
    }

    [Fact]
    public void BadAddressOnTheCommandLineIsNamedAndTheDefaultTaken()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { NetworkPort = peer.Port, CommandLine = "ip=300.1.1.1/24" });
        Assert.Contains("ip=300.1.1.1/24", machine.Serial.Text, StringComparison.Ordinal);
        Assert.Contains("10.0.2.15", machine.Command("net"), StringComparison.Ordinal);
    }

    [Fact]
    public void RebootResetsTheMachine()
    {
        using Machine machine = Machine.Boot(new MachineSetup());
        machine.Serial.Type("reboot\r");
        Assert.Equal(0, machine.WaitForExit());
    }

    [Fact]
    public void BootTimeIsReported()
    {
        using Machine machine = Machine.Boot(new MachineSetup());
        Match time = BootTime().Match(machine.Serial.Text);
        Assert.True(time.Success, machine.Serial.Tail);
        Assert.InRange(int.Parse(time.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 1, 30_000);
    }

    [GeneratedRegex(@"^SELFTEST \d\d ")]
    private static partial Regex Verdict();

    [GeneratedRegex(@"boot took (\d+) ms")]
    private static partial Regex BootTime();
}
