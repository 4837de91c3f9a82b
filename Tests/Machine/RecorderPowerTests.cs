using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Reservoir.Volume;
using Xunit;
using Xunit.Abstractions;

namespace Reservoir.Tests.Machine;

/// <summary>Power cuts while datagrams are being recorded: every acknowledged one is there afterwards, byte for byte, and nothing is shown
/// that was not sent.</summary>
public sealed class RecorderPowerTests(ITestOutputHelper output)
{
    // 104 slots, of which 56 are kept: the ring is filled several times.
    private const int SmallDiskBytes = 320 * 512;
    private const ulong KeptRecords = 56;
    private const int Burst = 8;

    private static bool IsSoak => Environment.GetEnvironmentVariable("RESERVOIR_SOAK") is not null;

    [Fact]
    public void EveryAcknowledgedDatagramSurvivesTheKillingOfTheMachine()
    {
        int kills = IsSoak ? 200 : 4;
        var luck = new Random(4);
        using var disk = new DiskImage(SmallDiskBytes);
        var client = new RecorderClient(seed: 5);
        ulong newest = 0;
        for (int kill = 1; kill <= kills; kill++)
        {
            using (var peer = new EthernetPeer())
            using (Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, NetworkPort = peer.Port }))
            {
                WaitForRecorder(machine);
                if (newest != 0)
                {
                    Assert.Contains($"newest {newest},", machine.Command("record"), StringComparison.Ordinal);
                }

                int heard = 0;
                DateTime end = DateTime.UtcNow + TimeSpan.FromMilliseconds(luck.Next(50, 600));
                while (DateTime.UtcNow < end || client.Collect(peer, ref heard).Count == 0)
                {
                    client.Send(peer, Burst);
                    Thread.Sleep(luck.Next(10));
                }

                // Leaving the block kills QEMU, whatever the machine is doing.
                client.Send(peer, Burst);
                client.Collect(peer, ref heard);
            }

            var volume = new HostVolume(disk.Read());
            Assert.Equal(VolumeState.Ready, volume.State);
            ulong promised = client.Acknowledged.Keys.Max();
            Assert.True(volume.Newest >= promised, $"kill {kill}: {promised} was acknowledged, {volume.Newest} is the newest");
            Assert.True(volume.Oldest <= 1 || volume.Newest - volume.Oldest + 1 == KeptRecords);
            client.AssertHolds(volume, _ => true, $"kill {kill}");
            newest = volume.Newest;
        }

        output.WriteLine($"figures: {kills} kills, {client.Acknowledged.Count:N0} datagrams acknowledged, {newest:N0} recorded, 0 lost");
        Assert.True(newest > KeptRecords, $"only {newest} records: the ring was never full");
    }

    [Fact]
    public void EveryAcknowledgedDatagramSurvivesAPowerCutAtEachOfAThousandPointsOfTheWriteLog()
    {
        const int points = 1000;
        const int datagrams = 400;
        int boots = IsSoak ? 20 : 2;
        var client = new RecorderClient(seed: 6);
        var acknowledgedAt = new Dictionary<ulong, int>();
        using var disk = new DiskImage(SmallDiskBytes);
        byte[] blank = disk.Read();
        string logPath = Path.GetTempFileName();
        using (var peer = new EthernetPeer())
        using (Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, WriteLog = logPath, NetworkPort = peer.Port }))
        {
            Record(peer, client, datagrams, logPath, acknowledgedAt);
            machine.ShutDown();
        }

        WriteLog log = WriteLog.Read(logPath);
        File.Delete(logPath);
        Assert.True(log.Flushes < datagrams, $"{log.Flushes} flushes for {datagrams} datagrams: none was shared");
        var luck = new Random(7);
        int[] cuts = [.. Enumerable.Range(0, points).Select(_ => luck.Next(1, log.Count + 1)).Order()];
        int done = 0;
        foreach ((int point, byte[] image) in log.Replay(blank, cuts, luck))
        {
            var volume = new HostVolume((byte[])image.Clone());
            ulong promised = acknowledgedAt.Where(pair => pair.Value <= point).Select(pair => pair.Key).DefaultIfEmpty().Max();
            Assert.True(promised == 0 || volume.State == VolumeState.Ready, $"point {point}: the volume is {volume.State}");
            Assert.True(volume.Newest >= promised, $"point {point}: {promised} was acknowledged, {volume.Newest} is the newest");
            client.AssertHolds(volume, number => acknowledgedAt[number] <= point, $"point {point}");
            done++;
            if (done % (points / boots) == 0)
            {
                AssertMachineAgrees(image, volume);
            }
        }

        output.WriteLine(
            $"figures: {done:N0} power cuts in a log of {log.Count:N0} writes and {log.Flushes:N0} flushes, "
            + $"{boots} of them booted, {datagrams} datagrams acknowledged, 0 lost");
        Assert.Equal(points, done);
    }

    /// <summary>Has datagrams recorded in bursts, and notes for each acknowledgement how long the log was when it came.</summary>
    private static void Record(EthernetPeer peer, RecorderClient client, int datagrams, string logPath, Dictionary<ulong,
        int> acknowledgedAt)
    {
        int heard = 0;
        DateTime deadline = DateTime.UtcNow + Patience.Long;
        for (int sent = 0; sent < datagrams; sent += Burst)
        {
            client.Send(peer, Burst);
            while (client.Acknowledged.Count < sent + Burst)
            {
                Assert.True(DateTime.UtcNow < deadline, $"{client.Acknowledged.Count} of {sent + Burst} acknowledged");
                List<ulong> numbers = client.Collect(peer, ref heard);
                if (numbers.Count != 0)
                {
                    // Not before: a log without a flush has no superblock.
                    int count = WriteLog.CountNow(logPath);
                    numbers.ForEach(number => acknowledgedAt.Add(number, count));
                }
            }
        }
    }

    private static void AssertMachineAgrees(byte[] image, HostVolume volume)
    {
        using var disk = new DiskImage(image.Length);
        disk.Write(0, image);
        using Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path });
        WaitForRecorder(machine);
        Assert.Contains($"oldest {volume.Oldest}, newest {volume.Newest},", machine.Command("record"), StringComparison.Ordinal);
        Assert.Contains($"record {volume.Newest}: {volume.Records[volume.Newest].Length} bytes",
            machine.Command($"record show {volume.Newest}"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    /// <summary>The shell does not wait for the recorder to have looked at its disk.</summary>
    private static void WaitForRecorder(Machine machine) => machine.Serial.WaitFor("recorder: ata0 has ", 0);
}
