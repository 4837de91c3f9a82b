using System;
using Cosmos.Common;
using Cosmos.HAL;
using Cosmos.HAL.BlockDevice;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Drivers.Disk;

/// <summary>A PC's IDE controller: two channels of two drives, and a bus master for both (Intel 82371AB data sheet, chapter 4).</summary>
/// <remarks>Without a PCI controller the channels may be there all the same, in their old places; then the processor moves all
/// data.</remarks>
public static class AtaController
{
    /// <summary>Bytes of device memory for the descriptor tables of both channels.</summary>
    public const int TableBytes = MemoryManager.PageBytes;

    private const byte MassStorage = 0x01;
    private const byte Ide = 0x01;
    private const int BusMasterBar = 4;
    private const int Channels = 2;

    /// <summary>Finds the drives on both channels, lists them in <see cref="BlockDevice.Devices"/> and lets the channels interrupt. Boot
    /// context.</summary>
    /// <param name="scheduler">Whose threads will wait.</param>
    /// <param name="pool">The pool that all disks share.</param>
    /// <param name="tables">Device memory, <see cref="TableBytes"/>.</param>
    /// <param name="mode">Who moves data, where there is a choice.</param>
    /// <param name="createWriter">Makes an output for a drive's messages.</param>
    /// <returns>The first disk; null if there is none.</returns>
    [MayAllocate("boot")]
    public static AtaDrive? FindDrives(Scheduler scheduler, BlockingPool pool, Region tables, TransferMode mode,
        Func<TextOutput> createWriter)
    {
        PCIDevice? controller = PCI.GetDeviceClass(MassStorage, Ide);
        if (controller is not null)
        {
            controller.EnableDevice();
            controller.Claimed = true;
        }

        AtaDrive? first = FindOnChannel(controller, isSecond: false, scheduler, pool, tables, mode, createWriter);
        AtaDrive? second = FindOnChannel(controller, isSecond: true, scheduler, pool, tables, mode, createWriter);
        return first ?? second;
    }

    [MayAllocate("boot")]
    private static AtaDrive? FindOnChannel(PCIDevice? controller, bool isSecond, Scheduler scheduler, BlockingPool pool, Region tables,
        TransferMode mode, Func<TextOutput> createWriter)
    {
        BusMaster? busMaster = controller is null ? null : FindBusMaster(controller, isSecond, tables);
        var channel =
            new AtaChannel(isSecond ? "ata secondary" : "ata primary", AtaPlace.Of(controller, isSecond), controller is not null, busMaster,
            scheduler);
        Ata.ControllerIdEnum place = isSecond ? Ata.ControllerIdEnum.Secondary : Ata.ControllerIdEnum.Primary;
        if (!channel.IsPresent)
        {
            return null;
        }

        BlockDevice? master = FindDrive(isSecond ? "ata2" : "ata0", channel, place, Ata.BusPositionEnum.Master, pool, mode, createWriter);
        BlockDevice? slave = FindDrive(isSecond ? "ata3" : "ata1", channel, place, Ata.BusPositionEnum.Slave, pool, mode, createWriter);
        AtaDrive? disk = master as AtaDrive ?? slave as AtaDrive;
        if (disk is not null && !channel.EnableInterrupts())
        {
            return null;
        }

        Add(master);
        Add(slave);
        return disk;
    }

    [MayAllocate("boot")]
    private static BlockDevice? FindDrive(string name, AtaChannel channel, Ata.ControllerIdEnum controller, Ata.BusPositionEnum position,
        BlockingPool pool, TransferMode mode, Func<TextOutput> createWriter)
    {
        Span<byte> answer = stackalloc byte[AtaIdentity.Bytes];
        switch (channel.Identify(position == Ata.BusPositionEnum.Slave, answer))
        {
            case AtaKind.Packet:
                return new AtaPacketDrive(name, controller, position, AtaIdentity.ReadModel(answer));
            case AtaKind.Disk when AtaIdentity.TryParse(answer, out AtaIdentity identity):
                var drive = new AtaDrive(name, channel, controller, position, identity, pool, createWriter());
                drive.TrySetMode(mode);
                return drive;
            default:
                return null;
        }
    }

    [MayAllocate("boot")]
    private static void Add(BlockDevice? device)
    {
        if (device is not null)
        {
            BlockDevice.Devices.Add(device);
        }
    }

    [MayAllocate("boot")]
    private static BusMaster? FindBusMaster(PCIDevice controller, bool isSecond, Region tables)
    {
        PCIBaseAddressBar bar = controller.BaseAddressBar[BusMasterBar];
        if ((controller.ProgIF & BusMasterRegisters.InterfaceBusMaster) == 0 || !bar.IsIO || bar.BaseAddress == 0)
        {
            return null;
        }

        int ports = (int)bar.BaseAddress;
        if (isSecond && BusMaster.IsSimplex(ports))
        {
            return null;
        }

        nuint share = tables.Bytes / Channels;
        return new BusMaster(ports + (isSecond ? BusMasterRegisters.Ports : 0), new Region(tables.Start + (isSecond ? share : 0), share));
    }
}
