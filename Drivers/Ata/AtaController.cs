using System;
using System.Collections.Generic;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.HAL;
using Cosmos.HAL.BlockDevice;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using BusPosition = Cosmos.HAL.BlockDevice.Ata.BusPositionEnum;
using ControllerId = Cosmos.HAL.BlockDevice.Ata.ControllerIdEnum;

namespace Reservoir.Drivers.Ata;

/// <summary>A PC's IDE controller: two channels of two drives, and a bus master for both (Intel 82371AB data sheet, chapter 4).</summary>
/// <remarks>
/// <para>Without a PCI controller the channels may be there all the same, at their old addresses; then the processor moves all data.</para>
/// <para>Every register is reached through a <see cref="PortWindow"/>. Tests on a host give a <see cref="DeviceBus"/> with devices made of
/// code; <see cref="FindDrives"/> takes a function that may wrap each channel's <see cref="AtaWindows"/>, to make it misbehave.</para>
/// </remarks>
public sealed class AtaController
{
    /// <summary>Bytes of device memory for the descriptor tables of both channels.</summary>
    public const int TableBytes = MemoryManager.PageBytes;

    private const byte MassStorage = 0x01;
    private const byte Ide = 0x01;
    private const int BusMasterBar = 4;
    private const int Channels = 2;

    private readonly DeviceBus _bus;
    private readonly PCIDevice? _device;
    private readonly Scheduler _scheduler;
    private readonly BlockingPool _pool;
    private readonly Region _tables;
    private readonly Func<AtaWindows, AtaWindows>? _wrap;

    /// <summary>Describes a controller. Boot context.</summary>
    /// <param name="bus">Where its ports and its interrupts are.</param>
    /// <param name="device">Its PCI function; null for a machine without.</param>
    /// <param name="scheduler">Its threads will wait for the drives.</param>
    /// <param name="pool">The pool that all disks share.</param>
    /// <param name="tables">Device memory, <see cref="TableBytes"/>.</param>
    /// <param name="wrap">Gets each channel's windows and returns those that the driver shall use; null to use them as they are.</param>
    internal AtaController(DeviceBus bus, PCIDevice? device, Scheduler scheduler, BlockingPool pool, Region tables,
        Func<AtaWindows, AtaWindows>? wrap = null)
    {
        _bus = bus;
        _device = device;
        _scheduler = scheduler;
        _pool = pool;
        _tables = tables;
        _wrap = wrap;
    }

    /// <summary>Finds the drives on both channels of this machine, lists them in <see cref="BlockDevice.Devices"/> and lets the channels
    /// interrupt. Boot context.</summary>
    /// <param name="scheduler">Its threads will wait for the drives.</param>
    /// <param name="pool">The pool that all disks share.</param>
    /// <param name="tables">Device memory, <see cref="TableBytes"/>.</param>
    /// <param name="mode">Who moves data, where there is a choice.</param>
    /// <param name="createWriter">Makes an output for a drive's messages.</param>
    /// <param name="wrap">Gets each channel's windows and returns those that the driver shall use; null, as in the product, to use them as
    /// they are.</param>
    /// <returns>The first disk; null if there is none.</returns>
    [MayAllocate("boot")]
    public static AtaDrive? FindDrives(Scheduler scheduler, BlockingPool pool, Region tables, TransferMode mode,
        Func<TextOutput> createWriter, Func<AtaWindows, AtaWindows>? wrap = null)
    {
        PCIDevice? device = PCI.GetDeviceClass(MassStorage, Ide);
        var controller = new AtaController(ProcessorBus.Instance, device, scheduler, pool, tables, wrap);
        return controller.Find(mode, createWriter, BlockDevice.Devices);
    }

