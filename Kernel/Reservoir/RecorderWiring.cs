using Reservoir.Devices;
using Reservoir.Network.Udp;
using Reservoir.Pools;
using Reservoir.Recorder;
using Reservoir.Threads;
using Reservoir.Volume;

namespace Reservoir;

/// <summary>A recorder between a UDP port and a disk: its service on the port, its volume on the disk, its thread between them. Boot
/// context.</summary>
public sealed class RecorderWiring
{
    /// <summary>Makes a recorder and starts its thread.</summary>
    /// <param name="machine">What is there already, the network among it.</param>
    /// <param name="disk">The disk; null if there is none: then every datagram is refused.</param>
    /// <param name="pool">Where datagrams wait for the disk.</param>
    /// <param name="port">The UDP port.</param>
    /// <param name="thread">The thread that writes.</param>
    public RecorderWiring(Machine machine, IBlockStorage? disk, BufferPool pool, ushort port, ThreadPlan thread)
    {
        var queue = new FrameQueue(machine.Scheduler, pool, pool.Count, "datagrams");
        UdpSender? sender = machine.Network.Stack is { } stack ? new UdpSender(stack.Host, port) : null;
        var volume = new RecordVolume(machine.Scheduler, disk, keepsBuffer: machine.Reservations.SharedPool is null);
        Thread = new RecorderThread(machine.Scheduler, queue, volume, sender, machine.CreateLogWriter());
        Service = new RecorderService(queue, machine.Scheduler.Clock, machine.Network.Frames.Pool, port);
        machine.Network.Stack?.Ports.Add(Service);
        machine.Reservations.Thread(thread, Thread);
    }

    /// <summary>The thread that writes datagrams to the disk.</summary>
    public RecorderThread Thread { get; }

    /// <summary>Where they come in.</summary>
    public RecorderService Service { get; }
}
