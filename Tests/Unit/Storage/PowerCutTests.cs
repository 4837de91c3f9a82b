using System;
using System.Collections.Generic;
using Reservoir.Network;
using Reservoir.Storage;
using Xunit;

namespace Reservoir.Tests.Unit.Storage;

/// <summary>After a power cut at any moment, every flushed record is there, byte for byte, and nothing is shown that was not sent.</summary>
public sealed class PowerCutTests
{
    public static TheoryData<int> Seeds => new() { 11, 12, 13, 14 };

    [Theory]
    [MemberData(nameof(Seeds))]
    public void EveryFlushedRecordSurvivesAnyNumberOfPowerCuts(int seed)
    {
        var luck = new Random(seed);
        byte[] image = new byte[400 * 512];
        var kept = new List<byte[]>();
        for (int boot = 0; boot < 40; boot++)
        {
            using var bench = new RecorderBench(image: image);
            bench.Thread.Open(bench.Context);
            AssertHistory(bench, kept);
            kept.Clear();
            for (ulong i = 1; i <= bench.Volume.Records; i++)
            {
                Assert.Equal(RecordError.None, bench.TryRead(i, out _, out byte[] payload));
                kept.Add(payload);
            }

            int flushed = kept.Count;
            for (int batch = luck.Next(3); batch > 0; batch--)
            {
                SendSome(bench, kept, luck);
                Assert.True(bench.Thread.HandleBatch(bench.Context));
                flushed = kept.Count;
            }

            bench.Disk.FailFlushes = true;
            SendSome(bench, kept, luck);
            Assert.True(bench.Thread.HandleBatch(bench.Context));
            image = bench.Disk.CutPower(luck);
            kept.RemoveRange(flushed, kept.Count - flushed);
        }
    }

    [Fact]
    public void ATornRecordIsNotShownAndItsPlaceIsUsedAgain()
    {
        byte[] image = ForeignDiskTests.Recorded(10);
        int last = (int)RecordVolume.FirstBlockOf(10) * 512;
        Array.Clear(image, last + 512, 512);
        using var bench = new RecorderBench(image: image);
        bench.Thread.Open(bench.Context);
        Assert.Equal(9UL, bench.Volume.Records);
        bench.Record(new byte[] { 1, 2, 3 });
        bench.AssertHolds(10, new byte[] { 1, 2, 3 });
    }

    [Fact]
    public void ARecordBehindATornOneDoesNotComeBackLater()
    {
        byte[] image = ForeignDiskTests.Recorded(10);
        image[(int)RecordVolume.FirstBlockOf(9) * 512 + 100] ^= 1;
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
        byte[] image = ForeignDiskTests.Recorded(10, blocks: 34);
        for (int blocks = 0; blocks <= 34; blocks++)
        {
            byte[] cut = new byte[image.Length];
            Array.Copy(image, cut, blocks * 512);
            using var bench = new RecorderBench(image: cut);
            bench.Volume.Mount(bench.Context);
            Assert.Equal(blocks == 0 ? VolumeState.Blank : VolumeState.Ready, bench.Volume.State);
            for (ulong i = 1; i <= bench.Volume.Records; i++)
            {
                bench.AssertHolds(i, RecorderBench.Payload((int)i * 200 % 1473, (int)i));
            }

            Assert.InRange((int)bench.Volume.Records, Math.Min(10, Math.Max(0, blocks - 1) / 3), 10);
        }
    }

    private static void SendSome(RecorderBench bench, List<byte[]> kept, Random luck)
    {
        for (int i = luck.Next(1, RecorderBench.RecorderBuffers + 1); i > 0; i--)
        {
            byte[] payload = RecorderBench.Payload(luck.Next(1473), luck.Next());
            Assert.Equal(DropReason.None, bench.Send(payload));
            if ((ulong)kept.Count < bench.Volume.Capacity)
            {
                kept.Add(payload);
            }
        }
    }

    private static void AssertHistory(RecorderBench bench, List<byte[]> kept)
    {
        Assert.Equal(VolumeState.Ready, bench.Volume.State);
        Assert.True(bench.Volume.Records >= (ulong)kept.Count);
        for (int i = 0; i < kept.Count; i++)
        {
            bench.AssertHolds((ulong)i + 1, kept[i]);
        }
    }
}
