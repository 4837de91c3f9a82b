using System;
using System.Linq;
using Reservoir.Devices;
using Reservoir.Drivers.Ata;
using Reservoir.Pools;
using Xunit;
using static Reservoir.Drivers.Ata.AtaRegisters;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>Drives and bus masters that fail: each failure is retried or is an error with its reason and its block, in bounded time, and
/// the channel works afterwards.</summary>
public sealed class AtaErrorTests
{
    private const int Second = 1000;

    [Theory]
    [InlineData(TransferMode.BusMaster, 0)]
    [InlineData(TransferMode.BusMaster, 37)]
    [InlineData(TransferMode.BusMaster, 99)]
    [InlineData(TransferMode.Programmed, 0)]
    [InlineData(TransferMode.Programmed, 37)]
    [InlineData(TransferMode.Programmed, 99)]
    public void TheBlockThatCannotBeReadIsNamed(TransferMode mode, int number)
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(), mode);
        FakeAtaDrive drive = bench.Setup.Master!;
        ulong bad = 500 + (ulong)number;
        drive.Medium.Unreadable.Add(bad);
        BufferHandle[] buffers = bench.Rent(1);
        BlockResult result = bench.Disk!.Read(bench.Context, 500, 100, buffers);
        Assert.Equal((BlockStatus.DeviceError, bad), (result.Status, result.Block));
        Assert.Equal((bad, FakeAtaDrive.ErrorUncorrectable), (bench.Disk.LastError.Block, bench.Disk.LastError.Error));
        Assert.Equal((ulong)(AtaDrive.Attempts - 1), bench.Disk.Retries);
        Assert.Equal(1ul, bench.Disk.Failures);
        Assert.Equal((ReadSectors, 500ul, 100), drive.Commands[^1]);
        Assert.Equal(0, drive.Resets);
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(700, 100));
    }

    [Theory]
    [InlineData(TransferMode.BusMaster)]
    [InlineData(TransferMode.Programmed)]
    public void TheBlockThatCannotBeWrittenIsNamed(TransferMode mode)
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(1ul << 40), mode);
        bench.Setup.Master!.Medium.Unwritable.Add(0x12_3456_789A);
        BufferHandle[] buffers = bench.Rent(2);
        BlockResult result = bench.Disk!.Write(bench.Context, 0x12_3456_7800, 200, buffers);
        Assert.Equal((BlockStatus.DeviceError, 0x12_3456_789Aul), (result.Status, result.Block));
        Assert.Equal(BlockStatus.Ok, bench.Write(5, 3, 1));
    }

    [Fact]
    public void AnErrorThatGoesAwayIsRetried()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        bench.Setup.Master!.Medium.Fails = (operation, number) => operation == MediumOperation.Read && number == 1;
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(5, 9));
        Assert.Equal((1ul, 0ul), (bench.Disk!.Retries, bench.Disk.Failures));
        Assert.Equal("", bench.Messages.ToString());
    }

    [Fact]
    public void AFlushThatFailsIsNotTriedAgain()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        bench.Setup.Master!.Medium.Fails = (operation, number) => operation == MediumOperation.Flush && number == 1;
        Assert.Equal(BlockStatus.DeviceError, bench.Disk!.Flush(bench.Context));
        Assert.Equal((0ul, 1ul), (bench.Disk.Retries, bench.Disk.Failures));
        Assert.Equal(1, bench.Setup.Master.Commands.Count(command => command.Code == FlushCacheExt));
        Assert.Equal(BlockStatus.Ok, bench.Disk.Flush(bench.Context));
    }

    [Fact]
    public void AFaultOfTheDeviceIsSaidAndRetried()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        bench.Setup.Master!.Faults = 1;
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 1));
        Assert.Equal(["disk: ata0: command C8 at block 8: the disk reported a fault"], bench.Messages.Lines);
        bench.Setup.Master.Faults = AtaDrive.Attempts;
        Assert.Equal(BlockStatus.DeviceFault, bench.ReadAndCompare(8, 1));
    }

    [Theory]
    [InlineData(TransferMode.BusMaster)]
    [InlineData(TransferMode.Programmed)]
    public void ACommandThatNeverEndsTimesOutAndTheDriveIsReset(TransferMode mode)
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(), mode);
        FakeAtaDrive drive = bench.Setup.Master!;
        drive.HungCommands = 1;
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 2));
        Assert.InRange(bench.Waited, 10 * Second, 11 * Second);
        Assert.Equal((1ul, 1ul, 0ul), (bench.Disk!.Timeouts, bench.Disk.Retries, bench.Disk.Failures));
        Assert.Equal(1, drive.Resets);
        Assert.Equal(16, drive.Multiple);
        string code = mode == TransferMode.BusMaster ? "C8" : "C4";
        Assert.Equal([$"disk: ata0: command {code} at block 8: the disk did not answer in time"], bench.Messages.Lines);
    }

    [Fact]
    public void AWriteAndAFlushThatNeverEndTimeOut()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(), TransferMode.Programmed);
        bench.Setup.Master!.HungCommands = AtaDrive.Attempts;
        Assert.Equal(BlockStatus.TimedOut, bench.Write(8, 2, 3));
        Assert.Equal((3ul, 1ul), (bench.Disk!.Timeouts, bench.Disk.Failures));
        bench.Setup.Master.HungCommands = 1;
        int waited = bench.Waited;
        Assert.Equal(BlockStatus.TimedOut, bench.Disk.Flush(bench.Context));
        Assert.InRange(bench.Waited - waited, 60 * Second, 61 * Second);
        Assert.Equal(BlockStatus.Ok, bench.Write(8, 2, 3));
    }

    [Theory]
    [InlineData(TransferMode.BusMaster)]
    [InlineData(TransferMode.Programmed)]
    public void ALostInterruptIsNoticedWithinASecondAndRetried(TransferMode mode)
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(), mode);
        bench.Setup.Master!.LostInterrupts = 1;
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 20));
        Assert.InRange(bench.Waited, Second, Second + 100);
        Assert.Equal((0ul, 1ul, 1ul), (bench.Disk!.Timeouts, bench.Disk.LostInterrupts, bench.Disk.Retries));
        Assert.Equal(1, bench.Setup.Master.Resets);
    }

    [Fact]
    public void ALostInterruptBetweenGroupsOfAWriteIsNoticed()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(), TransferMode.Programmed);
        Action passTime = bench.Workshop.TimePassed;
        bool isLost = false;
        bench.Workshop.TimePassed = () =>
        {
            if (!isLost && bench.Setup.Master!.Medium.CountOf(MediumOperation.Write) == 1)
            {
                isLost = true;
                bench.Setup.Master.LostInterrupts = 1;
            }

            passTime();
        };
        Assert.Equal(BlockStatus.Ok, bench.Write(8, 64, 9));
        Assert.Equal(1ul, bench.Disk!.LostInterrupts);
        Assert.All(bench.Setup.Master!.Medium.Block(71), value => Assert.Equal(9, value));
    }

    [Fact]
    public void AnInterruptThatIsNotTheDrivesChangesNothing()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        Action passTime = bench.Workshop.TimePassed;
        bench.Setup.Master!.HungCommands = 1;
        bench.Workshop.TimePassed = () =>
        {
            bench.Bus.Raise(DiskBench.FirstLine);
            passTime();
        };
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 2));
        Assert.Equal((1ul, 0ul), (bench.Disk!.Timeouts, bench.Disk.LostInterrupts));
    }

    [Fact]
    public void ATransferThatEndsBeforeItsDataIsAnErrorOfTheTransport()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        bench.Setup.Master!.ShortTransfers = 1;
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 20));
        Assert.Equal(["disk: ata0: command C8 at block 8: the data could not be moved between disk and memory"], bench.Messages.Lines);
        Assert.Equal(1, bench.Setup.Master.Resets);
    }

    [Fact]
    public void DataThatWasDamagedOnTheCableIsMovedAgain()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        bench.Setup.Master!.CableErrors = 1;
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 20));
        Assert.Equal(["disk: ata0: command C8 at block 8: the data could not be moved between disk and memory"], bench.Messages.Lines);
        Assert.Equal(TransferMode.BusMaster, bench.Disk!.Mode);
    }

    [Fact]
    public void AfterThreeBusErrorsInARowTheProcessorMovesTheData()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        bench.Primary.BusMaster.MemoryErrors = AtaDrive.MostBusErrors;
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 20));
        Assert.Equal(TransferMode.BusMaster, bench.Disk!.Mode);
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 20));
        Assert.Equal(TransferMode.Programmed, bench.Disk.Mode);
        Assert.Contains("the bus master has failed 3 times in a row; the processor moves the data from now on", bench.Messages.ToString());
        int starts = bench.Primary.BusMaster.Starts;
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 20));
        Assert.Equal(starts, bench.Primary.BusMaster.Starts);
        Assert.True(bench.Disk.TrySetMode(TransferMode.BusMaster));
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 20));
        Assert.Equal(starts + 1, bench.Primary.BusMaster.Starts);
    }

    [Fact]
    public void BusErrorsThatAreNotInARowLeaveTheBusMasterInUse()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        for (int i = 0; i < 5; i++)
        {
            bench.Setup.Master!.CableErrors = 1;
            Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 20));
        }

        Assert.Equal((TransferMode.BusMaster, 5ul), (bench.Disk!.Mode, bench.Disk.Retries));
    }

    [Fact]
    public void ADriveThatIsGoneIsRefusedAtOnceAndFoundAgain()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        bench.Primary.IsGone = true;
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(BlockStatus.NoDevice, bench.ReadAndCompare(8, 2));
        }

        Assert.Equal(BlockStatus.NoDevice, bench.Disk!.Flush(bench.Context));
        Assert.Equal(0, bench.Waited);
        Assert.Equal((0ul, 4ul), (bench.Disk.Retries, bench.Disk.Failures));
        Assert.Equal(["disk: ata0 doesn't answer; requests are refused until it does"], bench.Messages.Lines);
        bench.Primary.IsGone = false;
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 2));
        Assert.Equal("disk: ata0 answers again", bench.Messages.Lines[^1]);
    }

    [Fact]
    public void ADriveThatGoesInTheMiddleOfACommandIsNoticedWithinASecond()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        bench.Setup.Master!.HungCommands = 1;
        Action passTime = bench.Workshop.TimePassed;
        bench.Workshop.TimePassed = () =>
        {
            bench.Primary.IsGone = bench.Waited >= 100;
            passTime();
        };
        Assert.Equal(BlockStatus.NoDevice, bench.ReadAndCompare(8, 2));
        Assert.InRange(bench.Waited, 100, Second + 10);
        Assert.Equal(bench.Pool.Count, bench.Pool.Free);
    }

    [Fact]
    public void ADriveThatStaysBusyAfterItsResetIsGivenUpAfter31Seconds()
    {
        FakeAtaDrive drive = DiskBench.Drive();
        using DiskBench bench = DiskBench.WithDisk(drive);
        drive.HungCommands = 1;
        drive.IsDead = true;
        Assert.Equal(BlockStatus.NoDevice, bench.ReadAndCompare(8, 2));
        Assert.InRange(bench.Waited, 41 * Second, 42 * Second);
        int waited = bench.Waited;
        Assert.Equal(BlockStatus.NoDevice, bench.ReadAndCompare(8, 2));
        Assert.Equal(waited, bench.Waited);
        drive.IsDead = false;
        drive.BeginReset();
        drive.EndReset();
        drive.Proceed();
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(8, 2));
        Assert.Equal("disk: ata0 answers again", bench.Messages.Lines[^1]);
    }

    [Fact]
    public void AResetForOneDriveLeavesTheOtherUsable()
    {
        using var bench = new DiskBench(new DiskSetup { Master = DiskBench.Drive(), Slave = DiskBench.Drive() });
        bench.Find(TransferMode.Programmed);
        AtaDrive slave = ((AtaBlockDevice)bench.Found[1]).Drive;
        bench.Setup.Slave!.HungCommands = 1;
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(3, 30, bench.Setup.Slave, slave));
        Assert.Equal((1, 1), (bench.Setup.Master!.Resets, bench.Setup.Slave.Resets));
        Assert.Equal((16, 16), (bench.Setup.Master.Multiple, bench.Setup.Slave.Multiple));
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(3, 30));
    }

    [Fact]
    public void BuffersAreFreeAgainAfterEveryFailure()
    {
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive());
        FakeAtaDrive drive = bench.Setup.Master!;
        drive.HungCommands = 3;
        Assert.Equal(BlockStatus.TimedOut, bench.ReadAndCompare(8, 2));
        drive.LostInterrupts = 3;
        Assert.Equal(BlockStatus.InterruptLost, bench.ReadAndCompare(8, 2));
        drive.Medium.Unreadable.Add(8);
        Assert.Equal(BlockStatus.DeviceError, bench.ReadAndCompare(8, 2));
        Assert.Equal(bench.Pool.Count, bench.Pool.Free);
    }
}
