using System;
using System.Collections.Generic;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.HAL.BlockDevice;
using Reservoir.Devices;
using Reservoir.Drivers.Disk;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Pools;
using Reservoir.Recorder;
using Reservoir.Threads;
using Reservoir.Volume;

namespace Reservoir.Wiring;

/// <summary>The disks on their blocking pool, and the recorder between the network and the first disk. Boot context.</summary>
internal sealed class StorageWiring
{
    public StorageWiring(Scheduler scheduler, Reservations reservations, NetworkWiring network, ConsoleWiring console)
    {
        Region tables = reservations.Region("disk-tables", ReservationKind.Device);
        BlockingPool buffers = reservations.SharedPool ?? reservations.BlockingPool("disk");
        Disk = AtaController.FindDrives(scheduler, buffers, tables, ReadMode(console.Messages), console.Input.Log.CreateWriter);
        Disks = List(console.Messages);
        BufferPool pool = reservations.SharedPool as BufferPool ?? reservations.NonBlockingPool("recorder");
        var queue = new FrameQueue(scheduler, pool, pool.Count, "datagrams");
        UdpSender? sender = network.Stack is null ? null : new UdpSender(network.Stack, RecorderService.RecorderPort);
        Recorder = new RecorderThread(scheduler, queue, new RecordVolume(scheduler, Disk, keepsBuffer: reservations.SharedPool is null),
            sender, console.Input.Log.CreateWriter());
        Service = new RecorderService(queue, scheduler.Clock, network.Thread?.Hand);
        network.Stack?.Ports.Add(Service);
        reservations.Thread("writer", Priorities.Recorder, Recorder, Reservations.ServiceRestarts);
    }

    /// <summary>The first disk; null if there is none.</summary>
    public AtaDrive? Disk { get; }

    /// <summary>All disks, that one first.</summary>
    public IBlockStorage[] Disks { get; }

    /// <summary>Drives of other kinds.</summary>
    public BlockDevice[] Others { get; private set; } = [];

    /// <summary>The thread that writes datagrams to it.</summary>
    public RecorderThread Recorder { get; }

    /// <summary>Where they come in.</summary>
    public RecorderService Service { get; }

    /// <summary>Who moves data: the kernel's option <c>disk=dma</c> or <c>disk=pio</c>; the controller, with a message, if that is
    /// neither.</summary>
    private static TransferMode ReadMode(TextOutput messages)
    {
        if (!KernelCommandLine.TryGet("disk"u8, out ReadOnlySpan<byte> text) || text.SequenceEqual("dma"u8))
        {
            return TransferMode.BusMaster;
        }

        if (text.SequenceEqual("pio"u8))
        {
            return TransferMode.Programmed;
        }

        messages.WriteLine($"disk: disk={text} is neither 'dma' nor 'pio'; DMA is taken");
        return TransferMode.BusMaster;
    }

    private IBlockStorage[] List(TextOutput messages)
    {
        var disks = new List<IBlockStorage>();
        var others = new List<BlockDevice>();
        foreach (BlockDevice device in BlockDevice.Devices)
        {
            if (device is IBlockStorage disk)
            {
                disks.Add(disk);
                messages.WriteLine(
                    $"disk: {device.Name}, {device.Model}, {device.BlockCount} blocks, {(disk.Mode == TransferMode.BusMaster ? "DMA" : "PIO")}");
            }
            else
            {
                others.Add(device);
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
