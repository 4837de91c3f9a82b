using System;
using System.Text;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>A disk that holds somebody else's data is never written to, unless it is claimed.</summary>
public sealed class ForeignDiskTests
{
    private const int Blocks = 1000;

    [Fact]
    public void ABlankDiskIsFormattedWithAMessage()
    {
        using var bench = new RecorderBench(Blocks);
        bench.Thread.Open(bench.Context);
        Assert.Equal(VolumeState.Ready, bench.Volume.State);
        Assert.Equal(1, bench.Disk.Writes);
        Assert.Equal("RSRVOIR1", Encoding.ASCII.GetString(bench.Disk.CutPower(new Random(1)), 0, 8));
        Assert.Contains("fake0 is blank; it is formatted", bench.Messages.Text);
        Assert.Contains("fake0 has 0 records, room for 282 more", bench.Messages.Text);
    }

    [Theory]
    [InlineData(510, "55AA")]
    [InlineData(0, "EB58904D53444F53")]
    [InlineData(512, "4546492050415254")]
    [InlineData(1024 + 56, "53EF")]
    [InlineData(4086, "53574150535041434532")]
    [InlineData(32769, "4344303031")]
    [InlineData(65536 + 64, "5F42485266535F4D")]
    [InlineData(256 * 512 - 1, "01")]
    [InlineData((Blocks - 1) * 512, "4546492050415254")]
    [InlineData((Blocks - 64) * 512, "01")]
    public void ADiskWithAPartitionTableOrFileSystemIsLeftAlone(int offset, string hex)
    {
        byte[] image = new byte[Blocks * 512];
        Convert.FromHexString(hex).CopyTo(image, offset);
        using var bench = new RecorderBench(image: image);
        bench.Thread.Open(bench.Context);
        bench.Record(new byte[] { 1 });
        Assert.Equal(VolumeState.Foreign, bench.Volume.State);
        Assert.Equal(0, bench.Disk.Writes);
        Assert.Equal(1UL, bench.Thread.RefusedNotReady);
        Assert.Contains("holds somebody else's data; it is left alone", bench.Messages.Text);
        Assert.Contains("'record format yes'", bench.Messages.Text);
    }

    [Fact]
    public void AVolumeWithADamagedHeaderIsLeftAlone()
    {
        byte[] image = Recorded(5);
        image[20] ^= 1;
        using var bench = new RecorderBench(image: image);
        bench.Thread.Open(bench.Context);
        Assert.Equal(VolumeState.Damaged, bench.Volume.State);
        Assert.Equal(0, bench.Disk.Writes);
    }

    [Fact]
    public void AVolumeMadeOnALargerDiskIsLeftAlone()
    {
        byte[] image = Recorded(5)[..^512];
        using var bench = new RecorderBench(image: image);
        bench.Thread.Open(bench.Context);
        Assert.Equal(VolumeState.Shrunk, bench.Volume.State);
        Assert.Equal(0, bench.Disk.Writes);
    }

    [Fact]
    public void AForeignDiskCanBeClaimed()
    {
        byte[] image = new byte[Blocks * 512];
        image[510] = 0x55;
        using var bench = new RecorderBench(image: image);
        bench.Thread.Open(bench.Context);
        Assert.Equal(VolumeState.Ready, bench.Volume.Format(bench.Context));
        bench.Record(new byte[] { 9 });
        bench.AssertHolds(1, new byte[] { 9 });
    }

    [Fact]
    public void RecordsOfAFormerVolumeDoNotComeBack()
    {
        byte[] image = Recorded(5);
        for (int round = 0; round < 10; round++)
        {
            using var bench = new RecorderBench(image: image);
            bench.Thread.Open(bench.Context);
            ulong former = bench.Volume.VolumeId;
            Assert.Equal(VolumeState.Ready, bench.Volume.Format(bench.Context));
            Assert.NotEqual(former, bench.Volume.VolumeId);
            Assert.Equal(0UL, bench.Volume.Records);
            bench.Record(new byte[] { 7 });
            image = bench.Disk.CutPower(new Random(1));

            using var reboot = new RecorderBench(image: (byte[])image.Clone());
            reboot.Thread.Open(reboot.Context);
            Assert.Equal(1UL, reboot.Volume.Records);
            reboot.AssertHolds(1, new byte[] { 7 });
        }
    }

    [Fact]
    public void NeitherAVolumeNorARecordIsOverwrittenByMounting()
    {
        byte[] image = Recorded(5);
        using var bench = new RecorderBench(image: (byte[])image.Clone());
        bench.Thread.Open(bench.Context);
        Assert.Equal(0, bench.Disk.Writes);
        Assert.Equal(image, bench.Disk.Content);
    }

    internal static byte[] Recorded(int records, int blocks = Blocks)
    {
        using var bench = new RecorderBench(blocks);
        bench.Thread.Open(bench.Context);
        for (int i = 1; i <= records; i++)
        {
            bench.Record(RecorderBench.Payload(i * 200 % 1473, i));
        }

        return bench.Disk.CutPower(new Random(1));
    }
}
