using System;
using System.Linq;
using System.Text;
using Reservoir.Network.Wire;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>The disk format of docs/recorder.md, byte by byte.</summary>
public sealed class FormatTests
{
    private const ulong Volume = 0x1122334455667788;

    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("313233343536373839", 0xE3069283u)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AAu)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62A8AB43u)]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0x46DD794Eu)]
    public void TheChecksumGivesTheKnownAnswersOfRfc3720(string hex, uint expected) =>
        Assert.Equal(expected, Crc32C.Compute(Convert.FromHexString(hex)));

    [Fact]
    public void TheChecksumOfPiecesIsThatOfTheWhole()
    {
        byte[] bytes = RecorderBench.Payload(100, 1);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            uint state = Crc32C.Add(Crc32C.Add(Crc32C.Seed, bytes.AsSpan(0, cut)), bytes.AsSpan(cut));
            Assert.Equal(Crc32C.Compute(bytes), Crc32C.Finish(state));
        }
    }

    [Fact]
    public void AVolumesHeaderLiesInBlockZeroAsDocumented()
    {
        byte[] block = RecorderBench.Payload(512, 3);
        uint checksum = new VolumeHeader(Volume, 2048).Write(block);
        Assert.Equal("RSRVOIR1", Encoding.ASCII.GetString(block, 0, 8));
        Assert.Equal("0200400000020000", Convert.ToHexString(block, 8, 8));
        Assert.Equal("8877665544332211", Convert.ToHexString(block, 16, 8));
        Assert.Equal("0008000000000000", Convert.ToHexString(block, 24, 8));
        Assert.Equal("0800000003000000", Convert.ToHexString(block, 32, 8));
        Assert.All(block[40..60], value => Assert.Equal(0, value));
        Assert.Equal(checksum, BitConverter.ToUInt32(block, 60));
        Assert.All(block[64..], value => Assert.Equal(0, value));
        Assert.Equal(VolumeState.Ready, VolumeHeader.Read(block, out VolumeHeader header));
        Assert.Equal(Volume, header.VolumeId);
        Assert.Equal(2048UL, header.BlockCount);
        Assert.Equal(680UL, header.Layout.Slots);
    }

    [Fact]
    public void CheckpointsLieInTheirPlacesAsDocumented()
    {
        const int slots = 104;
        const int records = 70;
        const ulong bad = 5;
        using var bench = new RecorderBench(blocks: 8 + 3 * slots);
        bench.Thread.Open(bench.Context);
        bench.Disk.UnwritableBlocks.Add(VolumeLayout.FirstBlockOf(bad));
        for (int i = 0; i < records; i++)
        {
            bench.Record([(byte)i]);
        }

        byte[] header = bench.Disk.Content[..512];
        ulong latest = 0;
        for (int place = 1; place <= 4; place++)
        {
            byte[] block = bench.Disk.Content[(place * 512)..((place + 1) * 512)];
            Assert.Equal("RCKP", Encoding.ASCII.GetString(block, 0, 4));
            Assert.Equal("02004000", Convert.ToHexString(block, 4, 4));
            ulong generation = BitConverter.ToUInt64(block, 8);
            Assert.Equal((ulong)place, 1 + (generation - 1) % 4);
            Assert.Equal(header[16..24], block[16..24]);
            ulong newest = BitConverter.ToUInt64(block, 24);
            int slot = (int)(newest - 1) % slots * 3 + 8;
            Assert.Equal(newest, BitConverter.ToUInt64(bench.Disk.Content, slot * 512 + 16));
            Assert.Equal(bench.Disk.Content[(slot * 512 + 60)..(slot * 512 + 64)], block[32..36]);
            Assert.Equal(1, BitConverter.ToInt32(block, 36));
            Assert.All(block[40..60], value => Assert.Equal(0, value));
            Assert.Equal(Crc32C.Compute([.. block[..60], .. block[64..192]]), BitConverter.ToUInt32(block, 60));
            Assert.Equal(bad, BitConverter.ToUInt64(block, 64));
            Assert.All(block[72..], value => Assert.Equal(0, value));
            latest = Math.Max(latest, newest);
        }

        // The bad slot's number is passed over, so there is one number more than records.
        Assert.InRange(latest, records + 1 - slots / 8 - 1u, records + 1u);
    }

    [Fact]
    public void AVolumesHeaderWithAnyBitFlippedIsRefused()
    {
        byte[] block = new byte[512];
        new VolumeHeader(Volume, 2048).Write(block);
        for (int bit = 0; bit < 64 * 8; bit++)
        {
            block[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Contains(VolumeHeader.Read(block, out _), new[] { VolumeState.Foreign, VolumeState.Damaged });
            block[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(32)]
    [InlineData(36)]
    public void AVolumeOfAnotherVersionOrLayoutIsRefused(int offset)
    {
        byte[] block = new byte[512];
        new VolumeHeader(Volume, 2048).Write(block);
        block[offset]++;
        BitConverter.GetBytes(Crc32C.Compute(block.AsSpan(0, 60))).CopyTo(block, 60);
        Assert.Equal(VolumeState.UnknownVersion, VolumeHeader.Read(block, out _));
    }

    [Fact]
    public void HalfABlockIsNoHeader() => Assert.Equal(VolumeState.Unsuitable, VolumeHeader.Read(new byte[511], out _));

    [Fact]
    public void ARecordLiesInItsSlotAsDocumented()
    {
        byte[] slot = RecorderBench.Payload(1536, 4);
        byte[] payload = RecorderBench.Payload(100, 5);
        payload.CopyTo(slot, 64);
        uint checksum = Sample(payload.Length).Write(slot, payload);
        Assert.Equal("RECD", Encoding.ASCII.GetString(slot, 0, 4));
        Assert.Equal("020040006400000000000000", Convert.ToHexString(slot, 4, 12));
        Assert.Equal("0700000000000000", Convert.ToHexString(slot, 16, 8));
        Assert.Equal("8877665544332211", Convert.ToHexString(slot, 24, 8));
        Assert.Equal("00CA9A3B00000000", Convert.ToHexString(slot, 32, 8));
        Assert.Equal("0A000202409C0000", Convert.ToHexString(slot, 40, 8));
        Assert.Equal("EFBEADDE", Convert.ToHexString(slot, 48, 4));
        Assert.Equal("02000000", Convert.ToHexString(slot, 52, 4));
        Assert.All(slot[56..60], value => Assert.Equal(0, value));
        Assert.Equal(checksum, BitConverter.ToUInt32(slot, 60));
        Assert.Equal(payload, slot[64..164]);
        Assert.Equal(Crc32C.Compute(slot[..60].Concat(payload).ToArray()), checksum);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(448)]
    [InlineData(449)]
    [InlineData(1472)]
    public void ARecordIsReadBackAsItWasWritten(int length)
    {
        byte[] slot = new byte[1536];
        RecorderBench.Payload(length, 6).CopyTo(slot, 64);
        uint checksum = Sample(length).Write(slot, slot.AsSpan(64, length));
        Assert.Equal(RecordCheck.Valid, RecordHeader.Read(slot, Volume, 7, out RecordHeader header));
        Assert.Equal(length, header.PayloadLength);
        Assert.Equal(checksum, header.Checksum);
        Assert.Equal(0xDEADBEEF, header.Previous);
        Assert.Equal(2u, header.Distance);
        Assert.Equal(1_000_000_000UL, header.Origin.Nanoseconds);
        Assert.Equal(40000, header.Origin.SourcePort);
        Assert.Equal(new Ipv4Address(10, 0, 2, 2).Value, header.Origin.SourceAddress);
    }

    [Fact]
    public void ARecordWithAnyBitFlippedIsRefused()
    {
        byte[] slot = new byte[1536];
        RecorderBench.Payload(100, 7).CopyTo(slot, 64);
        Sample(100).Write(slot, slot.AsSpan(64, 100));
        for (int bit = 0; bit < 164 * 8; bit++)
        {
            slot[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(RecordCheck.Valid, RecordHeader.Read(slot, Volume, 7, out RecordHeader header));
            Assert.Equal(0UL, header.Sequence);
            slot[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void ARecordThatLiesAboutItsLengthIsRefused()
    {
        byte[] slot = new byte[1536];
        Sample(100).Write(slot, slot.AsSpan(64, 100));
        foreach (uint length in new[] { 0u, 99u, 101u, 1472u, 1473u, 0x7FFFFFFFu, 0x80000000u, uint.MaxValue })
        {
            BitConverter.GetBytes(length).CopyTo(slot, 8);
            Assert.Equal(length > 1472 ? RecordCheck.ImpossibleLength : RecordCheck.WrongChecksum,
                RecordHeader.Read(slot, Volume, 7, out _));
        }
    }

    [Fact]
    public void ARecordOfAnotherVolumeNumberOrVersionIsRefused()
    {
        byte[] slot = new byte[1536];
        Sample(10).Write(slot, slot.AsSpan(64, 10));
        Assert.Equal(RecordCheck.OtherVolume, RecordHeader.Read(slot, Volume + 1, 7, out _));
        Assert.Equal(RecordCheck.OtherSequence, RecordHeader.Read(slot, Volume, 8, out _));
        slot[4]++;
        Assert.Equal(RecordCheck.UnknownVersion, RecordHeader.Read(slot, Volume, 7, out _));
        Assert.Equal(RecordCheck.NoRecord, RecordHeader.Read(new byte[1536], Volume, 7, out _));
    }

    [Fact]
    public void ATruncatedRecordIsRefusedAtEveryLength()
    {
        byte[] slot = new byte[1536];
        RecorderBench.Payload(100, 8).CopyTo(slot, 64);
        Sample(100).Write(slot, slot.AsSpan(64, 100));
        for (int length = 0; length < 164; length++)
        {
            Assert.NotEqual(RecordCheck.Valid, RecordHeader.Read(slot.AsSpan(0, length), Volume, 7, out _));
        }

        Assert.Equal(RecordCheck.Valid, RecordHeader.Read(slot.AsSpan(0, 164), Volume, 7, out _));
    }

    [Fact]
    public void TheLargestDatagramFillsASlotExactly()
    {
        Assert.Equal(1536, RecordHeader.MaximumLength);
        Assert.Equal(3u, VolumeHeader.SlotBlocks);
        Assert.Equal(1, RecordHeader.BlocksFor(0));
        Assert.Equal(1, RecordHeader.BlocksFor(448));
        Assert.Equal(2, RecordHeader.BlocksFor(449));
        Assert.Equal(3, RecordHeader.BlocksFor(1472));
    }

    private static RecordHeader Sample(int length) => new()
    {
        Sequence = 7,
        VolumeId = Volume,
        Previous = 0xDEADBEEF,
        Distance = 2,
        Origin = new RecordOrigin(new Ipv4Address(10, 0, 2, 2).Value, 40000, 1_000_000_000),
        PayloadLength = length,
    };
}
