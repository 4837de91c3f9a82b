using System;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;
using Xunit.Abstractions;

namespace Reservoir.Tests.Machine;

/// <summary>The deadlock that reserved pools make impossible, and what reservation is worth (docs/starvation.md).</summary>
public sealed partial class StarvationTests(ITestOutputHelper report)
{
    private const int RecorderPort = 9999;
    private static readonly string[] s_subsystems = ["receive", "transmit", "disk", "scratch", "recorder"];

    [Fact]
    public void WithOnePoolForAllTheFloodEndsInADeadlockThatTheWatchdogExplains()
    {
        using var disk = new DiskImage();
        using var demo = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(Setup(disk, demo, peer, "pools=shared"));
        Assert.Single(machine.Command("pools").Split('\n'), line => line.StartsWith("shared ", StringComparison.Ordinal));
        Assert.DoesNotContain("nic-receive", machine.Command("mem plan"), StringComparison.Ordinal);

        string text = machine.Command("demo starvation");
        report.WriteLine(text);
        Assert.Contains("watchdog: DEADLOCK", text, StringComparison.Ordinal);
        Assert.Contains("  demo-writer waits for a buffer of pool shared\n", text, StringComparison.Ordinal);
        Assert.Contains("  demo-disk waits for a buffer of pool shared\n", text, StringComparison.Ordinal);
        Assert.Matches(@"\d+ lie in the queue of datagrams, which only demo-writer empties\n", text);
        Assert.Contains("2048 lie in the receive ring, which gives one back only for another\n", text, StringComparison.Ordinal);
        Assert.Contains("circle: demo-writer waits for shared, which demo-writer has\n", text, StringComparison.Ordinal);
        Assert.Contains("watchdog: the wait of demo-writer for shared is called off", text, StringComparison.Ordinal);
        Assert.NotEqual(0, Number(text, "deadlocks"));
        Assert.NotEqual(0, Number(text, "given up"));
        AssertIsOver(text);

        AssertWorks(machine, peer);
        machine.ShutDown();
    }

    [Fact]
    public void WithReservedPoolsTheSameFloodEndsByItself()
    {
        using var disk = new DiskImage();
        using var demo = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(Setup(disk, demo, peer));
        string text = machine.Command("demo starvation");
        report.WriteLine(text);
        Assert.DoesNotContain("DEADLOCK", text, StringComparison.Ordinal);
        Assert.Equal(0, Number(text, "deadlocks"));
        Assert.Equal(0, Number(text, "given up"));
        Assert.NotEqual(0, Number(text, "dropped"));
        Assert.Contains($"of which {Number(text, "recorded")} acknowledged", text, StringComparison.Ordinal);
        AssertIsOver(text);
        AssertWorks(machine, peer);
        machine.ShutDown();
    }

    [Fact]
    public void FramesFromTheCableDeadlockTheSharedPoolToo()
    {
        const int frames = 2000;
        using var disk = new DiskImage();
        using var demo = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(Setup(disk, demo, peer, "pools=shared"));
        NetworkTests.AssertAnswers(peer);
        machine.Command("net pause");
        peer.Flood(Frames.Udp(RecorderPort, new byte[100]).Bytes, frames);
        WaitUntil(machine, "pools", FullSharedPool());
        int from = machine.Serial.Mark;
        machine.Command("net resume");
        machine.Serial.WaitFor("watchdog: DEADLOCK", from);
        machine.Serial.WaitFor("circle: writer waits for shared, which writer has", from);
        Assert.Contains("NOW", machine.Command("watchdog"), StringComparison.Ordinal);
        for (int i = 0; i < frames && !machine.Command("watchdog").Contains("no threads wait", StringComparison.Ordinal); i++)
        {
            machine.Command("watchdog break");
        }

        // Until then a frame may find no buffer, and nobody asks twice.
        WaitUntil(machine, "record", new Regex(@"waiting 0,"));
        AssertWorks(machine, peer);
        machine.ShutDown();
    }

