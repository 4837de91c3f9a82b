using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>The disk driver on QEMU's PIIX3: who moves the data, where disks can be, and what errors lead to. What the kernel says is
/// checked against the image.</summary>
public sealed class DiskTests
{
    private const int Block = 512;

    [Theory]
    [InlineData("", "DMA")]
    [InlineData("disk=pio", "PIO")]
    public void WhatIsWrittenIsInTheImageAndWhatIsInTheImageIsRead(string option, string mode)
    {
        using var disk = new DiskImage();
        byte[] text = Encoding.ASCII.GetBytes("host was here");
        disk.Write(30000 * Block, text);
        using (Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, CommandLine = option }))
        {
            Assert.Contains($"blocks, {mode}\n", machine.Serial.Text, StringComparison.Ordinal);
            Assert.Contains("host was here", machine.Command("disk read 30000"), StringComparison.Ordinal);
            Assert.Contains("5000 compared, 0 wrong\nfailed: 0 writes, 0 flushes, 0 reads; 0 retries",
                machine.Command("disk test 1001 5000 yes"), StringComparison.Ordinal);
            machine.ShutDown();
        }

        AssertPattern(disk.Read(), 1001, 5000);
    }

    [Fact]
    public void DisksOnBothChannelsAreApartAndTheCdDriveIsLeftAlone()
    {
        using var first = new DiskImage();
        using var second = new DiskImage();
        using var third = new DiskImage();
        MachineSetup setup = new() { Disk = first.Path, MoreDisks = [(1, second.Path), (3, third.Path)] };
        using (Machine machine = Machine.Boot(setup))
        {
            string list = machine.Command("disk");
            Assert.Matches(
                @"ata0: 32768 blocks(.|\n)*ata1: 32768 blocks(.|\n)*ata3: 32768 blocks(.|\n)*ata2: QEMU DVD-ROM, CD drive, left alone",
                list);
            Assert.Contains("300 compared, 0 wrong", machine.Command("disk ata1 test 2000 300 yes"), StringComparison.Ordinal);
            Assert.Contains("400 compared, 0 wrong", machine.Command("disk ata3 test 3000 400 yes"), StringComparison.Ordinal);
            machine.ShutDown();
        }

        AssertPattern(second.Read(), 2000, 300);
        AssertPattern(third.Read(), 3000, 400);
        Assert.All(first.Read().AsSpan(2000 * Block, 2000 * Block).ToArray(), value => Assert.Equal(0, value));
        Assert.All(second.Read().AsSpan(3000 * Block, 400 * Block).ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void PartitionTableIsListed()
    {
        using var disk = new DiskImage();
        PutGpt(disk);
        using Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path });
        string list = machine.Command("disk");
        Assert.Contains("1: from 2048, 4096 blocks, 2 MiB, EFI system 'start'", list, StringComparison.Ordinal);
        Assert.Contains("partition table: GPT\n", list, StringComparison.Ordinal);
        machine.ShutDown();
    }

    [Fact]
    public void DmaReadsAtLeastFiveTimesAsFastAsPio()
    {
        using var disk = new DiskImage(64 * 1024 * 1024);
        using Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path });
        string figures = machine.Command("disk bench");
        double Rate(string name) =>
            double.Parse(Regex.Match(figures, $@"BENCH {name} MB/s (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(Rate("disk-dma-128k") >= 5 * Rate("disk-pio-128k"), figures);
        Assert.Contains("disk-dma-4k", figures, StringComparison.Ordinal);
        machine.ShutDown();
    }

    [Fact]
    public void BadBlockIsReportedByItsAddress()
    {
        using var disk = new DiskImage();
        using var rules =
            new ErrorRules("[inject-error]\nevent = \"read_aio\"\niotype = \"read\"\nerrno = \"5\"\nsector = \"4077\"\nonce = \"off\"\n");
        using Machine machine = Machine.Boot(new MachineSetup { DiskFile = rules.Over(disk) });
        string report = machine.Command("disk test 4000 1000 yes");
        Assert.Contains("0 wrong", report, StringComparison.Ordinal);
        Assert.Contains("0 writes, 0 flushes, 1 reads", report, StringComparison.Ordinal);
        Assert.Contains("the last failure, at block 4077: the disk reported an error", report, StringComparison.Ordinal);
        machine.ShutDown();
    }

    /// <summary>Each block of the kernel's test pattern begins with its own number, and with the number of the run.</summary>
    internal static void AssertPattern(byte[] image, int first, int count)
    {
        ulong run = BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(first * Block + 8));
        Assert.NotEqual(0ul, run);
        for (int block = first; block < first + count; block++)
        {
            ReadOnlySpan<byte> content = image.AsSpan(block * Block, Block);
            Assert.Equal((ulong)block, BinaryPrimitives.ReadUInt64LittleEndian(content));
            for (int word = 2; word < Block / 8; word++)
            {
                ulong expected = ((ulong)block ^ run) * 0x9E37_79B9_7F4A_7C15 + (ulong)word * (0x9E37_79B9_7F4A_7C15 >> 1);
                Assert.Equal(expected, BinaryPrimitives.ReadUInt64LittleEndian(content[(word * 8)..]));
            }
        }

        Assert.NotEqual((ulong)(first + count), BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan((first + count) * Block)));
    }

    /// <summary>A GUID partition table with one partition; the first copy only.</summary>
    private static void PutGpt(DiskImage disk)
    {
        const int blocks = 32768;
        disk.Write(446, [0, 0, 2, 0, 0xEE, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 0xFF, 0x7F, 0, 0]);
        disk.Write(510, [0x55, 0xAA]);
        byte[] entries = new byte[128 * 128];
        new Guid("C12A7328-F81F-11D2-BA4B-00A0C93EC93B").TryWriteBytes(entries);
        Guid.NewGuid().TryWriteBytes(entries.AsSpan(16));
        BinaryPrimitives.WriteUInt64LittleEndian(entries.AsSpan(32), 2048);
        BinaryPrimitives.WriteUInt64LittleEndian(entries.AsSpan(40), 6143);
        Encoding.Unicode.GetBytes("start").CopyTo(entries, 56);
        byte[] header = new byte[92];
        Encoding.ASCII.GetBytes("EFI PART").CopyTo(header, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), 0x10000);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), 92);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(24), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(32), blocks - 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(40), 34);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(48), blocks - 34);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(72), 2);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(80), 128);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(84), 128);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(88), Crc32(entries));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), Crc32(header));
        disk.Write(Block, header);
        disk.Write(2 * Block, entries);
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint state = uint.MaxValue;
        foreach (byte value in bytes)
        {
            state ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state & 1) != 0 ? (state >> 1) ^ 0xEDB88320 : state >> 1;
            }
        }

        return ~state;
    }
}
