using System;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Recorder;
using Reservoir.Tests.Unit.Network;
using Reservoir.Threads;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>What the recorder does with a pool that it shares with the network, and with a buffer that it keeps.</summary>
public sealed class SharedPoolTests
{
    private const int Buffers = 4;

    [Fact]
    public void InASharedPoolTheFramesOwnBufferIsQueued()
    {
        using var workshop = new Workshop(PlanLine.Pool("shared", "all", PoolKind.Blocking, 4096, Buffers));
        var wire = new Wire();
        BlockingPool pool = workshop.Blocking("shared");
        var frames = new FrameQueue(workshop.Scheduler, pool, Buffers);
        var protocols = new ProtocolThread(workshop.Scheduler, frames, wire.Stack);
        var queue = new FrameQueue(workshop.Scheduler, pool, Buffers, "datagrams");
        var service = new RecorderService(queue, workshop.Scheduler.Clock, frames.Pool);
        Assert.Equal(UdpPortError.None, wire.Stack.Ports.Add(service));
        byte[] payload = RecorderBench.Payload(1000, 1);
        byte[] frame = Wire.Udp(payload, destinationPort: RecorderService.RecorderPort).Bytes;

        BufferHandle buffer = Receive(pool, frames, frame);
        Assert.True(protocols.TryHandleNext());
        Assert.Equal(Buffers - 1, pool.Free);
        Assert.Equal(1UL, service.Accepted);
        Assert.True(queue.TryDequeue(out ReceivedFrame kept));
        Assert.Equal(buffer.Word, kept.Buffer.Word);
        Assert.Equal(payload, pool.GetSpan(kept.Buffer).Slice(kept.Length - payload.Length, payload.Length).ToArray());
        Assert.Equal(ReturnError.None, pool.Return(kept.Buffer));

        // One that no service keeps goes back.
        Receive(pool, frames, Wire.Udp(payload).Bytes);
        Assert.True(protocols.TryHandleNext());
        Assert.Equal(Buffers, pool.Free);
    }

    [Fact]
    public void WithAPoolOfItsOwnTheRecorderCopiesAndTheFramesBufferGoesBack()
    {
        using var workshop = new Workshop(
            PlanLine.Pool("nic", "network", PoolKind.NonBlocking, 2048, Buffers),
            PlanLine.Pool("recorder", "recorder", PoolKind.NonBlocking, RecorderService.BufferSize, Buffers));
        var wire = new Wire();
        NonBlockingPool nic = workshop.NonBlocking("nic");
        NonBlockingPool own = workshop.NonBlocking("recorder");
        var frames = new FrameQueue(workshop.Scheduler, nic, Buffers);
        var protocols = new ProtocolThread(workshop.Scheduler, frames, wire.Stack);
        var service = new RecorderService(new FrameQueue(workshop.Scheduler, own, Buffers), workshop.Scheduler.Clock, frames.Pool);
        Assert.Equal(UdpPortError.None, wire.Stack.Ports.Add(service));
        Receive(nic, frames, Wire.Udp([1, 2, 3], destinationPort: RecorderService.RecorderPort).Bytes);
        Assert.True(protocols.TryHandleNext());
        Assert.Equal(Buffers, nic.Free);
        Assert.Equal(Buffers - 1, own.Free);
    }

    [Fact]
    public void ADatagramThatLiesInNoFrameOfThePoolIsCopied()
    {
        using var workshop = new Workshop(PlanLine.Pool("shared", "all", PoolKind.Blocking, 4096, Buffers));
        using var wire = new Wire();
        BlockingPool pool = workshop.Blocking("shared");
        var queue = new FrameQueue(workshop.Scheduler, pool, Buffers, "datagrams");
        var service = new RecorderService(queue, workshop.Scheduler.Clock, pool);
        Assert.Equal(UdpPortError.None, wire.Stack.Ports.Add(service));
        Assert.Equal(DropReason.None, wire.Stack.Process(Wire.Udp([1, 2, 3], destinationPort: RecorderService.RecorderPort).Bytes));
        Assert.Equal(Buffers - 1, pool.Free);
        Assert.True(queue.TryDequeue(out ReceivedFrame copied));
        Assert.Equal([1, 2, 3], pool.GetSpan(copied.Buffer).Slice(copied.Length - 3, 3).ToArray());
    }

    [Fact]
    public void WithABufferOfItsOwnTheRecorderWritesWhileTheDisksPoolIsEmpty()
    {
        using var bench = new RecorderBench(keepsBuffer: true);
        bench.Thread.Open(bench.Context);
        bench.Volume.ReserveBuffer(bench.Context);
        Assert.Equal(RecorderBench.DiskBuffers - 1, bench.Disk.Pool.Free);
        BufferHandle other = bench.Disk.Pool.TryRent().Buffer;
        Assert.Equal(0, bench.Disk.Pool.Free);
        byte[] payload = RecorderBench.Payload(100, 1);
        bench.Record(payload);
        bench.Record(payload);
        Assert.Equal(2UL, bench.Thread.Recorded);
        Assert.Equal(0, bench.Disk.Pool.Free);
        Assert.Equal(ReturnError.None, bench.Disk.Pool.Return(other));
        bench.AssertHolds(2, payload);
    }

    [Fact]
    public void ARecorderThatHasLostItsBufferTakesAnother()
    {
        using var bench = new RecorderBench(keepsBuffer: true);
        bench.Thread.Open(bench.Context);
        bench.Volume.ReserveBuffer(bench.Context);

        // As the supervisor does when the thread that has it dies.
        Assert.Equal(ReturnError.None, bench.Disk.Pool.Return(bench.RentedDiskBuffer()));
        bench.Record(RecorderBench.Payload(100, 1));
        Assert.Equal(1UL, bench.Thread.Recorded);
        Assert.Equal(RecorderBench.DiskBuffers - 1, bench.Disk.Pool.Free);
    }

    private static BufferHandle Receive(BufferPool pool, FrameQueue frames, byte[] frame)
    {
        BufferHandle buffer = pool.TryRent().Buffer;
        frame.CopyTo(pool.GetSpan(buffer));
        Assert.True(frames.TryEnqueue(new ReceivedFrame(buffer, frame.Length)));
        return buffer;
    }
}