    /// <summary>Finds the drives on both channels and lets the channels interrupt. Boot context.</summary>
    /// <param name="mode">Who moves data, where there is a choice.</param>
    /// <param name="createWriter">Makes an output for a drive's messages.</param>
    /// <param name="found">Receives the drives, in the order of their names.</param>
    /// <returns>The first disk; null if there is none.</returns>
    [MayAllocate("boot")]
    internal AtaDrive? Find(TransferMode mode, Func<TextOutput> createWriter, List<BlockDevice> found)
    {
        if (_device is not null)
        {
            _device.EnableDevice();
            _device.Claimed = true;
        }

        AtaDrive? first = FindOnChannel(isSecond: false, mode, createWriter, found);
        AtaDrive? second = FindOnChannel(isSecond: true, mode, createWriter, found);
        return first ?? second;
    }

    [MayAllocate("boot")]
    private AtaDrive? FindOnChannel(bool isSecond, TransferMode mode, Func<TextOutput> createWriter, List<BlockDevice> found)
    {
        AtaChannel channel = OpenChannel(isSecond);
        if (!channel.IsPresent)
        {
            return null;
        }

        ControllerId controller = isSecond ? ControllerId.Secondary : ControllerId.Primary;
        BlockDevice? master = FindDrive(isSecond ? "ata2" : "ata0", channel, controller, BusPosition.Master, createWriter);
        BlockDevice? slave = FindDrive(isSecond ? "ata3" : "ata1", channel, controller, BusPosition.Slave, createWriter);
        AtaDrive? firstDisk = (master as AtaBlockDevice ?? slave as AtaBlockDevice)?.Drive;
        if (firstDisk is not null && !channel.EnableInterrupts(_bus))
        {
            return null;
        }

        Add(master, mode, found);
        Add(slave, mode, found);
        return firstDisk;
    }

    [MayAllocate("boot")]
    private AtaChannel OpenChannel(bool isSecond)
    {
        AtaPlace place = AtaPlace.Of(_device, isSecond);
        AtaWindows windows = place.Open(_bus, OpenBusMaster(isSecond));
        windows = _wrap is null ? windows : _wrap(windows);
        nuint share = _tables.Bytes / Channels;
        BusMaster? busMaster = windows.BusMaster is null
            ? null : new BusMaster(windows.BusMaster, new Region(_tables.Start + (isSecond ? share : 0), share));
        return new AtaChannel(isSecond ? "ata secondary" : "ata primary", in place, windows, _device is not null, busMaster, _scheduler);
    }

    [MayAllocate("boot")]
    private BlockDevice? FindDrive(string name, AtaChannel channel, ControllerId controller, BusPosition position,
        Func<TextOutput> createWriter)
    {
        Span<byte> answer = stackalloc byte[AtaIdentity.Bytes];
        bool isSlave = position == BusPosition.Slave;
        switch (channel.Identify(isSlave, answer))
        {
            case AtaKind.Packet:
                return new AtaPacketDrive(name, controller, position, AtaIdentity.ReadModel(answer));
            case AtaKind.Disk when AtaIdentity.TryParse(answer, out AtaIdentity identity):
                return new AtaBlockDevice(new AtaDrive(name, channel, isSlave, identity, _pool, createWriter()), controller, position);
            default:
                return null;
        }
    }

    [MayAllocate("boot")]
    private static void Add(BlockDevice? device, TransferMode mode, List<BlockDevice> found)
    {
        if (device is not null)
        {
            (device as AtaBlockDevice)?.Drive.TrySetMode(mode);
            found.Add(device);
        }
    }

    [MayAllocate("boot")]
    private PortWindow? OpenBusMaster(bool isSecond)
    {
        if (_device is null || (_device.ProgIF & BusMasterRegisters.InterfaceBusMaster) == 0)
        {
            return null;
        }

        PCIBaseAddressBar bar = _device.BaseAddressBar[BusMasterBar];
        if (!bar.IsIO || bar.BaseAddress == 0)
        {
            return null;
        }

        int ports = (int)bar.BaseAddress;
        PortWindow first = _bus.OpenPorts(ports, BusMasterRegisters.Ports);
        if (!isSecond)
        {
            return first;
        }

        return BusMaster.IsSimplex(first) ? null : _bus.OpenPorts(ports + BusMasterRegisters.Ports, BusMasterRegisters.Ports);
    }
}
