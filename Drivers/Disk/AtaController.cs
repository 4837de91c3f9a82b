using Cosmos.Common;
using Cosmos.HAL.BlockDevice;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Drivers.Disk;

/// <summary>The two channels that a PC's IDE controller has in compatibility mode, at the ports where they have been since 1984.</summary>
public static class AtaController
{
    private const int PrimaryCommand = 0x1F0;
    private const int PrimaryControl = 0x3F6;
    private const byte PrimaryLine = 14;
    private const int SecondaryCommand = 0x170;
    private const int SecondaryControl = 0x376;
    private const byte SecondaryLine = 15;

    /// <summary>Finds the disks on both channels, lists them in <see cref="BlockDevice.Devices"/> and lets the channels interrupt. Boot context.</summary>
    /// <param name="scheduler">Whose threads will wait.</param>
    /// <param name="pool">The pool that all disks share.</param>
    /// <returns>The first disk; null if there is none.</returns>
    [MayAllocate("boot")]
    public static AtaDrive? FindDrives(Scheduler scheduler, BlockingPool pool)
    {
        var primary = new AtaChannel("ata primary", PrimaryCommand, PrimaryControl, PrimaryLine, scheduler);
        var secondary = new AtaChannel("ata secondary", SecondaryCommand, SecondaryControl, SecondaryLine, scheduler);
        AtaDrive? first = FindOn(primary, Ata.ControllerIdEnum.Primary, "ata0", "ata1", pool);
        AtaDrive? second = FindOn(secondary, Ata.ControllerIdEnum.Secondary, "ata2", "ata3", pool);
        return first ?? second;
    }

    [MayAllocate("boot")]
    private static AtaDrive? FindOn(AtaChannel channel, Ata.ControllerIdEnum controller, string masterName, string slaveName, BlockingPool pool)
    {
        AtaDrive? master = AtaDrive.Find(masterName, channel, controller, Ata.BusPositionEnum.Master, pool);
        AtaDrive? slave = AtaDrive.Find(slaveName, channel, controller, Ata.BusPositionEnum.Slave, pool);
        if (master is not null)
        {
            BlockDevice.Devices.Add(master);
        }

        if (slave is not null)
        {
            BlockDevice.Devices.Add(slave);
        }

        if (master is not null || slave is not null)
        {
            channel.EnableInterrupts();
        }

        return master ?? slave;
    }
}
