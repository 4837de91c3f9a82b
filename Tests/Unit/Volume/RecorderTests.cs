using System;
using System.Text;
using PacketDotNet;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Recorder;
using Reservoir.Tests.Unit.Network;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

public sealed class RecorderTests
{
    [Fact]
    public void ADatagramLiesOnTheDiskByteForByte()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        byte[] payload = RecorderBench.Payload(777, 1);
        bench.Record(payload);
        Assert.Equal(payload, bench.Disk.CutPower(new Random(1))[(8 * 512 + 64)..(8 * 512 + 64 + 777)]);
        bench.AssertHolds(1, payload);
        Assert.Equal(1UL, bench.Thread.Recorded);
    }

    [Fact]
    public void EveryLengthOfDatagramIsKept()
    {
        using var bench = new RecorderBench(blocks: 8 + 3 * (1473 + 48));
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
        Assert.Contains("has 20 records, room for 29 more", second.Messages.Text);
    }

    [Fact]
    public void ABatchSharesOneFlush()
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
    public void ADatagramIsAcknowledgedAsDocumentedWhenItIsOnTheMedium()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        byte[] first = RecorderBench.Payload(300, 1);
        byte[] second = [1, 2, 3];
        bench.Send(first, sourcePort: 4321);
        bench.Send(second, sourcePort: 4322);
        Assert.Empty(bench.Wire.Device.Sent);
        int flushes = bench.Disk.Flushes;
        Assert.True(bench.Thread.HandleBatch(bench.Context));
        Assert.Equal(flushes + 1, bench.Disk.Flushes);
        Assert.Equal(2, bench.Wire.Device.Sent.Count);
        AssertAcknowledges(bench, bench.Wire.Device.Sent[0], 4321, 1, first);
        AssertAcknowledges(bench, bench.Wire.Device.Sent[1], 4322, 2, second);
        Assert.Equal(2UL, bench.Thread.Acknowledged);
        Assert.Equal(1UL, bench.Thread.Batches);
    }

    [Fact]
    public void ADatagramThatNamesNoPortIsRecordedAndNotAcknowledged()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Record(new byte[] { 1 }, sourcePort: 0);
        Assert.Empty(bench.Wire.Device.Sent);
        Assert.Equal(RecordError.None, bench.TryRead(1, out RecordHeader header, out _));
        Assert.Equal(0, header.Origin.SourcePort);
        Assert.Equal(1UL, bench.Thread.Unacknowledged);
    }

    [Fact]
    public void AnAcknowledgementIsRecordedAndNotAcknowledged()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        byte[] acknowledgement = new byte[RecordAcknowledgement.Length];
        new RecordAcknowledgement { Sequence = 1, VolumeId = 2 }.Write(acknowledgement, new byte[] { 3 });
        bench.Record(acknowledgement, sourcePort: EchoService.EchoPort);
        bench.AssertHolds(1, acknowledgement);
        Assert.Empty(bench.Wire.Device.Sent);
        bench.Record(acknowledgement[1..], sourcePort: EchoService.EchoPort);
        Assert.Single(bench.Wire.Device.Sent);
    }

    [Fact]
    public void WithoutATransmitBufferADatagramIsRecordedAndCounted()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        bench.Wire.Device.Buffers = 0;
        bench.Record(new byte[] { 1 });
        bench.AssertHolds(1, new byte[] { 1 });
        Assert.Equal(1UL, bench.Thread.Recorded);
        Assert.Equal(1UL, bench.Thread.Unacknowledged);
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
    [InlineData(295)]
    public void ADiskWithoutRoomForARingIsNotUsed(int blocks)
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
        bench.Disk.Content[8 * 512 + 64] ^= 1;
        Assert.Equal(RecordError.Damaged, bench.TryRead(1, out _, out byte[] payload));
        Assert.Empty(payload);
    }

    [Fact]
    public void DataThatAreTooLongAreRefused()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        Assert.Equal(RecordError.None, bench.Volume.Begin(bench.Context));
        Assert.Equal(RecordError.TooLong, bench.Volume.Append(bench.Context, default, new byte[1473]));
        bench.Volume.End(bench.Context, failed: false);
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
        using var workshop =
            new Workshop(Memory.PlanLine.Pool("small", "storage", PoolKind.NonBlocking, RecorderService.BufferSize - 1, 4));
        var queue = new FrameQueue(workshop.Scheduler, workshop.NonBlocking("small"), 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecorderService(queue, workshop.Scheduler.Clock));
    }

    [Fact]
    public void EveryStateAndErrorHasATextOfItsOwn()
    {
        AssertDistinct(Enum.GetValues<VolumeState>(), value => Encoding.UTF8.GetString(VolumeStateText.Describe(value)));
        AssertDistinct(Enum.GetValues<RecordError>(), value => Encoding.UTF8.GetString(RecordErrorText.Describe(value)));
        AssertDistinct(Enum.GetValues<BlockStatus>(), value => Encoding.UTF8.GetString(BlockStatusText.Describe(value)));
    }

    private static void AssertAcknowledges(RecorderBench bench, byte[] frame, int port, ulong number, byte[] data)
    {
        var packet = (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, frame);
        Assert.Equal(Wire.PeerStation, packet.DestinationHardwareAddress);
        UdpPacket udp = packet.Extract<UdpPacket>();
        Assert.True(udp.ValidChecksum);
        Assert.Equal(9999, udp.SourcePort);
        Assert.Equal(port, udp.DestinationPort);
        byte[] bytes = udp.PayloadData;
        Assert.Equal(48, bytes.Length);
        Assert.Equal("RACK", Encoding.ASCII.GetString(bytes, 0, 4));
        Assert.Equal("01003000", Convert.ToHexString(bytes, 4, 4));
        Assert.Equal(number, BitConverter.ToUInt64(bytes, 8));
        Assert.Equal(bench.Volume.VolumeId, BitConverter.ToUInt64(bytes, 16));
        Assert.Equal(data.Length, BitConverter.ToInt32(bytes, 24));
        Assert.Equal(Crc32C.Compute(data), BitConverter.ToUInt32(bytes, 28));
        byte[] echoed = new byte[16];
        Array.Copy(data, echoed, Math.Min(data.Length, 16));
        Assert.Equal(echoed, bytes[32..]);
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
