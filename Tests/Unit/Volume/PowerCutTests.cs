using System;
using System.Collections.Generic;
using Reservoir.Network.Wire;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>After a power cut at any moment, every acknowledged datagram is there, byte for byte, and nothing is shown that was not
/// sent.</summary>
public sealed class PowerCutTests
{
    private const int Boots = 500;
    private const int Slots = 97;
    private const int Kept = Slots - 48;

    /// <summary>2,000 power cuts, each in the middle of a random operation of the disk, on a ring that is filled many times over; with
    /// short batches and long ones, and with a disk that takes a batch from one buffer or from several.</summary>
    [Theory]
    [InlineData(11, RecorderBench.RecorderBuffers, 4096, RecorderBench.DiskBuffers)]
    [InlineData(12, 32, 4096, RecorderBench.DiskBuffers)]
    [InlineData(13, 32, 4096, 12)]
    [InlineData(14, 32, 65536, RecorderBench.DiskBuffers)]
    public void EveryAcknowledgedDatagramSurvivesAnyNumberOfPowerCuts(int seed, int recorderBuffers, int diskBufferBytes, int diskBuffers)
    {
        var luck = new Random(seed);
        byte[] image = new byte[(8 + 3 * Slots) * 512];
        var sent = new Dictionary<uint, byte[]>();
        var promised = new Dictionary<ulong, uint>();
        ulong newest = 0;
        for (int boot = 0; boot < Boots; boot++)
        {
            using var bench = new RecorderBench(
                image: image, recorderBuffers: recorderBuffers, diskBufferBytes: diskBufferBytes, diskBuffers: diskBuffers);
            bench.Thread.Open(bench.Context);
            Assert.Equal(VolumeState.Ready, bench.Volume.State);
            Assert.True(bench.Volume.Newest >= newest,
                $"boot {boot} of {seed}: {bench.Volume.Newest} is the newest record, {newest} was acknowledged");
            newest = AssertHistory(bench, sent, promised);

            // A volume on a blank disk exists only when its first flush has succeeded.
            bench.Disk.LastOperation = bench.Disk.Operations + luck.Next(20);
            for (int batch = luck.Next(8); batch > 0; batch--)
            {
                SendSome(bench, sent, luck);
                while (bench.Thread.HandleBatch(bench.Context))
                {
                }
            }

            foreach ((ulong number, uint checksum) in bench.Acknowledgements())
            {
                promised[number] = checksum;
                newest = Math.Max(newest, number);
            }

            image = bench.Disk.CutPower(luck);
        }

        Assert.True(newest > 10 * Slots, $"the ring was filled only {newest / Slots} times");
    }

    [Fact]
    public void ATornRecordIsNotShownAndItsPlaceIsUsedAgain()
    {
        byte[] image = ForeignDiskTests.Recorded(10);
        int last = (int)RecorderBench.BlockOf(10) * 512;
        Array.Clear(image, last + 512, 512);
        using var bench = new RecorderBench(image: image);
        bench.Thread.Open(bench.Context);
        Assert.Equal(9UL, bench.Volume.Newest);
        bench.Record(new byte[] { 1, 2, 3 });
        bench.AssertHolds(10, new byte[] { 1, 2, 3 });
    }

    [Fact]
    public void ARecordBehindATornOneDoesNotComeBackLater()
    {
        byte[] image = ForeignDiskTests.Recorded(10);
        image[(int)RecorderBench.BlockOf(9) * 512 + 100] ^= 1;
        using var bench = new RecorderBench(image: image);
        bench.Thread.Open(bench.Context);
        Assert.Equal(8UL, bench.Volume.Records);
        bench.Record(RecorderBench.Payload(9 * 200 % 1473, 9));

        using var reboot = new RecorderBench(image: bench.Disk.CutPower(new Random(1)));
        reboot.Thread.Open(reboot.Context);
        Assert.Equal(9UL, reboot.Volume.Records);
    }

    [Fact]
    public void AnImageCutOffAtAnyBlockIsRefusedOrShowsAPrefix()
    {
        const int blocks = 300;
        byte[] image = ForeignDiskTests.Recorded(10, blocks);
        for (int kept = 0; kept <= 48; kept++)
        {
            byte[] cut = new byte[image.Length];
            Array.Copy(image, cut, kept * 512);
            using var bench = new RecorderBench(image: cut);
            bench.Volume.Mount(bench.Context);
            Assert.Equal(kept == 0 ? VolumeState.Blank : VolumeState.Ready, bench.Volume.State);
            for (ulong i = 1; i <= bench.Volume.Newest; i++)
            {
                bench.AssertHolds(i, RecorderBench.Payload((int)i * 200 % 1473, (int)i));
            }

            Assert.InRange((int)bench.Volume.Newest, Math.Clamp((kept - 8) / 3, 0, 10), 10);
        }
    }

    private static void SendSome(RecorderBench bench, Dictionary<uint, byte[]> sent, Random luck)
    {
        for (int i = luck.Next(1, bench.RecorderPool.Count + 1); i > 0; i--)
        {
            byte[] payload = RecorderBench.Payload(luck.Next(8, 1473), luck.Next());
            sent.Add(Crc32C.Compute(payload), payload);
            Assert.Equal(DropReason.None, bench.Send(payload));
        }
    }

    /// <summary>Asserts that all records shown are datagrams that were sent, and those that were promised the right ones; those that are
    /// shown now are promised from now on.</summary>
    /// <returns>The newest record.</returns>
    private static ulong AssertHistory(RecorderBench bench, Dictionary<uint, byte[]> sent, Dictionary<ulong, uint> promised)
    {
        ulong newest = bench.Volume.Newest;
        Assert.Equal(newest <= Kept ? 1 : newest - Kept + 1, bench.Volume.Oldest);
        for (ulong number = bench.Volume.Oldest; number <= newest; number++)
        {
            RecordError error = bench.TryRead(number, out _, out byte[] payload);
            Assert.True(error == RecordError.None, $"record {number} of {newest}: {error}");
            uint checksum = Crc32C.Compute(payload);
            Assert.Equal(sent[checksum], payload);
            Assert.Equal(promised.GetValueOrDefault(number, checksum), checksum);
            promised[number] = checksum;
        }

        return newest;
    }
}
