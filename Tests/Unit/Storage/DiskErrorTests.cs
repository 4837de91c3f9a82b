using System;
using Reservoir.Devices;
using Reservoir.Storage;
using Xunit;

namespace Reservoir.Tests.Unit.Storage;

/// <summary>Whatever the disk does: an error is reported and counted, what was promised is kept, and the recorder goes on.</summary>
public sealed class DiskErrorTests
{
    [Theory]
    [InlineData(BlockStatus.DeviceError)]
    [InlineData(BlockStatus.DeviceFault)]
    [InlineData(BlockStatus.TimedOut)]
    public void AnErrorAtAnyOperationCostsAtMostOneDatagramAndNeverShowsWrongData(BlockStatus failure)
    {
        for (int failing = 1; failing <= 60; failing++)
        {
            byte[] image = ForeignDiskTests.Recorded(10, blocks: 100);
            using var bench = new RecorderBench(image: image);
            bench.Disk.FailingOperation = failing;
            bench.Disk.Failure = failure;
            bench.Thread.Open(bench.Context);
            for (int i = 11; i <= 20; i++)
            {
                bench.Record(RecorderBench.Payload(i * 200 % 1473, i));
            }

            AssertConsistent(bench, failure, failing);
        }
    }

    [Fact]
    public void AFailedWriteDoesNotUseItsNumberUp()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Record(new byte[] { 1 });
        bench.Disk.FailWrites = true;
        bench.Record(new byte[] { 2 });
        bench.Record(new byte[] { 3 });
        bench.Disk.FailWrites = false;
        bench.Record(new byte[] { 4 });
        bench.AssertHolds(1, new byte[] { 1 });
        bench.AssertHolds(2, new byte[] { 4 });
        Assert.Equal(2UL, bench.Thread.Failed);
        Assert.Equal(2UL, bench.Thread.Recorded);
        Assert.Single(bench.Messages.Lines, line => line.Contains("record 2 lost"));
        Assert.Single(bench.Messages.Lines, line => line.Contains("recording again"));
    }

    [Fact]
    public void AFailedFlushIsReportedAndRepeatedWithTheNextBatch()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Disk.FailFlushes = true;
        bench.Record(new byte[] { 1 });
        Assert.Equal(1UL, bench.Thread.FailedFlushes);
        Assert.Contains("flush failed", bench.Messages.Text);
        bench.Disk.FailFlushes = false;
        bench.Record(new byte[] { 2 });
        Assert.Equal(1UL, bench.Thread.FailedFlushes);

        using var reboot = new RecorderBench(image: bench.Disk.CutPower(new Random(1)));
        reboot.Thread.Open(reboot.Context);
        Assert.Equal(2UL, reboot.Volume.Records);
    }

    [Fact]
    public void ADiskWhoseFirstBlockCantBeReadIsLeftAlone()
    {
        using var bench = new RecorderBench();
        bench.Disk.BadBlocks.Add(0);
        bench.Thread.Open(bench.Context);
        Assert.Equal(VolumeState.Unreadable, bench.Volume.State);
        Assert.Equal(0, bench.Disk.Writes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(299)]
    public void ADiskThatMightBeBlankButCantBeReadIsLeftAlone(int block)
    {
        using var bench = new RecorderBench();
        bench.Disk.BadBlocks.Add((ulong)block);
        bench.Thread.Open(bench.Context);
        Assert.Equal(VolumeState.Unreadable, bench.Volume.State);
        Assert.Equal(0, bench.Disk.Writes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public void ABadBlockInTheMiddleHidesNothingBehindIt(int bad)
    {
        using var bench = new RecorderBench(image: ForeignDiskTests.Recorded(10));
        bench.Disk.BadBlocks.Add(RecordVolume.FirstBlockOf((ulong)bad));
        bench.Thread.Open(bench.Context);
        Assert.Equal(10UL, bench.Volume.Records);
        Assert.Equal(1UL, bench.Volume.UnreadableRecords);
        Assert.Equal(RecordError.DeviceError, bench.TryRead((ulong)bad, out _, out _));
        bench.AssertHolds(10, RecorderBench.Payload(2000 % 1473, 10));
        bench.Record(new byte[] { 11 });
        bench.AssertHolds(11, new byte[] { 11 });
    }

    [Fact]
    public void ABadBlockBehindTheLastRecordDoesNotMoveTheEnd()
    {
        using var bench = new RecorderBench(image: ForeignDiskTests.Recorded(10));
        bench.Disk.BadBlocks.Add(RecordVolume.FirstBlockOf(11));
        bench.Thread.Open(bench.Context);
        Assert.Equal(10UL, bench.Volume.Records);
    }

    [Fact]
    public void ADiskThatDiesInTheMiddleIsNotRecordedOn()
    {
        using var bench = new RecorderBench(image: ForeignDiskTests.Recorded(20));
        for (ulong block = RecordVolume.FirstBlockOf(5); block < 900; block++)
        {
            bench.Disk.BadBlocks.Add(block);
        }

        bench.Thread.Open(bench.Context);
        Assert.Equal(VolumeState.Unreadable, bench.Volume.State);
        Assert.InRange(bench.Disk.Operations, 1, 60);
        bench.Record(new byte[] { 1 });
        Assert.Equal(0, bench.Disk.Writes);
    }

    [Fact]
    public void AFailedFormatLeavesTheVolumeUnusable()
    {
        using var bench = new RecorderBench();
        bench.Disk.FailWrites = true;
        bench.Thread.Open(bench.Context);
        Assert.Equal(VolumeState.Unreadable, bench.Volume.State);
        bench.Record(new byte[] { 1 });
        Assert.Equal(1UL, bench.Thread.RefusedNotReady);
    }

    private static void AssertConsistent(RecorderBench bench, BlockStatus failure, int failing)
    {
        string situation = $"{failure} at operation {failing}";
        Assert.True(bench.Thread.Handled == 10, situation);
        if (bench.Volume.State != VolumeState.Ready)
        {
            Assert.True(bench.Thread.RefusedNotReady == 10, situation);
            Assert.Equal(0, bench.Disk.Writes);
            return;
        }

        Assert.InRange(bench.Thread.Failed + bench.Thread.FailedFlushes, 0UL, 1UL);
        for (ulong sequence = 1; sequence <= bench.Volume.Records; sequence++)
        {
            RecordError error = bench.TryRead(sequence, out RecordHeader header, out byte[] payload);
            Assert.True(error == RecordError.None || bench.Disk.Operations == failing, situation);
            if (error == RecordError.None)
            {
                Assert.Equal(header.PayloadLength, payload.Length);
            }
        }

        Assert.True(bench.Volume.Records == 10 + bench.Thread.Recorded, situation);
    }
}
