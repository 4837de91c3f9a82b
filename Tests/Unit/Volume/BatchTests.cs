using System;
using System.Linq;
using Reservoir.Devices;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>A batch's contiguous slots are written by one command. A command that fails costs no more than the slots that are
/// bad.</summary>
public sealed class BatchTests
{
    private const int Longest = VolumeLayout.LongestBatch;
    private const int LargeBuffer = 64 * 1024;
    private const int SmallBuffer = 4 * 1024;
    private const int Slots = 97;
    private const int SlotBlocks = 3;

    [Fact]
    public void ABatchIsOneWriteCommandAndOneFlush()
    {
        using RecorderBench bench = CreateOpened();
        byte[][] payloads = CreatePayloads(Longest, index => index * 46);
        int writes = bench.Disk.Writes;
        int flushes = bench.Disk.Flushes;
        bench.RecordBatch(payloads);
        Assert.Equal(writes + 1, bench.Disk.Writes);
        Assert.Equal(flushes + 1, bench.Disk.Flushes);
        AssertHold(bench, 1, payloads);
        AssertRebootHolds(bench, 1, payloads);
    }

    /// <summary>With buffers of 4 KiB a command takes several of them, at most 8 here, and records lie across two of them.</summary>
    [Theory]
    [InlineData(12, 2)]
    [InlineData(8, 2)]
    [InlineData(3, 4)]
    [InlineData(2, 7)]
    [InlineData(1, 16)]
    public void SmallBuffersAreGatheredAsManyAsAreFree(int buffers, int commands)
    {
        using RecorderBench bench = CreateOpened(SmallBuffer, buffers);
        byte[][] payloads = CreatePayloads(Longest, index => 1472 - index);
        int writes = bench.Disk.Writes;
        bench.RecordBatch(payloads);
        Assert.Equal(writes + commands, bench.Disk.Writes);
        AssertHold(bench, 1, payloads);
        AssertRebootHolds(bench, 1, payloads);
    }

    [Fact]
    public void ADiskThatTakesFewBlocksInARequestGetsShorterCommands()
    {
        using RecorderBench bench = Create(LargeBuffer, 2, mostBlocks: 16);
        bench.Thread.Open(bench.Context);
        byte[][] payloads = CreatePayloads(Longest, _ => 1472);
        int writes = bench.Disk.Writes;
        bench.RecordBatch(payloads);
        Assert.Equal(writes + 7, bench.Disk.Writes);
        AssertHold(bench, 1, payloads);
    }

    [Fact]
    public void ABatchTakesWhatWaitsUpToItsLimit()
    {
        using RecorderBench bench = CreateOpened();
        int flushes = bench.Disk.Flushes;
        for (int i = 0; i < Longest + 8; i++)
        {
            bench.Send([(byte)i]);
        }

        Assert.True(bench.Thread.HandleBatch(bench.Context));
        Assert.Equal((ulong)Longest, bench.Thread.Recorded);
        Assert.True(bench.Thread.HandleBatch(bench.Context));
        Assert.Equal((ulong)Longest + 8, bench.Thread.Recorded);
        Assert.Equal(flushes + 2, bench.Disk.Flushes);
    }

