using System;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;
using Xunit.Abstractions;

namespace Reservoir.Tests.Machine;

/// <summary>What a batch of datagrams costs the disk, counted by the interrupts of its channel: one a command.</summary>
public sealed partial class RecorderBatchTests
{
    private const int Datagrams = 480;
    private const int Burst = 120;

    /// <summary>Numbers between two checkpoints; the ring of the test's disk has enough slots for that distance.</summary>
    private const int NumbersPerCheckpoint = 256;
    private readonly ITestOutputHelper _output;

    public RecorderBatchTests(ITestOutputHelper output)
    {
        _output = output;
    }

    [Fact]
    public void BatchCostsOneWriteCommandAndOneFlush()
    {
        using var disk = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, NetworkPort = peer.Port });
        NetworkTests.AssertAnswers(peer);
        long commandsBefore = CountCommands(machine);
        var client = new RecorderClient(31);
        for (int sent = Burst; sent <= Datagrams; sent += Burst)
        {
            client.Send(peer, Burst);
            WaitUntilRecorded(machine, sent);
        }

        long commands = CountCommands(machine) - commandsBefore;
        long batches = long.Parse(Batches().Match(machine.Command("record")).Groups[1].Value, CultureInfo.InvariantCulture);
        string figures = $"{Datagrams} datagrams in {batches} batches: {commands} commands; one each would be {Datagrams + batches}";
        _output.WriteLine(figures);
        Assert.InRange(commands, 2 * batches, 2 * batches + Datagrams / NumbersPerCheckpoint + 1);
        Assert.True(batches <= Datagrams / 4, figures);
        machine.ShutDown();
    }

    private static long CountCommands(Machine machine)
    {
        string text = machine.Command("irq");
        Match match = Interrupts().Match(text);
        Assert.True(match.Success, text);
        return long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static void WaitUntilRecorded(Machine machine, int count)
    {
        DateTime deadline = DateTime.UtcNow + Patience.Long;
        string text;
        do
        {
            text = machine.Command("record");
            Assert.True(DateTime.UtcNow < deadline, text);
        }
        while (!text.Contains($"recorded {count},", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\n *14 +\d+ +(\d+) ")]
    private static partial Regex Interrupts();

    [GeneratedRegex(@"batches (\d+),")]
    private static partial Regex Batches();
}