    [Fact]
    public void EverySubsystemDoesItsFullWorkWhileAnyOtherIsExhausted()
    {
        using var disk = new DiskImage();
        using var demo = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(Setup(disk, demo, peer));
        NetworkTests.AssertAnswers(peer);
        string text = machine.Command("demo isolation");
        report.WriteLine(text);
        foreach (string held in s_subsystems)
        {
            string[] cells =
                text.Split('\n').Single(line =>
                line.StartsWith(held + " ", StringComparison.Ordinal)).Split([' ', '|'], StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(s_subsystems.Length + 2, cells.Length);
            for (int work = 0; work < s_subsystems.Length; work++)
            {
                if (s_subsystems[work] == held)
                {
                    Assert.Equal(held is "transmit" or "disk" ? "waits" : "refuses", cells[work + 1]);
                }
                else
                {
                    AssertFull(cells[work + 1], $"{s_subsystems[work]} while {held} is held");
                }
            }

            AssertFull(cells[^1], $"{held} after it was let go");
        }

        Assert.Contains("20 of 20 workloads complete", text, StringComparison.Ordinal);
        Assert.Contains("5 of 5 held ones keep their rule and recover", text, StringComparison.Ordinal);
        Assert.DoesNotContain("DEADLOCK", machine.Command("log"), StringComparison.Ordinal);
        AssertWorks(machine, peer);
        machine.ShutDown();
    }

    [Fact]
    public void AWordThatPoolsDoesNotKnowIsNamed()
    {
        using Machine machine = Machine.Boot(new MachineSetup { Lab = true, CommandLine = "pools=comon" });
        Assert.Contains("options: 'pools=comon' is not pools=reserved|shared; pools=reserved is taken", machine.Serial.Text,
            StringComparison.Ordinal);
        Assert.Contains("nic-receive", machine.Command("pools"), StringComparison.Ordinal);
        Assert.Contains("needs a network card and a disk of its own", machine.Command("demo starvation"), StringComparison.Ordinal);
        Assert.Contains("expected 'starvation' or 'isolation', not 'starv'", machine.Command("demo starv"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    private static MachineSetup Setup(DiskImage disk, DiskImage demo, EthernetPeer peer, string options = "") =>
        new() { Lab = true, Disk = disk.Path, DemoDisk = demo.Path, NetworkPort = peer.Port, CommandLine = options };

    private static void AssertFull(string cell, string what)
    {
        string[] parts = cell.Split('/');
        Assert.True(parts.Length == 2 && parts[0] == parts[1] && parts[0] != "0", $"{what}: {cell}");
    }

    private static void AssertIsOver(string text)
    {
        Assert.Equal(20_000, Number(text, "packets in"));
        Assert.Equal(20_000, Number(text, "dropped") + Number(text, "refused") + Number(text, "recorded") + Number(text, "given up"));
        Assert.NotEqual(0, Number(text, "recorded"));
        Assert.Equal(64, Number(text, "disk requests"));
        Assert.Contains("over: every packet is accounted for", text, StringComparison.Ordinal);
    }

    /// <summary>Network, disk and shell are as they were.</summary>
    private static void AssertWorks(Machine machine, EthernetPeer peer)
    {
        Assert.Contains("no threads wait for each other", machine.Command("watchdog"), StringComparison.Ordinal);
        NetworkTests.AssertAnswers(peer);
        Assert.Contains("0000  ", machine.Command("disk read 0"), StringComparison.Ordinal);
        Assert.Contains(" passed, 0 failed", machine.Command("selftest"), StringComparison.Ordinal);
    }

    private static int Number(string text, string label)
    {
        Match match = Regex.Match(text, $@"^\s*{label}\s+(\d+)", RegexOptions.Multiline);
        Assert.True(match.Success, $"'{label}' is missing:\n{text}");
        return int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static void WaitUntil(Machine machine, string command, Regex expected)
    {
        DateTime deadline = DateTime.UtcNow + Patience.Long;
        string text = machine.Command(command);
        while (!expected.IsMatch(text))
        {
            Assert.True(DateTime.UtcNow < deadline, text);
            text = machine.Command(command);
        }
    }

    [GeneratedRegex(@"^shared\s+blocking\s+4096\s+(\d+)\s+\1\s+0\s", RegexOptions.Multiline)]
    private static partial Regex FullSharedPool();
}
