using Cosmos.HAL.BlockDevice;
using Reservoir.Devices;
using Reservoir.Drivers.Ata;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>Which drives the driver finds, where, and how it then moves their data.</summary>
public sealed class AtaFindTests
{
    [Fact]
    public void DrivesAreNamedByTheirChannelAndTheirPlaceOnIt()
    {
        using var bench = new DiskBench(new DiskSetup
        {
            Master = DiskBench.Drive(1000),
            Slave = DiskBench.Drive(2000),
            SecondMaster = DiskBench.Drive(3000),
        });
        bench.Find();
        Assert.Equal(["ata0", "ata1", "ata2"], bench.Found.ConvertAll(device => device.Name));
        Assert.Equal([1000ul, 2000ul, 3000ul], bench.Found.ConvertAll(device => device.BlockCount));
        Assert.All(bench.Found, device => Assert.Equal((512ul, "QEMU HARDDISK"), (device.BlockSize, device.Model)));
        var second = Assert.IsType<AtaBlockDevice>(bench.Found[1]);
        Assert.Equal((Ata.ControllerIdEnum.Primary, Ata.BusPositionEnum.Slave), (second.ControllerID, second.BusPosition));
        Assert.Equal("ata0", bench.Disk!.Name);
        Assert.True(bench.Bus.HasHandler(DiskBench.FirstLine) && bench.Bus.HasHandler(DiskBench.SecondLine));
    }

    [Fact]
    public void APacketDriveIsKnownAndNotUsed()
    {
        using var bench = new DiskBench(new DiskSetup
        {
            Master = DiskBench.Drive(),
            SecondMaster = new FakeAtaDrive(new IdentifyAnswer(), isPacket: true),
        });
        bench.Find();
        var drive = Assert.IsType<AtaPacketDrive>(bench.Found[1]);
        Assert.Equal(("ata2", "QEMU HARDDISK", 0ul), (drive.Name, drive.Model, drive.BlockCount));
        Assert.Equal(BlockDeviceType.RemovableCD, drive.Type);
        Assert.False(bench.Bus.HasHandler(DiskBench.SecondLine));
    }

    [Fact]
    public void ADiskBehindAPacketDriveIsUsed()
    {
        FakeAtaDrive slave = DiskBench.Drive();
        using var bench = new DiskBench(new DiskSetup { Master = new FakeAtaDrive(new IdentifyAnswer(), isPacket: true), Slave = slave });
        bench.Find();
        Assert.Equal("ata1", bench.Disk!.Name);
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(77, 3, slave));
    }

    [Fact]
    public void EmptyChannelsHaveNoDrives()
    {
        using var bench = new DiskBench(new DiskSetup());
        bench.Find();
        Assert.Null(bench.Disk);
        Assert.Empty(bench.Found);
    }

    [Fact]
    public void AChannelWithoutAnInterruptLineHasNoDrives()
    {
        using var bench = new DiskBench(new DiskSetup { Master = DiskBench.Drive() });
        bench.Bus.HasNoLines = true;
        bench.Find();
        Assert.Null(bench.Disk);
        Assert.Empty(bench.Found);
    }

    [Fact]
    public void AnUnusableAnswerIsNoDrive()
    {
        var identity = new IdentifyAnswer();
        var drive = new FakeAtaDrive(identity) { HungCommands = 1 };
        using var bench = new DiskBench(new DiskSetup { Master = drive });
        bench.Find();
        Assert.Empty(bench.Found);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void InNativeModePortsAndLineAreTheControllers(bool usesDma)
    {
        using var bench = new DiskBench(new DiskSetup
        {
            Master = DiskBench.Drive(),
            SecondMaster = DiskBench.Drive(4096),
            IsNative = true,
        });
        bench.Find(usesDma ? TransferMode.BusMaster : TransferMode.Programmed);
        Assert.Contains((0xC100, 8), bench.Bus.Opened);
        Assert.Contains((0xC202, 1), bench.Bus.Opened);
        Assert.True(bench.Bus.HasHandler(DiskBench.NativeLine));
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(5, 20));
        AtaDrive second = ((AtaBlockDevice)bench.Found[1]).Drive;
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(9, 2, bench.Setup.SecondMaster, second));
        Assert.Equal(BlockStatus.Ok, bench.Write(5, 20, 0xAB));
        Assert.Equal(0ul, bench.Disk!.LostInterrupts);
    }

    [Fact]
    public void WithoutAControllerTheProcessorMovesWordsOf16Bits()
    {
        using var bench = new DiskBench(new DiskSetup { Master = DiskBench.Drive(), HasController = false });
        bench.Find();
        Assert.Equal(TransferMode.Programmed, bench.Disk!.Mode);
        Assert.False(bench.Disk.TrySetMode(TransferMode.BusMaster));
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(1, 40));
        Assert.True(bench.Primary.NarrowTransfers > 0);
        Assert.Equal(0, bench.Primary.WideTransfers);
    }

    [Fact]
    public void ASimplexBusMasterServesTheFirstChannelOnly()
    {
        using var bench = new DiskBench(new DiskSetup { Master = DiskBench.Drive(), SecondMaster = DiskBench.Drive() });
        bench.Primary.BusMaster.IsSimplex = true;
        bench.Find();
        Assert.Equal(TransferMode.BusMaster, bench.Disk!.Mode);
        Assert.Equal(TransferMode.Programmed, ((AtaBlockDevice)bench.Found[1]).Drive.Mode);
    }

    [Fact]
    public void ADriveForWhichTheFirmwareChoseNoDmaModeIsMovedByTheProcessor()
    {
        var identity = new IdentifyAnswer { [IdentifyAnswer.Capabilities] = IdentifyAnswer.Lba | IdentifyAnswer.Dma };
        using DiskBench bench = DiskBench.WithDisk(new FakeAtaDrive(identity));
        Assert.Equal(TransferMode.Programmed, bench.Disk!.Mode);
        Assert.Equal(BlockStatus.Ok, bench.ReadAndCompare(1, 3));
        Assert.Equal(AtaRegisters.ReadSectors, bench.Setup.Master!.Commands[^1].Code);
    }

    [Fact]
    public void TheWindowsOfAWrapperAreTheDrivers()
    {
        int wrapped = 0;
        using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(), wrap: windows =>
        {
            wrapped++;
            return new AtaWindows(windows.Command, windows.Control, busMaster: null);
        });
        Assert.Equal(2, wrapped);
        Assert.Equal(TransferMode.Programmed, bench.Disk!.Mode);
    }
}
