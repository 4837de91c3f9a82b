using System;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>More packets than anybody takes.</summary>
public sealed partial class OverloadTests
{
    private const int Flood = 10_000;

    [Fact]
    public void FloodWhilePausedIsCountedExactlyAndCostsNothingButPackets()
    {
        using var disk = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, NetworkPort = peer.Port });
        NetworkTests.AssertAnswers(peer);
        (long receivedBefore, long droppedBefore) = ReadCard(machine);

        machine.Command("net pause");
        byte[] frame = Frames.Udp(7, new byte[18]).Bytes;
        peer.Flood(frame, Flood);

        // The disk and the shell work while the flood lasts and when it has filled the pool.
        Assert.Contains("0000  ", machine.Command("disk read 5"), StringComparison.Ordinal);
        (long received, long dropped) = WaitForAll(machine, receivedBefore + droppedBefore + Flood);
        Assert.Equal(Flood, received - receivedBefore + dropped - droppedBefore);
        Assert.True(dropped > droppedBefore, "nothing was dropped: the flood was none");
        Assert.Matches(@"nic-receive\s+non-blocking\s+2048\s+3072\s+3072\s+0\s", machine.Command("pools"));
        Assert.Contains("0000  ", machine.Command("disk read 6"), StringComparison.Ordinal);
        Assert.Contains(" passed, 0 failed", machine.Command("selftest"), StringComparison.Ordinal);

        machine.Command("net resume");
        NetworkTests.AssertAnswers(peer);
        Assert.Matches(@"nic-receive\s+non-blocking\s+2048\s+3072\s+2048\s+1024\s", machine.Command("pools"));
        machine.ShutDown();
    }

    [Fact]
    public void FloodWhileRunningIsCountedExactly()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { NetworkPort = peer.Port });
        NetworkTests.AssertAnswers(peer);
        (long receivedBefore, long droppedBefore) = ReadCard(machine);
        peer.Flood(Frames.ArpRequest(System.Net.IPAddress.Parse("10.0.2.99")).Bytes, Flood);
        (long received, long dropped) = WaitForAll(machine, receivedBefore + droppedBefore + Flood);
        Assert.Equal(Flood, received - receivedBefore + dropped - droppedBefore);
        NetworkTests.AssertAnswers(peer);
        machine.ShutDown();
    }

    [Fact]
    public void FloodThatDoesNotEndLeavesTimeForTheDiskAndTheShell()
    {
        const int floods = 20;
        using var disk = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, NetworkPort = peer.Port });
        NetworkTests.AssertAnswers(peer);
        (long receivedBefore, long droppedBefore) = ReadCard(machine);
        byte[] frame = Frames.Udp(9999, new byte[200]).Bytes;
        var flood = new System.Threading.Thread(() => peer.Flood(frame, floods * Flood));
        flood.Start();
        int commands = 0;
        while (flood.IsAlive || commands < 5)
        {
            Assert.Contains("0000  ", machine.Command($"disk read {commands}"), StringComparison.Ordinal);
            Assert.Contains("nic-receive", machine.Command("pools"), StringComparison.Ordinal);
            commands++;
        }

        (long received, long dropped) = WaitForAll(machine, receivedBefore + droppedBefore + floods * Flood);
        Assert.Equal(floods * Flood, received - receivedBefore + dropped - droppedBefore);
        NetworkTests.AssertAnswers(peer);
        Match datagrams = Datagrams().Match(machine.Command("record"));
        Assert.Equal(Parse(datagrams.Groups[1]), Parse(datagrams.Groups[2]) + Parse(datagrams.Groups[3]));
        machine.ShutDown();
    }

    /// <summary>Asks until the card has seen everything: QEMU hands frames over as fast as the card takes them.</summary>
    private static (long Received, long Dropped) WaitForAll(Machine machine, long expected)
    {
        DateTime deadline = DateTime.UtcNow + Patience.Long;
        (long Received, long Dropped) seen;
        do
        {
            seen = ReadCard(machine);
        }
        while (seen.Received + seen.Dropped < expected && DateTime.UtcNow < deadline);
        return seen;
    }

    private static (long Received, long Dropped) ReadCard(Machine machine)
    {
        string text = machine.Command("net");
        Match numbers = Card().Match(text);
        Assert.True(numbers.Success, text);
        return (Parse(numbers.Groups[1]), Parse(numbers.Groups[2]));
    }

    private static long Parse(Group group) => long.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"datagrams seen (\d+) = accepted (\d+) \+ refused (\d+)")]
    private static partial Regex Datagrams();

    [GeneratedRegex(@"received (\d+), dropped (\d+)")]
    private static partial Regex Card();
}
