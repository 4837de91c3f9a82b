using System;
using System.Globalization;
using System.Text.RegularExpressions;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>The recorder while pools have nothing to give: it refuses or fails by rule, counts each datagram once, and loses none that it
/// acknowledged.</summary>
public sealed partial class RecorderPoolTests
{
    private const int Datagrams = 90;
    private const int Burst = 6;

    [Fact]
    public void EmptyPoolsCostDatagramsThatWereNotAcknowledgedAndEachIsCountedOnce()
    {
        using var disk = new DiskImage();
        var client = new RecorderClient(seed: 8);
        using (var peer = new EthernetPeer())
        using (Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, NetworkPort = peer.Port }))
        {
            machine.Serial.WaitFor("recorder: ata0 has ", 0);
            machine.Command("pool recorder fail every 3");
            machine.Command("pool nic-answer fail every 2");
            machine.Command("pool nic-transmit fail every 1");
            machine.Command("pool disk fail every 2");
            Match counts = Record().Match("");
            for (int sent = Burst; sent <= Datagrams; sent += Burst)
            {
                client.Send(peer, Burst);
                counts = WaitUntilHandled(machine, sent);
            }

            long refused = Number(counts, "refused");
            long failed = Number(counts, "failed");
            long recorded = Number(counts, "recorded");
            long acknowledged = Number(counts, "acknowledged");
            Assert.Equal(Datagrams / 3, refused);
            Assert.Equal(Datagrams, refused + failed + recorded);
            Assert.Equal(recorded, acknowledged + Number(counts, "silent"));
            Assert.True(Number(counts, "silent") > 0, counts.Value);

            // The recorder has a disk buffer of its own: what others lack it does not.
            Assert.Equal(0, failed);

            machine.Command("pool recorder fail off");
            machine.Command("pool nic-answer fail off");
            machine.Command("pool nic-transmit fail off");
            machine.Command("pool disk fail off");
            NetworkTests.AssertAnswers(peer);
            int heard = 0;
            client.Collect(peer, ref heard);
            Assert.Equal(acknowledged, client.Acknowledged.Count);
            client.Send(peer, Burst);
            counts = WaitUntilHandled(machine, Datagrams + Burst);
            Assert.Equal(acknowledged + Burst, Number(counts, "acknowledged"));
            NetworkTests.AssertAnswers(peer);
            client.Collect(peer, ref heard);
            Assert.Equal(acknowledged + Burst, client.Acknowledged.Count);

            // Leaving the block kills QEMU.
        }

        var volume = new HostVolume(disk.Read());
        Assert.Equal(VolumeState.Ready, volume.State);
        client.AssertHolds(volume, _ => true, "after the kill");
    }

    /// <summary>Asks until all datagrams have been seen and none waits.</summary>
    private static Match WaitUntilHandled(Machine machine, int seen)
    {
        DateTime deadline = DateTime.UtcNow + Patience.Long;
        while (true)
        {
            string text = machine.Command("record");
            Match counts = Record().Match(text);

            // When the kernel had something to say just then, the answer comes behind it.
            if (counts.Success && Number(counts, "seen") == seen && Number(counts, "waiting") == 0)
            {
                return counts;
            }

            Assert.True(DateTime.UtcNow < deadline, text);
        }
    }

    private static long Number(Match match, string group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"datagrams seen (?<seen>\d+) = accepted \d+ \+ refused (?<refused>\d+)\n(.|\n)*"
        + @"accepted: recorded (?<recorded>\d+), waiting (?<waiting>\d+), no volume 0, failed (?<failed>\d+)\n"
        + @"recorded: acknowledged (?<acknowledged>\d+), not acknowledged (?<silent>\d+)")]
    private static partial Regex Record();
}
