using System;
using Reservoir.Devices;
using Reservoir.Network;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Time;
using Reservoir.Volume;

namespace Reservoir.Recorder;

/// <summary>
/// The recorder's end at the wire: copies each datagram to UDP port 9999 into a buffer of the recorder's own pool and queues it for the
/// recorder's thread.
/// </summary>
/// <remarks>
/// The network's buffer is free again at once, whatever the disk is doing. When the recorder's pool is empty the datagram is refused and
/// counted: that is all a slow disk can do to the network. The sender hears of its datagram when it is on the medium, from the recorder's
/// thread. <see cref="Seen"/> = <see cref="Accepted"/> + <see cref="Refused"/>, always. Protocol thread only; the numbers may be read from
/// any context.
/// </remarks>
public sealed class RecorderService : UdpService
{
    /// <summary>The port it listens at.</summary>
    public const ushort RecorderPort = 9999;

    /// <summary>Bytes of a buffer of the recorder's pool: where the datagram came from and the way back, then its data.</summary>
    public const int BufferSize = QueuedDatagram.HeaderLength + RecordHeader.MaximumPayload;

    private readonly FrameQueue _queue;
    private readonly Clock _clock;
    private readonly bool _keepsFrames;

    /// <summary>Makes the service. Boot context.</summary>
    /// <param name="queue">Takes the datagrams to the recorder's thread; this service is its only producer. Its pool's buffers hold
    /// <see cref="BufferSize"/> bytes.</param>
    /// <param name="clock">Tells when a datagram was taken.</param>
    /// <param name="framePool">The pool of the frames that datagrams come in. If it is the recorder's too, a frame's buffer is queued as it
    /// is; if the recorder has a pool of its own, or this is null, the datagram is copied.</param>
    /// <param name="port">The UDP port it listens at.</param>
    public RecorderService(FrameQueue queue, Clock clock, BufferPool? framePool = null, ushort port = RecorderPort)
        : base(port, "recorder")
    {
        if (queue.Pool.BufferSize < BufferSize)
        {
            throw new ArgumentOutOfRangeException(nameof(queue), "the pool's buffers are too small for a datagram");
        }

        _queue = queue;
        _clock = clock;
        _keepsFrames = framePool == queue.Pool;
    }

    /// <summary>Where the datagrams wait that it has taken.</summary>
    public BufferPool Pool => _queue.Pool;

    /// <summary>Datagrams that have come.</summary>
    public ulong Seen { get; private set; }

    /// <summary>Datagrams that went to the recorder's thread.</summary>
    public ulong Accepted { get; private set; }

    /// <summary>Datagrams refused because the recorder's pool was empty.</summary>
    public ulong RefusedPoolEmpty { get; private set; }

    /// <summary>Datagrams refused because the queue was full.</summary>
    public ulong RefusedQueueFull { get; private set; }

    /// <summary>Datagrams refused for any reason.</summary>
    public ulong Refused => RefusedPoolEmpty + RefusedQueueFull;

    /// <inheritdoc/>
    public override DropReason Receive(in UdpDatagram datagram, in UdpReply reply)
    {
        Seen++;
        BufferHandle buffer = default;
        if (!_keepsFrames || !reply.TryKeepFrame(out buffer))
        {
            buffer = _queue.Pool.TryRent().Buffer;
        }

        if (buffer.IsNone)
        {
            RefusedPoolEmpty++;
            return DropReason.ServiceRefused;
        }

        // In a kept frame the data only move towards its beginning, over headers that have been read by then.
        var origin = new RecordOrigin(datagram.Source.Value, datagram.SourcePort, _clock.Nanoseconds);
        int length = QueuedDatagram.Write(_queue.Pool.GetSpan(buffer), in origin, reply.Route, datagram.Payload);
        if (!_queue.TryEnqueue(new ReceivedFrame(buffer, length)))
        {
            _queue.Pool.Return(buffer);
            RefusedQueueFull++;
            return DropReason.ServiceRefused;
        }

        Accepted++;
        return DropReason.None;
    }
}
