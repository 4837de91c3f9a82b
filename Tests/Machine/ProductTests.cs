using System;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>What a person sees of a normal boot: the product, without a trace of its test rig.</summary>
public sealed partial class ProductTests
{
    private const int MostThreads = 8;
    private static readonly string[] s_pools = ["nic-receive", "nic-transmit", "nic-answer", "reassembly", "disk", "recorder"];

    [Fact]
    public void ANormalBootHasAtMostEightThreadsAndItsOwnPoolsOnly()
    {
        using var disk = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, NetworkPort = peer.Port });
        string[] threads = [.. ThreadLine().Matches(machine.Command("threads")).Select(m => m.Groups[1].Value).Where(n => n != "idle")];
        Assert.InRange(threads.Length, 1, MostThreads);
        Assert.Equal(2, threads.Count(n => n.StartsWith("selftest-", StringComparison.Ordinal)));
        string[] pools = [.. PoolLine().Matches(machine.Command("pools")).Select(m => m.Groups[1].Value)];
        Assert.Equal(s_pools, pools);
        Assert.Contains("selftest-damage", machine.Command("pools --all"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    [Fact]
    public void ANormalBootSaysNothingThatLooksLikeAFailureAlsoAfterMoreSelfTests()
    {
        using var disk = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, NetworkPort = peer.Port });
        for (int i = 0; i < 3; i++)
        {
            Assert.Contains(" passed, 0 failed", machine.Command("selftest"), StringComparison.Ordinal);
        }

        string seen = machine.Serial.Text + machine.Command("log") + machine.Command("pools --all") + machine.Command("threads");
        // The names of self-tests are promises, and the heads of tables are no events.
        string[] events = [.. seen.Split('\n').Where(line => !NoEvent().IsMatch(line))];
        Assert.DoesNotContain(events, line => Alarming().IsMatch(line));
        machine.ShutDown();
    }

    [Fact]
    public void NoUdpPortIsOpenButEchoAndRecorder()
    {
        using var disk = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, NetworkPort = peer.Port });
        Match ports = Ports().Match(machine.Command("net"));
        Assert.True(ports.Success);
        Assert.Equal("7 (echo) 9999 (recorder)", ports.Groups[1].Value.Trim());
        machine.ShutDown();
    }

    [Fact]
    public void CommandsOfTheLabAreUnknownToTheProductAndKnownToTheLab()
    {
        string[] commands = ["storm 1", "fault null", "demo starvation", "kill writer 1", "disk-fail silent 1", "stall interrupts"];
        using (Machine machine = Machine.Boot(new MachineSetup()))
        {
            Assert.All(commands, c => Assert.Contains("unknown command", machine.Command(c), StringComparison.Ordinal));
            machine.ShutDown();
        }

        using Machine lab = Machine.Boot(new MachineSetup { Lab = true });
        Assert.All(commands, c => Assert.DoesNotContain("unknown command", lab.Command(c), StringComparison.Ordinal));
        lab.ShutDown();
    }

    [Fact]
    public void AnOptionThatIsUnknownIsNamedAtBootAndChangesNothing()
    {
        using Machine machine = Machine.Boot(new MachineSetup { CommandLine = "disk=dam bench=only" });
        string text = machine.Serial.Text;
        Assert.Contains("options: 'disk=dam' is not disk=dma|pio; disk=dma is taken", text, StringComparison.Ordinal);
        Assert.Contains("options: 'bench=only' is no option of this kernel", text, StringComparison.Ordinal);
        string help = machine.Command("options");
        Assert.Contains("ip=A.B.C.D/N|dhcp (default 10.0.2.15/24)", help, StringComparison.Ordinal);
        machine.ShutDown();
    }

    [GeneratedRegex(@"^ *\d+ (\S+) +\d+ ", RegexOptions.Multiline)]
    private static partial Regex ThreadLine();

    [GeneratedRegex(@"^(\S+) +(?:non-blocking|blocking) ", RegexOptions.Multiline)]
    private static partial Regex PoolLine();

    [GeneratedRegex(@"udp ports:([^\n]*)")]
    private static partial Regex Ports();

    [GeneratedRegex("^SELFTEST |name +kind ")]
    private static partial Regex NoEvent();

    [GeneratedRegex("FAIL|FAULT|PANIC|killed|died|damaged|deadlock|refused [1-9]|error [1-9]", RegexOptions.IgnoreCase)]
    private static partial Regex Alarming();
}
