using System;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;
using Xunit.Abstractions;

namespace Reservoir.Tests.Machine;

/// <summary>Threads that are killed while they work, over and over: each comes back, nothing is lost, and nobody else notices.</summary>
public sealed partial class KillTests(ITestOutputHelper output)
{
    private const int Rounds = 8;
    private const int Burst = 40;
    private static readonly int s_deaths = Environment.GetEnvironmentVariable("RESERVOIR_SOAK") == "1" ? 500 : 40;

    [Theory]
    [InlineData("protocol")]
    [InlineData("writer")]
    [InlineData("shell")]
    [InlineData("selftest-high")]
    [InlineData("storm-b")]
    public void AThreadThatIsKilledAgainAndAgainTakesNothingWithIt(string name)
    {
        using var disk = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { Lab = true, Disk = disk.Path, NetworkPort = peer.Port });
        NetworkTests.AssertAnswers(peer);
        string before = InUseOf(machine.Command("pools --all"));
        byte[] datagram = Frames.Udp(9999, new byte[200]).Bytes;
        for (int round = 1; round <= Rounds; round++)
        {
            peer.Flood(datagram, Burst);
            machine.Command($"thread {name} kill");
            Assert.Contains("0000  ", machine.Command($"disk read {round}"), StringComparison.Ordinal);
            NetworkTests.AssertAnswers(peer);
            Match restarts = RestartLine().Match(machine.Command($"thread {name}"));
            Assert.True(restarts.Success);
            Assert.True(int.Parse(restarts.Groups[1].Value, CultureInfo.InvariantCulture) >= round,
                $"{name} was not started again in round {round}");
        }

        AssertNothingIsLost(machine, before);
        machine.ShutDown();
    }

    [Theory]
    [InlineData("protocol")]
    [InlineData("writer")]
    [InlineData("shell")]
    [InlineData("storm-b")]
    public void AThreadThatIsKilledWhereverItIsTakesNothingWithIt(string name)
    {
        using var disk = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { Lab = true, Disk = disk.Path, NetworkPort = peer.Port });
        NetworkTests.AssertAnswers(peer);
        string before = InUseOf(machine.Command("pools --all"));
        bool over = false;
        byte[] datagram = Frames.Udp(9999, new byte[200]).Bytes;
        var traffic = new System.Threading.Thread(() =>
        {
            while (!System.Threading.Volatile.Read(ref over))
            {
                peer.Flood(datagram, Burst);
                System.Threading.Thread.Sleep(2);
            }
        });
        traffic.Start();
        machine.Serial.Type($"kill {name} {s_deaths}\r");
        machine.Serial.WaitFor($"killer: {name} died {s_deaths} times of {s_deaths}");
        System.Threading.Volatile.Write(ref over, true);
        traffic.Join();

        NetworkTests.AssertAnswers(peer);
        Assert.Contains("0000  ", machine.Command("disk read 1"), StringComparison.Ordinal);
        AssertNothingIsLost(machine, before);
        output.WriteLine($"figures: {name} died {s_deaths} times, 0 buffers lost");
        machine.ShutDown();
    }

    [Fact]
    public void WhatTheSystemCannotDoWithoutCannotBeKilled()
    {
        using Machine machine = Machine.Boot(new MachineSetup { Lab = true });
        Assert.Contains("can't be killed", machine.Command("thread supervisor kill"), StringComparison.Ordinal);
        Assert.Contains("can't be killed", machine.Command("thread idle kill"), StringComparison.Ordinal);
        Assert.Contains("expected the name of a thread", machine.Command("thread nobody kill"), StringComparison.Ordinal);
        Assert.Contains("expected kill", machine.Command("thread writer revive"), StringComparison.Ordinal);
        Assert.Contains("1 to 500", machine.Command("kill writer 0"), StringComparison.Ordinal);
        Assert.Contains("1 to 500", machine.Command("kill writer often"), StringComparison.Ordinal);
        machine.Serial.Type("kill supervisor 3\r");
        machine.Serial.WaitFor("killer: supervisor can't be killed");
        machine.ShutDown();
    }

    /// <summary>Name and number of rented buffers of each pool.</summary>
    internal static string InUseOf(string pools)
    {
        var lines = new System.Text.StringBuilder();
        foreach (string line in pools.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 5 && words[1].EndsWith("blocking", StringComparison.Ordinal))
            {
                lines.Append(CultureInfo.InvariantCulture, $"{words[0]} {words[4]}\n");
            }
        }

        return lines.ToString();
    }

    private static void AssertNothingIsLost(Machine machine, string before)
    {
        WaitUntilIdle(machine);
        Assert.Equal(before, InUseOf(machine.Command("pools --all")));
        foreach (string line in before.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.Contains("sound", machine.Command($"pool {line.Split(' ')[0]} audit"), StringComparison.Ordinal);
        }

        Assert.Contains(" passed, 0 failed", machine.Command("selftest"), StringComparison.Ordinal);
        Assert.Contains("STORM PASSED", machine.Command("storm 1"), StringComparison.Ordinal);
    }

    /// <summary>Until the recorder has written what it has.</summary>
    private static void WaitUntilIdle(Machine machine)
    {
        string last = "";
        for (int i = 0; i < 100; i++)
        {
            string now = machine.Command("pools --all") + machine.Command("record");
            if (now == last)
            {
                return;
            }

            last = now;
            System.Threading.Thread.Sleep(200);
        }
    }

    [GeneratedRegex(@"restarts:\s+(\d+) of")]
    private static partial Regex RestartLine();
}
