using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Drivers.Disk;
using Reservoir.Network;
using Reservoir.Pools;
using Reservoir.Storage;
using Reservoir.Threads;

namespace Reservoir.Wiring;

/// <summary>The disk on its blocking pool, and the recorder between the network and the disk. Boot context.</summary>
internal sealed class StorageWiring
{
    public StorageWiring(Scheduler scheduler, Reservations reservations, NetworkStack? network, ConsoleWiring console)
    {
        Disk = AtaController.FindDrives(scheduler, reservations.BlockingPool("disk"));
        if (Disk is null)
        {
            console.Messages.WriteLine("disk: none"u8);
        }
        else
        {
            console.Messages.WriteLine($"disk: {Disk.Name}, {Disk.Model}, {Disk.BlockCount} blocks");
        }

        NonBlockingPool pool = reservations.NonBlockingPool("recorder");
        var queue = new FrameQueue(scheduler, pool, pool.Count);
        UdpSender? sender = network is null ? null : new UdpSender(network, RecorderService.RecorderPort);
        Recorder = new RecorderThread(scheduler, queue, new RecordVolume(scheduler, Disk), sender, console.Input.Log.CreateWriter());
        Service = new RecorderService(queue, scheduler.Clock);
        network?.Ports.Add(Service);
        reservations.Thread("writer", Priorities.Recorder, Recorder, Reservations.ServiceRestarts);
    }

    /// <summary>The first disk; null if there is none.</summary>
    public AtaDrive? Disk { get; }

    /// <summary>The thread that writes datagrams to it.</summary>
    public RecorderThread Recorder { get; }

    /// <summary>Where they come in.</summary>
    public RecorderService Service { get; }
}