    [Fact]
    public void WhatABufferHeldBeforeDoesNotReachTheDisk()
    {
        using RecorderBench bench = CreateOpened();
        bench.RecordBatch(CreatePayloads(2, _ => 1472));
        bench.RecordBatch([1], [2], [3]);
        foreach (int number in new[] { 3, 4, 5 })
        {
            int data = (int)RecorderBench.BlockOf(number) * 512 + RecordHeader.Length;
            Assert.Equal(number - 2, bench.Disk.Content[data]);
            Assert.All(bench.Disk.Content[(data + 1)..(data + 1472)], value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void TheRingsEndSplitsARun()
    {
        using RecorderBench bench = CreateOpened();
        FillTo(bench, 90);
        byte[][] payloads = CreatePayloads(Longest, index => index * 46);
        int writes = bench.Disk.Writes;
        bench.RecordBatch(payloads);

        // Slots 90 to 96, slots 0 to 24, and a checkpoint.
        Assert.Equal(writes + 3, bench.Disk.Writes);
        Assert.Equal(90UL + Longest, bench.Volume.Newest);
        AssertHold(bench, 91, payloads);
        AssertRebootHolds(bench, 91, payloads);
    }

    [Fact]
    public void AKnownBadSlotSplitsARun()
    {
        using RecorderBench bench = CreateOpened();
        bench.Disk.UnwritableBlocks.Add(RecorderBench.BlockOf(5));
        FillTo(bench, 97);
        byte[][] payloads = CreatePayloads(8, _ => 1000);
        int writes = bench.Disk.Writes;
        bench.RecordBatch(payloads);

        // Slots 0 to 3, slots 5 to 8.
        Assert.Equal(writes + 2, bench.Disk.Writes);
        Assert.Equal(Slots + 9UL, bench.Volume.Newest);
        AssertHold(bench, Slots + 1, payloads[..4]);
        AssertHold(bench, Slots + 6, payloads[4..]);
    }

    [Theory]
    [InlineData(LargeBuffer, 2)]
    [InlineData(SmallBuffer, 4)]
    public void ABadBlockAnywhereInARunCostsOneSlot(int bufferBytes, int buffers)
    {
        for (int bad = 0; bad < 8 * SlotBlocks; bad++)
        {
            using RecorderBench bench = CreateOpened(bufferBytes, buffers);
            byte[][] payloads = CreatePayloads(8, _ => 1472);
            bench.Disk.UnwritableBlocks.Add(RecorderBench.BlockOf(1) + (ulong)bad);
            int slot = bad / SlotBlocks;
            bench.RecordBatch(payloads);
            Assert.Equal(8UL, bench.Thread.Acknowledged);
            Assert.Equal(0UL, bench.Thread.Retries);
            Assert.Equal(1, bench.Volume.BadSlots.Count);
            Assert.True(bench.Volume.BadSlots.Contains((ulong)slot));
            Assert.Equal(9UL, bench.Volume.Newest);
            AssertHold(bench, 1, payloads[..slot]);
            Assert.Equal(RecordError.Skipped, bench.TryRead((ulong)slot + 1, out _, out _));
            AssertHold(bench, slot + 2, payloads[slot..]);
            AssertRebootHolds(bench, slot + 2, payloads[slot..]);
            Assert.Equal(Enumerable.Range(1, 9).Except([slot + 1]).Select(number => (ulong)number),
                bench.Acknowledgements().Keys.Order());
        }
    }

    [Fact]
    public void AFailedRunIsWrittenRecordByRecord()
    {
        using RecorderBench bench = CreateOpened();
        bench.Disk.UnwritableBlocks.Add(RecorderBench.BlockOf(5));
        int writes = bench.Disk.Writes;
        bench.RecordBatch(CreatePayloads(8, _ => 1000));

        // The run, four records alone, the bad slot twice more, four records behind it, the checkpoint.
        Assert.Equal(writes + 1 + 4 + 2 + 4 + 1, bench.Disk.Writes);
    }

    [Fact]
    public void ARunThatFailsOnceCostsNothing()
    {
        using RecorderBench bench = CreateOpened();
        byte[][] payloads = CreatePayloads(8, _ => 1000);
        bench.Disk.FailingOperation = bench.Disk.Operations + 1;
        bench.RecordBatch(payloads);
        Assert.Equal(0UL, bench.Thread.Retries);
        Assert.Equal(0, bench.Volume.BadSlots.Count);
        AssertRebootHolds(bench, 1, payloads);
    }

    [Theory]
    [InlineData(BlockStatus.TimedOut)]
    [InlineData(BlockStatus.TransferError)]
    public void ARunThatFailsForAnotherReasonThanItsBlocksIsWrittenOnceMoreAsAWhole(BlockStatus failure)
    {
        using RecorderBench bench = CreateOpened();
        byte[][] payloads = CreatePayloads(8, _ => 1000);
        bench.Disk.FailingOperation = bench.Disk.Operations + 1;
        bench.Disk.Failure = failure;
        int writes = bench.Disk.Writes;
        bench.RecordBatch(payloads);
        Assert.Equal(writes + 2, bench.Disk.Writes);
        Assert.Equal(1UL, bench.Thread.Retries);
        AssertRebootHolds(bench, 1, payloads);
    }

    /// <summary>The run has left a whole record in a slot that is then given up as bad: the history does not go by way of it.</summary>
    [Fact]
    public void ARecordThatAFailedRunLeftInABadSlotIsNotTakenForOneOfTheHistory()
    {
        using RecorderBench bench = CreateOpened();
        byte[][] payloads = CreatePayloads(4, _ => 1000);
        int writes = bench.Disk.Writes;
        bench.Disk.UnwritableBlocks.Add(RecorderBench.BlockOf(4));
        bench.Disk.WriteTime = () => bench.Disk.UnwritableBlocks.Add(RecorderBench.BlockOf(bench.Disk.Writes == writes + 1 ? 4 : 2));
        bench.RecordBatch(payloads);
        Assert.Equal(2, bench.Volume.BadSlots.Count);
        Assert.Equal(6UL, bench.Volume.Newest);
        Assert.Equal(RecordError.Skipped, bench.TryRead(2, out _, out _));
        AssertRebootHolds(bench, 5, payloads[2..]);
    }

    /// <summary>Power is cut while the disk works on a run: each block before the cut is there, none behind it.</summary>
    [Fact]
    public void OfATornRunTheWholeRecordsAreShown()
    {
        using RecorderBench bench = CreateOpened();
        byte[][] payloads = CreatePayloads(11, _ => 1472);
        bench.RecordBatch(payloads[..3]);
        byte[] before = bench.Disk.CutPower(new Random(1));
        bench.RecordBatch(payloads[3..]);
        byte[] after = bench.Disk.CutPower(new Random(1));
        int start = (int)RecorderBench.BlockOf(4) * 512;
        for (int blocks = 0; blocks <= 8 * SlotBlocks; blocks++)
        {
            byte[] image = (byte[])before.Clone();
            Array.Copy(after, start, image, start, blocks * 512);
            using RecorderBench reboot = CreateOpened(image: image);
            Assert.Equal(3UL + (ulong)(blocks / SlotBlocks), reboot.Volume.Newest);
            AssertHold(reboot, 1, payloads[..(3 + blocks / SlotBlocks)]);
        }
    }

    private static RecorderBench Create(int bufferBytes, int buffers, byte[]? image = null, int mostBlocks = 128) =>
        new(image: image, recorderBuffers: Longest + 8, diskBuffers: buffers, diskBufferBytes: bufferBytes, mostBlocks: mostBlocks);

    private static RecorderBench CreateOpened(int bufferBytes = LargeBuffer, int buffers = 2, byte[]? image = null)
    {
        RecorderBench bench = Create(bufferBytes, buffers, image);
        bench.Thread.Open(bench.Context);
        Assert.Equal(VolumeState.Ready, bench.Volume.State);
        return bench;
    }

    private static byte[][] CreatePayloads(int count, Func<int, int> length) =>
        [.. Enumerable.Range(0, count).Select(index => RecorderBench.Payload(length(index), index))];

    private static void FillTo(RecorderBench bench, int newest)
    {
        while (bench.Volume.Newest < (ulong)newest)
        {
            bench.RecordBatch(CreatePayloads(Math.Min(30, newest - (int)bench.Volume.Newest), _ => 100));
        }

        Assert.Equal((ulong)newest, bench.Volume.Newest);
    }

    private static void AssertHold(RecorderBench bench, int first, byte[][] payloads)
    {
        for (int i = 0; i < payloads.Length; i++)
        {
            bench.AssertHolds((ulong)(first + i), payloads[i]);
        }
    }

    private static void AssertRebootHolds(RecorderBench bench, int first, byte[][] payloads)
    {
        using RecorderBench reboot = CreateOpened(image: bench.Disk.CutPower(new Random(1)));
        Assert.Equal(bench.Volume.Newest, reboot.Volume.Newest);
        AssertHold(reboot, first, payloads);
    }
}
