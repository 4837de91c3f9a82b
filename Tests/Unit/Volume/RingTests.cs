using System;
using System.Linq;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>The disk as a ring: what is lost when it is full, and what mounting costs and believes.</summary>
public sealed class RingTests
{
    private const int Slots = 97;
    private const int Kept = Slots - 48;

    [Fact]
    public void WhenTheDiskIsFullTheOldestRecordsGoOneByOne()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        for (int i = 1; i <= 3 * Slots; i++)
        {
            bench.Record(BitConverter.GetBytes(i));
            ulong oldest = (ulong)Math.Max(1, i - Kept + 1);
            Assert.Equal(oldest, bench.Volume.Oldest);
            bench.AssertHolds(oldest, BitConverter.GetBytes((int)oldest));
            bench.AssertHolds((ulong)i, BitConverter.GetBytes(i));
            Assert.Equal(oldest == 1 ? RecordError.NoSuchRecord : RecordError.Overwritten, bench.TryRead(oldest - 1, out _, out _));
        }

        Assert.Equal(3UL, bench.Volume.Wraps);
        Assert.Equal(3, bench.Messages.Lines.Count(line => line.Contains("the oldest records are overwritten")));
        Assert.Equal((ulong)(3 * Slots), bench.Thread.Acknowledged);
    }

    [Fact]
    public void AtEachPointOfTheRingEverythingIsFoundAgain()
    {
        byte[] image = new byte[(8 + 3 * Slots) * 512];
        int number = 0;
        for (int boot = 0; boot < 3 * Slots; boot++)
        {
            using var bench = new RecorderBench(image: image);
            bench.Thread.Open(bench.Context);
            Assert.Equal((ulong)number, bench.Volume.Newest);
            for (ulong i = bench.Volume.Oldest; i <= bench.Volume.Newest; i++)
            {
                bench.AssertHolds(i, BitConverter.GetBytes((int)i));
            }

            number++;
            bench.Record(BitConverter.GetBytes(number));
            image = bench.Disk.CutPower(new Random(1));
        }
    }

    [Theory]
    [InlineData(3_000)]
    [InlineData(30_000)]
    public void MountingReadsABoundedNumberOfSlotsWhateverTheSizeOfTheDisk(int records)
    {
        int blocks = 8 + 3 * (records * 2 / 3);
        byte[] image = Filled(records, blocks);
        using var bench = new RecorderBench(image: image);
        bench.Thread.Open(bench.Context);
        Assert.Equal((ulong)records, bench.Volume.Newest);
        Assert.Equal(1UL, bench.Volume.Wraps);

        // Two slots of three blocks in each buffer of 4,096 bytes; header and checkpoints; the flush.
        Assert.InRange(bench.Disk.Operations, 1, (256 + 2 * 48) / 2 + 10);
    }

    [Fact]
    public void ManyRecordsWithoutACheckpointDoNotHoldTheBootUp()
    {
        byte[] image = Filled(20_000, 8 + 3 * 25_000);
        Array.Clear(image, 512, 4 * 512);
        using var bench = new RecorderBench(image: image);
        bench.Thread.Open(bench.Context);
        Assert.Equal(VolumeState.Damaged, bench.Volume.State);
        Assert.InRange(bench.Disk.Operations, 1, 1264 / 2 + 20);
        bench.Record(new byte[] { 1 });
        Assert.Equal(0, bench.Disk.Writes);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(97)]
    [InlineData(98)]
    [InlineData(60)]
    public void AVolumeThatHasLostAllItsCheckpointsIsReadFromItsFirstRecordOrLeftAlone(int records)
    {
        byte[] image = Filled(records, 8 + 3 * Slots);
        Array.Clear(image, 512, 4 * 512);
        using var bench = new RecorderBench(image: image);
        bench.Thread.Open(bench.Context);
        if (records <= Slots)
        {
            // Record 1 is still there, and the whole chain from it.
            Assert.Equal((ulong)records, bench.Volume.Newest);
            return;
        }

        Assert.Equal(VolumeState.Damaged, bench.Volume.State);
        bench.Record(new byte[] { 1 });
        Assert.Equal(0, bench.Disk.Writes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyOneCheckpointMayBeDamaged(int place)
    {
        byte[] image = Filled(150, 8 + 3 * Slots);
        image[(1 + place) * 512 + 30] ^= 1;
        using var bench = new RecorderBench(image: image);
        bench.Thread.Open(bench.Context);
        Assert.Equal(150UL, bench.Volume.Newest);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyOneCheckpointMayBeUnreadable(int place)
    {
        using var bench = new RecorderBench(image: Filled(150, 8 + 3 * Slots));
        bench.Disk.BadBlocks.Add((ulong)place + 1);
        bench.Thread.Open(bench.Context);
        Assert.Equal(150UL, bench.Volume.Newest);
    }

    /// <summary>Checkpoints whose checksum is right and whose content is a lie.</summary>
    [Theory]
    [InlineData(8, ulong.MaxValue)]
    [InlineData(8, 0UL)]
    [InlineData(24, ulong.MaxValue)]
    [InlineData(24, 1UL << 62)]
    [InlineData(24, 1UL << 60)]
    [InlineData(24, 1000UL)]
    [InlineData(24, 3UL)]
    [InlineData(32, ulong.MaxValue)]
    [InlineData(36, 0xFFFFFFFFUL)]
    [InlineData(36, 17UL)]
    [InlineData(64, ulong.MaxValue)]
    public void ALyingCheckpointNeitherCrashesNorShowsWhatIsNotThere(int offset, ulong lie)
    {
        byte[] image = Filled(150, 8 + 3 * Slots);
        for (int place = 1; place <= 4; place++)
        {
            byte[] block = image[(place * 512)..((place + 1) * 512)];
            int length = offset is 32 or 36 ? 4 : 8;
            BitConverter.GetBytes(lie).AsSpan(0, length).CopyTo(block.AsSpan(offset));
            if (offset == 64)
            {
                block[36] = 1;
            }

            byte[] covered = [.. block[..60], .. block[64..192]];
            BitConverter.GetBytes(Crc32C.Compute(covered)).CopyTo(block, 60);
            block.CopyTo(image, place * 512);
        }

        using var bench = new RecorderBench(image: image);
        bench.Thread.Open(bench.Context);
        Assert.InRange(bench.Disk.Operations, 1, 1264);
        for (ulong i = bench.Volume.Oldest; bench.Volume.Newest - i < Kept; i++)
        {
            RecordError error = bench.TryRead(i, out RecordHeader header, out byte[] payload);
            Assert.True(error != RecordError.None || (header.Sequence == i && BitConverter.ToInt32(payload) == (int)i));
        }
    }

    [Fact]
    public void ManyDatagramsShareAFlush()
    {
        using var bench = new RecorderBench();
        bench.Thread.Open(bench.Context);
        int flushes = bench.Disk.Flushes;
        for (int i = 0; i < RecorderBench.RecorderBuffers; i++)
        {
            bench.Send(BitConverter.GetBytes(i));
        }

        Assert.True(bench.Thread.HandleBatch(bench.Context));
        Assert.Equal(flushes + 1, bench.Disk.Flushes);
        Assert.Equal(RecorderBench.RecorderBuffers, bench.Acknowledgements().Count);
    }

    private static byte[] Filled(int records, int blocks)
    {
        using var bench = new RecorderBench(blocks);
        bench.Wire.Device.KeepsFrames = false;
        bench.Thread.Open(bench.Context);
        for (int i = 1; i <= records; i++)
        {
            bench.Record(BitConverter.GetBytes(i));
        }

        return bench.Disk.CutPower(new Random(1));
    }
}
