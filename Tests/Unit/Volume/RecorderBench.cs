using System;
using System.Collections.Generic;
using System.Net;
using System.Text;
using PacketDotNet;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Network.Ip;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Recorder;
using Reservoir.Tests.Unit.Core;
using Reservoir.Tests.Unit.Network;
using Reservoir.Threads;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>The whole path from a frame to a disk in memory, driven step by step.</summary>
internal sealed class RecorderBench : IDisposable
{
    public const int RecorderBuffers = 4;
    public const int DiskBuffers = 2;
    private readonly Workshop _workshop;
    private readonly int _kept;

    public RecorderBench(int blocks = 300, byte[]? image = null, bool noDisk = false, int queueCapacity = 0,
        bool keepsBuffer = false, FakeNetworkCard? card = null, int recorderBuffers = RecorderBuffers, int diskBuffers = DiskBuffers,
        int diskBufferBytes = 4096, int mostBlocks = 128)
    {
        _workshop = new Workshop(
            PlanLine.Pool("recorder", "storage", PoolKind.NonBlocking, RecorderService.BufferSize, recorderBuffers),
            PlanLine.Pool("disk", "storage", PoolKind.Blocking, diskBufferBytes, diskBuffers));
        RecorderPool = _workshop.NonBlocking("recorder");
        Disk = new MemoryDisk(_workshop.Blocking("disk"), blocks, image) { MaxBlocksPerRequest = mostBlocks };
        Wire = new Wire(Ipv4Configuration.Default, card);
        Queue = new FrameQueue(_workshop.Scheduler, RecorderPool, queueCapacity == 0 ? recorderBuffers : queueCapacity);
        Volume = new RecordVolume(_workshop.Scheduler, noDisk ? null : Disk, keepsBuffer);
        _kept = keepsBuffer ? 1 : 0;
        Service = new RecorderService(Queue, _workshop.Scheduler.Clock);
        Thread = new RecorderThread(_workshop.Scheduler, Queue, Volume,
            new UdpSender(Wire.Stack.Host, RecorderService.RecorderPort), Messages);
        Assert.Equal(UdpPortError.None, Wire.Stack.Ports.Add(Service));
    }

    public Wire Wire { get; }

    /// <summary>The right to wait.</summary>
    public ThreadContext Context => _workshop.Context;

    public Workshop Workshop => _workshop;

    public MemoryDisk Disk { get; }

    public NonBlockingPool RecorderPool { get; }

    public FrameQueue Queue { get; }

    public RecordVolume Volume { get; }

    public RecorderService Service { get; }

    public RecorderThread Thread { get; }

    public TextBuffer Messages { get; } = new();

    /// <summary>Where a record of a ring that has not been full yet lies.</summary>
    public static ulong BlockOf(int sequence) => VolumeLayout.FirstBlockOf((ulong)sequence - 1);

    public static byte[] Payload(int length, int seed)
    {
        byte[] payload = new byte[length];
        new Random(seed).NextBytes(payload);
        return payload;
    }

    public DropReason Send(byte[] payload, ushort sourcePort = 40000) =>
        Wire.Give(Network.Wire.Udp(payload, sourcePort, RecorderService.RecorderPort));

    /// <summary>Sends a datagram and lets the recorder's thread deal with it.</summary>
    public void Record(byte[] payload, ushort sourcePort = 40000)
    {
        Assert.Equal(DropReason.None, Send(payload, sourcePort));
        Assert.True(Thread.HandleBatch(Context));
    }

    /// <summary>Sends datagrams and lets the recorder's thread deal with them in one batch.</summary>
    public void RecordBatch(params byte[][] payloads)
    {
        foreach (byte[] payload in payloads)
        {
            Assert.Equal(DropReason.None, Send(payload));
        }

        Assert.True(Thread.HandleBatch(Context));
        Assert.Equal(0, Queue.Count);
    }

    /// <summary>The acknowledgements on the wire, by the number of the record, and the checksum each gives for the data.</summary>
    public Dictionary<ulong, uint> Acknowledgements()
    {
        var acknowledgements = new Dictionary<ulong, uint>();
        foreach (byte[] frame in Wire.Device.Sent)
        {
            byte[] data = Packet.ParsePacket(LinkLayers.Ethernet, frame).Extract<UdpPacket>().PayloadData;
            Assert.Equal("RACK", Encoding.ASCII.GetString(data, 0, 4));
            Assert.Equal(Volume.VolumeId, BitConverter.ToUInt64(data, 16));
            acknowledgements.Add(BitConverter.ToUInt64(data, 8), BitConverter.ToUInt32(data, 28));
        }

        return acknowledgements;
    }

    /// <summary>The handle of the only buffer of the disk that is rented, as the pool's records would have it.</summary>
    public BufferHandle RentedDiskBuffer()
    {
        for (int index = 0; index < Disk.Pool.Count; index++)
        {
            if (Disk.Pool.GetRental(index).IsRented)
            {
                return Handles.Find(Disk.Pool, index);
            }
        }

        return default;
    }

    public RecordError TryRead(ulong sequence, out RecordHeader header, out byte[] payload)
    {
        RentResult rental = Disk.Pool.TryRent();
        Assert.True(rental.Succeeded);
        RecordError error = Volume.Read(Context, sequence, rental.Buffer, out header);
        payload = Disk.Pool.GetSpan(rental.Buffer).Slice(RecordHeader.Length, header.PayloadLength).ToArray();
        Assert.Equal(ReturnError.None, Disk.Pool.Return(rental.Buffer));
        return error;
    }

    public void AssertHolds(ulong sequence, byte[] expected)
    {
        Assert.Equal(RecordError.None, TryRead(sequence, out RecordHeader header, out byte[] payload));
        Assert.Equal(sequence, header.Sequence);
        Assert.Equal(expected, payload);
        Assert.Equal(IPAddress.Parse(Network.Wire.PeerAddress).GetAddressBytes(), Address(header));
    }

    /// <summary>Asserts what must be true between any two steps: no buffer is lost, and every datagram is accounted for.</summary>
    public void AssertBooksBalance()
    {
        Assert.Equal(Disk.Pool.Count - _kept, Disk.Pool.Free);
        Assert.Equal(RecorderPool.Count, RecorderPool.Free + Queue.Count);
        Assert.Equal(Service.Seen, Service.Accepted + Service.Refused);
        Assert.Equal(Service.Accepted, Thread.Handled + (ulong)Queue.Count);
    }

    public void Dispose()
    {
        AssertBooksBalance();
        _workshop.Dispose();
    }

    private static byte[] Address(RecordHeader header)
    {
        byte[] bytes = new byte[4];
        new Ipv4Address(header.Origin.SourceAddress).Write(bytes);
        return bytes;
    }
}
