using System;
using System.Collections.Generic;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.HAL.BlockDevice;
using Reservoir.Devices;
using Reservoir.Drivers.Ata;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Pools;
using Reservoir.Recorder;
using Reservoir.Threads;
using Reservoir.Volume;

namespace Reservoir;

/// <summary>The disks on their blocking pool, and the recorder between the network and the first disk. Boot context.</summary>
public sealed class StorageWiring
{
    /// <summary>Looks for disks and puts the recorder on the first. Boot context.</summary>
    /// <param name="machine">What is there already, the network among it.</param>
    /// <param name="wrap">Puts something between the driver and a channel's registers, or gives them as they are.</param>
    public StorageWiring(Machine machine, Func<AtaWindows, AtaWindows> wrap)
    {
        Reservations reservations = machine.Reservations;
        Scheduler scheduler = machine.Scheduler;
        Region tables = reservations.Region("disk-tables", ReservationKind.Device);
        BlockingPool buffers = reservations.BlockingOrShared("disk");
        TransferMode mode = machine.Options.UsesProgrammedDisk ? TransferMode.Programmed : TransferMode.BusMaster;
        Disk = AtaController.FindDrives(scheduler, buffers, tables, mode, machine.CreateLogWriter, wrap);
        Disks = List(machine.Console.Messages);
        RecorderPool = reservations.NonBlockingOrShared("recorder");
        Recorder = new RecorderWiring(machine, Disk, RecorderPool, RecorderService.RecorderPort, Plan.Writer);
    }

    /// <summary>The first disk; null if there is none.</summary>
    public AtaDrive? Disk { get; }

    /// <summary>All disks, that one first.</summary>
    public IBlockStorage[] Disks { get; }

    /// <summary>Drives of other kinds.</summary>
    public UnusedDrive[] Others { get; private set; } = [];

    /// <summary>The recorder on the first disk.</summary>
    public RecorderWiring Recorder { get; }

    /// <summary>Where datagrams wait for the disk.</summary>
    public BufferPool RecorderPool { get; }

    private IBlockStorage[] List(TextOutput messages)
    {
        var disks = new List<IBlockStorage>();
        var others = new List<UnusedDrive>();
        foreach (BlockDevice device in BlockDevice.Devices)
        {
            if (device is AtaBlockDevice disk)
            {
                disks.Add(disk.Drive);
                messages.Write($"disk: {device.Name}, {device.Model}, ");
                messages.WriteLine($"{device.BlockCount} blocks, {(disk.Drive.Mode == TransferMode.BusMaster ? "DMA" : "PIO")}");
            }
            else
            {
                others.Add(new UnusedDrive(device.Name, device.Model, device.Type == BlockDeviceType.RemovableCD ? "CD drive" : "drive"));
                messages.WriteLine($"disk: {device.Name}, {device.Model}, left alone");
            }
        }

        if (disks.Count == 0)
        {
            messages.WriteLine("disk: none"u8);
        }

        Others = [.. others];
        return [.. disks];
    }
}
