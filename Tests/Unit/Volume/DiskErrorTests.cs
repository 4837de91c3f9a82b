using System;
using Reservoir.Devices;
using Reservoir.Recorder;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>Whatever the disk does: an error is reported and counted, what was promised is kept, and the recorder goes on.</summary>
public sealed class DiskErrorTests
{
    [Theory]
    [InlineData(BlockStatus.DeviceError)]
    [InlineData(BlockStatus.DeviceFault)]
    [InlineData(BlockStatus.TimedOut)]
    public void AnErrorAtAnyOperationCostsAtMostOneTryAndNeverShowsWrongData(BlockStatus failure)
    {
        for (int failing = 1; failing <= 60; failing++)
        {
            byte[] image = ForeignDiskTests.Recorded(10, blocks: 300);
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
    public void AWriteThatFailsOnceIsTriedAgainAndNothingIsLost()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Disk.FailingOperation = bench.Disk.Operations + 1;
        bench.Record(new byte[] { 1 });
        bench.AssertHolds(1, new byte[] { 1 });
        Assert.Equal(0, bench.Volume.BadSlots.Count);
        Assert.Equal(1UL, bench.Thread.Acknowledged);
    }

    [Fact]
    public void ASlotThatCantBeWrittenIsPassedOverNamedAndRemembered()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Record(new byte[] { 1 });
        bench.Disk.UnwritableBlocks.Add(RecorderBench.BlockOf(2));
        int writes = bench.Disk.Writes;
        bench.Record(new byte[] { 3 });
        Assert.Equal(writes + 3 + 2, bench.Disk.Writes);
        bench.Record(new byte[] { 4 });
        Assert.Equal(writes + 3 + 3, bench.Disk.Writes);
        Assert.Contains("slot 1 (block 11) can't be written", bench.Messages.Text);
        Assert.Equal(3UL, bench.Thread.Acknowledged);
        for (int boot = 0; boot < 2; boot++)
        {
            using var reboot = new RecorderBench(image: bench.Disk.CutPower(new Random(1)));
            reboot.Thread.Open(reboot.Context);
            Assert.Equal(4UL, reboot.Volume.Newest);
            Assert.True(reboot.Volume.BadSlots.Contains(1));
            reboot.AssertHolds(1, new byte[] { 1 });
            Assert.Equal(RecordError.Skipped, reboot.TryRead(2, out _, out _));
            reboot.AssertHolds(3, new byte[] { 3 });
            reboot.AssertHolds(4, new byte[] { 4 });
        }
    }

    [Fact]
    public void RoundAfterRoundABadSlotIsNotTriedAgain()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Disk.UnwritableBlocks.Add(RecorderBench.BlockOf(20));
        bench.Disk.UnwritableBlocks.Add(RecorderBench.BlockOf(21));
        for (int i = 0; i < 300; i++)
        {
            bench.Record(BitConverter.GetBytes(i));
        }

