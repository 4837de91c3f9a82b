using System;
using System.Linq;
using Reservoir.Devices;
using Reservoir.Drivers.Ata;
using Reservoir.Pools;
using Xunit;
using static Reservoir.Drivers.Ata.AtaRegisters;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>Blocks that are read and written as they should be: by the processor and by the bus master, at the edges of addresses, counts
/// and descriptors.</summary>
public sealed class AtaTransferTests
{
    [Theory]
    [InlineData(TransferMode.BusMaster, 1)]
    [InlineData(TransferMode.BusMaster, 127)]
    [InlineData(TransferMode.BusMaster, 128)]
    [InlineData(TransferMode.Programmed, 1)]
    [InlineData(TransferMode.Programmed, 16)]
    [InlineData(TransferMode.Programmed, 17)]
    [InlineData(TransferMode.Programmed, 128)]
    public void BlocksAreReadAndWrittenAndNoOthers(TransferMode mode, int count)
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(), mode);
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(1000, count));
        Assert.Equal(BlockStatus.Ok, bench.Write(1000, count, 0x5A));
        FakeAtaMedium medium = bench.Setup.Master!.Medium;
        for (int i = 0; i < count; i++)
        {
            Assert.All(medium.Block(1000 + (ulong)i), value => Assert.Equal(0x5A, value));
        }

        Assert.NotEqual(0x5A, medium.Block(999)[0]);
        Assert.NotEqual(0x5A, medium.Block(1000 + (ulong)count)[0]);
        Assert.Equal((0ul, 0ul), (bench.Disk!.Retries, bench.Disk.LostInterrupts));
        Assert.Equal("", bench.Messages.ToString());
    }

    [Fact]
    public void ByTheProcessorAnInterruptIsForAGroupOfBlocks()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(), TransferMode.Programmed);
        Assert.Equal(16, bench.Setup.Master!.Multiple);
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(0, 40));
        Assert.Equal((ReadMultiple, 0ul, 40), bench.Setup.Master.Commands[^1]);
        Assert.Equal(3, bench.Setup.Master.Medium.CountOf(MediumOperation.Read));
    }

    [Fact]
    public void SeveralBuffersAreOneCommandAndEachIsSplitAt64KiB()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        FakeAtaDrive drive = bench.Setup.Master!;
        BufferHandle[] buffers = bench.Rent(bench.Disk!.MaxBuffersPerRequest);
        Assert.Equal(8, buffers.Length);
        int count = buffers.Length * DiskBench.BlocksPerBuffer - 5;
        int pieces = buffers.Sum(buffer => bench.Pool.GetBusAddress(buffer) % 0x10000 == 0 ? 1 : 2);
        Assert.True(pieces > buffers.Length, "no buffer crosses 64 KiB");
        int commands = drive.Commands.Count;

        Assert.Equal(BlockStatus.Ok, bench.Disk.Read(bench.Context, 4000, count, buffers).Status);
        Assert.InRange(bench.Primary.BusMaster.Descriptors, pieces - 1, pieces);
        for (int i = 0; i < count; i++)
        {
            int at = i % DiskBench.BlocksPerBuffer * DiskBench.BlockBytes;
            Assert.True(bench.Pool.GetSpan(buffers[i / DiskBench.BlocksPerBuffer]).Slice(at, DiskBench.BlockBytes)
                .SequenceEqual(drive.Medium.Block(4000 + (ulong)i)), $"block {i}");
        }

        Assert.Equal(BlockStatus.Ok, bench.Disk.Write(bench.Context, 9000, count, buffers).Status);
        Assert.Equal([(ReadDmaExt, 4000ul, count), (WriteDmaExt, 9000ul, count)], drive.Commands.Skip(commands));
        for (ulong i = 0; i < (ulong)count; i++)
        {
            Assert.Equal(drive.Medium.Block(4000 + i), drive.Medium.Block(9000 + i));
        }

        Assert.All(buffers, buffer => Assert.Equal(ReturnError.None, bench.Pool.Return(buffer)));
    }

    [Fact]
    public void ByTheProcessorEachBufferIsACommand()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(), TransferMode.Programmed);
        BufferHandle[] buffers = bench.Rent(3);
        int commands = bench.Setup.Master!.Commands.Count;
        Assert.Equal(BlockStatus.Ok, bench.Disk!.Read(bench.Context, 10, 300, buffers).Status);
        Assert.Equal([(ReadMultiple, 10ul, 128), (ReadMultiple, 138ul, 128), (ReadMultiple, 266ul, 44)],
            bench.Setup.Master.Commands.Skip(commands));
    }

    [Fact]
    public void ADriveWithShortCountsTakesAsManyBuffersAsItCanCount()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.ShortDrive());
        Assert.Equal(2, bench.Disk!.MaxBuffersPerRequest);
        BufferHandle[] buffers = bench.Rent(2);
        Assert.Equal(BlockStatus.Ok, bench.Disk.Read(bench.Context, 0, 256, buffers).Status);
        Assert.Equal((ReadDma, 0ul, 256), bench.Setup.Master!.Commands[^1]);
        Assert.Equal(BlockStatus.TooManyBlocks, bench.Disk.Read(bench.Context, 0, 300, bench.Rent(3)).Status);
    }

    [Theory]
    [InlineData(0x0FFF_FFFD, 2, ReadDma)]
    [InlineData(0x0FFF_FFFE, 1, ReadDma)]
    [InlineData(0x0FFF_FFFE, 2, ReadDmaExt)]
    [InlineData(0x0FFF_FFFF, 1, ReadDmaExt)]
    [InlineData(0x1000_0000, 3, ReadDmaExt)]
    [InlineData(0xFFFF_FFFF_FFFE, 1, ReadDmaExt)]
    [InlineData(0x1234_5678_9ABC, 7, ReadDmaExt)]
    public void AddressesReachTheDriveWhole(ulong block, int count, byte command)
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(1ul << 48));
        Assert.Equal(0xFFFF_FFFF_FFFFul, bench.Disk!.BlockCount);
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(block, count));
        Assert.Equal((command, block, count), bench.Setup.Master!.Commands[^1]);
        Assert.True(bench.Disk.TrySetMode(TransferMode.Programmed));
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(block, count));
    }

    [Fact]
    public void TheLastBlockOfAShortAddressIsReadInBothModes()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.ShortDrive(uint.MaxValue));
        Assert.Equal(0x0FFF_FFFFul, bench.Disk!.BlockCount);
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(0x0FFF_FFFE, 1));
        Assert.Equal(BlockStatus.OutOfRange, bench.ReadAndCompare(0x0FFF_FFFF, 1));
    }

    [Fact]
    public void TwoDrivesOfAChannelAreServedInTurn()
    {
        using var bench = new DiskBench(new DiskSetup { Master = DiskBench.Drive(), Slave = DiskBench.ShortDrive() });
        bench.Find();
        AtaDrive slave = ((AtaBlockDevice)bench.Found[1]).Drive;
        Assert.Equal(BlockStatus.Ok, bench.Write(7, 1, 0x11));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(7, 2));
            Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(7, 2, bench.Setup.Slave, slave));
        }

        Assert.NotEqual(0x11, bench.Setup.Slave!.Medium.Block(7)[0]);
        Assert.Equal(0ul, bench.Disk!.Retries + slave.Retries);
    }

    [Fact]
    public void BadRequestsAreRefusedBeforeTheDriveIsTouched()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(1000));
        int commands = bench.Setup.Master!.Commands.Count;
        BufferHandle[] buffers = bench.Rent(2);
        AtaDrive disk = bench.Disk!;
        Assert.Equal(BlockStatus.TooManyBlocks, disk.Read(bench.Context, 0, 0, buffers[0]));
        Assert.Equal(BlockStatus.TooManyBlocks, disk.Write(bench.Context, 0, 129, buffers[0]));
        Assert.Equal(BlockStatus.TooManyBlocks, disk.Write(bench.Context, 0, 128, buffers).Status);
        Assert.Equal(BlockStatus.OutOfRange, disk.Read(bench.Context, 1000, 1, buffers[0]));
        Assert.Equal(BlockStatus.OutOfRange, disk.Read(bench.Context, 999, 2, buffers[0]));
        Assert.Equal(BlockStatus.OutOfRange, disk.Read(bench.Context, ulong.MaxValue, 2, buffers[0]));
        Assert.Equal(ReturnError.None, bench.Pool.Return(buffers[1]));
        Assert.Equal(BlockStatus.BufferRefused, disk.Read(bench.Context, 0, 1, buffers[1]));
        Assert.Equal(BlockStatus.BufferRefused, disk.Write(bench.Context, 0, 200, buffers).Status);
        Assert.Equal(BlockStatus.NotAllowedHere, disk.Read(default, 0, 1, buffers[0]));
        Assert.Equal(commands, bench.Setup.Master.Commands.Count);
        Assert.Equal(ReturnError.None, bench.Pool.Return(buffers[0]));
    }

    [Theory]
    [InlineData(true, FlushCacheExt)]
    [InlineData(false, FlushCache)]
    public void AFlushIsTheCommandThatTheDriveKnows(bool isExtended, byte command)
    {
        using DiskBench bench = DiskBench.WithDisk(isExtended ? DiskBench.Drive() : DiskBench.ShortDrive());
        Assert.Equal(BlockStatus.Ok, bench.Disk!.Flush(bench.Context));
        Assert.Equal(command, bench.Setup.Master!.Commands[^1].Code);
        Assert.Equal(1, bench.Setup.Master.Medium.CountOf(MediumOperation.Flush));
    }

    [Fact]
    public void BlocksOfADriveAreReadIntoAnArrayAsCosmosDoes()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        var access = new BlockAccess(bench.Context, ((AtaBlockDevice)bench.Found[0]).Drive, 1_000_000);
        byte[] data = access.NewBlockArray(200);
        Assert.Equal(BlockStatus.Ok, access.ReadBlock(50, 200, ref data));
        Assert.Equal(bench.Setup.Master!.Medium.Block(249), data[^512..]);
    }
}
