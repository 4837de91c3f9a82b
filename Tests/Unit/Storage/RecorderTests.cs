using System;
using System.Text;
using Reservoir.Devices;
using Reservoir.Network;
using Reservoir.Pools;
using Reservoir.Storage;
using Reservoir.Tests.Unit.Network;
using Xunit;

namespace Reservoir.Tests.Unit.Storage;

public sealed class RecorderTests
{
    [Fact]
    public void ADatagramLiesOnTheDiskByteForByte()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        byte[] payload = RecorderBench.Payload(777, 1);
        bench.Record(payload);
        Assert.Equal(payload, bench.Disk.CutPower(new Random(1))[(512 + 64)..(512 + 64 + 777)]);
        bench.AssertHolds(1, payload);
        Assert.Equal(1UL, bench.Thread.Recorded);
    }

    [Fact]
    public void EveryLengthOfDatagramIsKept()
    {
        using var bench = new RecorderBench(blocks: 1 + 3 * 1473);
        bench.Thread.Open(bench.Context);
        for (int length = 0; length <= 1472; length++)
        {
            bench.Record(RecorderBench.Payload(length, length));
        }

        for (int length = 0; length <= 1472; length++)
        {
            bench.AssertHolds((ulong)length + 1, RecorderBench.Payload(length, length));
        }
    }

    [Fact]
    public void RecordsAreThereAfterAReboot()
    {
        byte[] image;
        using (var first = new RecorderBench())
        {
            first.Thread.Open(first.Context);
            for (int i = 1; i <= 20; i++)
            {
                first.Record(RecorderBench.Payload(i * 70, i));
            }

            image = first.Disk.CutPower(new Random(1));
        }

        using var second = new RecorderBench(image: image);
        second.Thread.Open(second.Context);
        Assert.Equal(20UL, second.Volume.Records);
        for (int i = 1; i <= 20; i++)
        {
            second.AssertHolds((ulong)i, RecorderBench.Payload(i * 70, i));
        }

        second.Record(RecorderBench.Payload(5, 21));
        second.AssertHolds(21, RecorderBench.Payload(5, 21));
        Assert.Contains("has 20 records, room for 79 more", second.Messages.Text);
    }

    [Fact]
    public void NothingIsWrittenUntilTheFlushOfItsBatch()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        int flushes = bench.Disk.Flushes;
        for (int i = 0; i < RecorderBench.RecorderBuffers; i++)
        {
            Assert.Equal(DropReason.None, bench.Send(new byte[] { (byte)i }));
        }

        Assert.False(bench.Thread.IsIdle);
        Assert.True(bench.Thread.HandleBatch(bench.Context));
        Assert.Equal(flushes + 1, bench.Disk.Flushes);
        Assert.True(bench.Thread.IsIdle);
        Assert.False(bench.Thread.HandleBatch(bench.Context));
        Assert.Equal(flushes + 1, bench.Disk.Flushes);
    }

    [Fact]
    public void ADatagramThatFindsThePoolEmptyIsRefusedAndCounted()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        for (int i = 0; i < 100; i++)
        {
            DropReason expected = i < RecorderBench.RecorderBuffers ? DropReason.None : DropReason.ServiceRefused;
            Assert.Equal(expected, bench.Send(new byte[] { (byte)i }));
        }

        Assert.Equal(100UL, bench.Service.Seen);
        Assert.Equal(4UL, bench.Service.Accepted);
        Assert.Equal(96UL, bench.Service.RefusedPoolEmpty);
        Assert.Equal(96UL, bench.Wire.Stack.Counters[DropReason.ServiceRefused]);
        Assert.True(bench.Thread.HandleBatch(bench.Context));
        bench.Record(new byte[] { 200 });
        bench.AssertHolds(5, new byte[] { 200 });
    }

    [Fact]
    public void ADatagramThatFindsTheQueueFullIsRefusedAndCounted()
    {
        using var bench = new RecorderBench(queueCapacity: 2);
        bench.Thread.Open(bench.Context);
        for (int i = 0; i < 3; i++)
        {
            bench.Send(new byte[] { (byte)i });
        }

        Assert.Equal(2UL, bench.Service.Accepted);
        Assert.Equal(1UL, bench.Service.RefusedQueueFull);
    }

    [Fact]
    public void TheRecorderNeverAnswers()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Record(new byte[] { 1 }, sourcePort: 0);
        Assert.Empty(bench.Wire.Device.Sent);
        Assert.Equal(RecordError.None, bench.TryRead(1, out RecordHeader header, out _));
        Assert.Equal(0, header.Origin.SourcePort);
    }

    [Fact]
    public void AFullDiskRefusesAndSaysSoOnce()
    {
        using var bench = new RecorderBench(blocks: 1 + 3 * 2);
        bench.Thread.Open(bench.Context);
        for (int i = 0; i < 5; i++)
        {
            bench.Record(new byte[] { (byte)i });
        }

        Assert.Equal(2UL, bench.Thread.Recorded);
        Assert.Equal(3UL, bench.Thread.RefusedFull);
        bench.AssertHolds(2, new byte[] { 1 });
        Assert.Single(bench.Messages.Lines, line => line.Contains("the disk is full"));
    }

    [Fact]
    public void WithoutADiskDatagramsAreRefusedAndNothingElseHappens()
    {
        using var bench = new RecorderBench(noDisk: true);
        bench.Thread.Open(bench.Context);
        bench.Record(new byte[] { 1 });
        bench.Record(new byte[] { 2 });
        Assert.Equal(VolumeState.NoDevice, bench.Volume.State);
        Assert.Equal(2UL, bench.Thread.RefusedNotReady);
        Assert.Contains("there is no disk", bench.Messages.Text);
        Assert.Equal(VolumeState.NoDevice, bench.Volume.Format(bench.Context));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ADiskWithoutRoomForARecordIsNotUsed(int blocks)
    {
        using var bench = new RecorderBench(blocks: blocks);
        bench.Thread.Open(bench.Context);
        Assert.Equal(VolumeState.TooSmall, bench.Volume.State);
        Assert.Equal(0, bench.Disk.Writes);
    }

    [Fact]
    public void ReadingWhatIsNotThereIsRefused()
    {
        using var bench = new RecorderBench();
        Assert.Equal(RecordError.NotReady, bench.TryRead(1, out _, out _));
        bench.Thread.Open(bench.Context);
        bench.Record(new byte[] { 1 });
        Assert.Equal(RecordError.NoSuchRecord, bench.TryRead(0, out _, out _));
        Assert.Equal(RecordError.NoSuchRecord, bench.TryRead(2, out _, out _));
        Assert.Equal(RecordError.NoSuchRecord, bench.TryRead(ulong.MaxValue, out _, out _));
    }

    [Fact]
    public void ARecordThatWasDamagedLaterIsNotShown()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Record(new byte[] { 1 });
        bench.Disk.Content[512 + 64] ^= 1;
        Assert.Equal(RecordError.Damaged, bench.TryRead(1, out _, out byte[] payload));
        Assert.Empty(payload);
    }

    [Fact]
    public void DataThatAreTooLongAreRefused()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        Assert.Equal(RecordError.TooLong, bench.Volume.Append(bench.Context, default, new byte[1473]));
        Assert.Equal(0UL, bench.Volume.Records);
    }

    [Fact]
    public void ADatagramThatGetsNoDiskBufferIsLostAndTheNextOneIsNot()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Disk.Pool.InjectFailures(1);
        bench.Record(new byte[] { 1 });
        Assert.Equal(1UL, bench.Thread.Failed);
        Assert.Equal(0UL, bench.Volume.Records);
        bench.Disk.Pool.InjectFailures(0);
        bench.Record(new byte[] { 2 });
        bench.AssertHolds(1, new byte[] { 2 });
        Assert.Contains("recording again", bench.Messages.Text);
    }

    [Fact]
    public void AQueueWithSmallBuffersIsRefusedAtBoot()
    {
        using var workshop = new Workshop(Memory.PlanLine.Pool("small", "storage", PoolKind.NonBlocking, RecorderService.BufferSize - 1, 4));
        var queue = new FrameQueue(workshop.Scheduler, workshop.NonBlocking("small"), 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecorderService(queue, workshop.Scheduler.Clock));
    }

    [Fact]
    public void EveryStateAndErrorHasATextOfItsOwn()
    {
        AssertDistinct(Enum.GetValues<VolumeState>(), value => Encoding.UTF8.GetString(VolumeStateText.Describe(value)));
        AssertDistinct(Enum.GetValues<RecordError>(), value => Encoding.UTF8.GetString(RecordErrorText.Describe(value)));
        AssertDistinct(Enum.GetValues<BlockStatus>(), value => Encoding.UTF8.GetString(RecordErrorText.Describe(value)));
    }

    private static void AssertDistinct<T>(T[] values, Func<T, string> describe)
    {
        var seen = new System.Collections.Generic.HashSet<string>();
        foreach (T value in values)
        {
            Assert.NotEqual("?", describe(value));
            Assert.True(seen.Add(describe(value)), describe(value));
        }
    }
}