        Assert.Equal(2, bench.Volume.BadSlots.Count);
        Assert.Equal(300UL, bench.Thread.Acknowledged);
        Assert.Equal(306UL, bench.Volume.Newest);
        using var reboot = new RecorderBench(image: bench.Disk.CutPower(new Random(1)));
        reboot.Thread.Open(reboot.Context);
        Assert.Equal(306UL, reboot.Volume.Newest);
        reboot.AssertHolds(306, BitConverter.GetBytes(299));
    }

    [Fact]
    public void ACheckpointThatCantBeWrittenGoesToTheNextPlace()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Disk.UnwritableBlocks.Add(1);
        bench.Disk.UnwritableBlocks.Add(3);
        for (int i = 0; i < 300; i++)
        {
            bench.Record(BitConverter.GetBytes(i));
        }

        Assert.Equal(300UL, bench.Thread.Acknowledged);
        using var reboot = new RecorderBench(image: bench.Disk.CutPower(new Random(1)));
        reboot.Thread.Open(reboot.Context);
        Assert.Equal(300UL, reboot.Volume.Newest);
    }

    [Fact]
    public void AFlushThatFailsOnceCostsNothing()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Disk.FailingOperation = bench.Disk.Operations + 2;
        bench.Record(new byte[] { 1 });
        Assert.Equal(1UL, bench.Thread.Retries);
        Assert.Equal(1UL, bench.Thread.Acknowledged);
        bench.AssertHolds(1, new byte[] { 1 });
    }

    [Fact]
    public void WithoutAFlushNothingIsShownOrAcknowledgedAndTheNumberIsUsedAgain()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Record(new byte[] { 1 });
        bench.Disk.FailFlushes = true;
        bench.Record(new byte[] { 2 });
        Assert.Equal(1UL, bench.Thread.Failed);
        Assert.Equal(1UL, bench.Thread.Acknowledged);
        Assert.Equal(1UL, bench.Volume.Newest);
        Assert.Equal(RecordError.NoSuchRecord, bench.TryRead(2, out _, out _));
        Assert.Contains("1 datagrams behind record 1 lost", bench.Messages.Text);
        bench.Disk.FailFlushes = false;
        bench.Record(new byte[] { 3 });
        bench.AssertHolds(2, new byte[] { 3 });
        Assert.Contains("recording again", bench.Messages.Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ADiskThatFailsAlwaysIsLeftInPeaceAndTriedAgainLater(bool writes)
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Record(new byte[] { 1 });
        bench.Disk.FailWrites = writes;
        bench.Disk.FailFlushes = !writes;
        for (int i = 0; i < 3; i++)
        {
            bench.Record(new byte[] { 2 });
        }

        Assert.Equal(VolumeState.Failing, bench.Volume.State);
        Assert.Contains("keeps failing", bench.Messages.Text);
        Assert.Equal(0, bench.Volume.BadSlots.Count);
        int operations = bench.Disk.Operations;
        for (int i = 0; i < 100; i++)
        {
            bench.Record(new byte[] { 3 });
        }

        Assert.Equal(operations, bench.Disk.Operations);
        Assert.Equal(100UL, bench.Thread.RefusedNotReady);
        Assert.Equal(3UL, bench.Thread.Failed);
        bench.AssertHolds(1, new byte[] { 1 });

        bench.Disk.FailWrites = bench.Disk.FailFlushes = false;
        bench.Workshop.Processor.Now += RecorderThread.FailingNanoseconds;
        bench.Record(new byte[] { 4 });

        // What the disk has taken without confirming it may be there after all, whole; it is not in the way.
        bench.AssertHolds(writes ? 2UL : 3UL, new byte[] { 4 });
        Assert.Equal(2UL, bench.Thread.Acknowledged);
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
        bench.Disk.BadBlocks.Add(RecorderBench.BlockOf(bad));
        bench.Thread.Open(bench.Context);
        Assert.Equal(10UL, bench.Volume.Newest);
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
        bench.Disk.BadBlocks.Add(RecorderBench.BlockOf(11));
        bench.Thread.Open(bench.Context);
        Assert.Equal(10UL, bench.Volume.Newest);
    }

    [Fact]
    public void ADiskThatDiesInTheMiddleIsNotRecordedOn()
    {
        using var bench = new RecorderBench(image: ForeignDiskTests.Recorded(20));
        for (ulong block = RecorderBench.BlockOf(5); block < 900; block++)
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

        Assert.Equal(10UL, bench.Thread.Acknowledged);
        for (ulong sequence = 1; sequence <= bench.Volume.Newest; sequence++)
        {
            RecordError error = bench.TryRead(sequence, out RecordHeader header, out byte[] payload);
            Assert.True(error == RecordError.None || bench.Disk.Operations == failing, situation);
            if (error == RecordError.None)
            {
                Assert.Equal(header.PayloadLength, payload.Length);
            }
        }

        Assert.True(bench.Volume.Newest == 10 + bench.Thread.Recorded, situation);
    }
}
