using System;
using System.Net;
using System.Net.NetworkInformation;
using PacketDotNet;
using PacketDotNet.Utils;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Network.Ip;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Volume;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

/// <summary>A stack on a fake device and a clock that the test moves, and a peer whose packets PacketDotNet builds and reads.</summary>
internal sealed class Wire : IDisposable
{
    /// <summary>Datagrams that can be in the making at once.</summary>
    public const int Datagrams = 8;

    public const string HostAddress = "10.0.2.15";
    public const string PeerAddress = "10.0.2.2";

    public static readonly PhysicalAddress HostStation = PhysicalAddress.Parse("52-54-00-12-34-56");
    public static readonly PhysicalAddress PeerStation = PhysicalAddress.Parse("52-55-0A-00-02-02");
    public static readonly PhysicalAddress Everybody = PhysicalAddress.Parse("FF-FF-FF-FF-FF-FF");

    private readonly Workshop _workshop =
        new(PlanLine.Pool("reassembly", "network", PoolKind.NonBlocking, Ipv4Reassembly.BufferSize, Datagrams));

    public Wire()
        : this(Ipv4Configuration.Default)
    {
    }

    public Wire(Ipv4Configuration configuration, FakeNetworkCard? card = null)
    {
        Pool = _workshop.NonBlocking("reassembly");
        Device = card ?? new FakeNetworkCard();
        Stack = new NetworkStack(Device, _workshop.Scheduler.Clock, configuration, Pool, Messages);
        Assert.Equal(UdpPortError.None, Stack.Ports.Add(new EchoService()));
    }

    /// <summary>Where datagrams are put together.</summary>
    public NonBlockingPool Pool { get; }

    /// <summary>What the stack says about its set-up.</summary>
    public TextBuffer Messages { get; } = new();

    public FakeNetworkCard Device { get; }

    public NetworkStack Stack { get; }

    public static EthernetPacket Arp(
        PacketDotNet.ArpOperation operation = PacketDotNet.ArpOperation.Request,
        string sender = PeerAddress,
        string target = HostAddress,
        PhysicalAddress? senderStation = null,
        PhysicalAddress? destination = null)
    {
        var none = PhysicalAddress.Parse("00-00-00-00-00-00");
        return new EthernetPacket(PeerStation, destination ?? Everybody, EthernetType.Arp)
        {
            PayloadPacket =
                new PacketDotNet.ArpPacket(operation, none, IPAddress.Parse(target), senderStation ?? PeerStation, IPAddress.Parse(sender)),
        };
    }

    public static EthernetPacket Echo(int dataLength, ushort id = 0x1234, ushort sequence = 7) =>
        Ip(EchoMessage(dataLength, id, sequence), ProtocolType.Icmp);

    public static IcmpV4Packet EchoMessage(int dataLength, ushort id = 0x1234, ushort sequence = 7)
    {
        byte[] data = new byte[8 + dataLength];
        for (int i = 0; i < dataLength; i++)
        {
            data[8 + i] = (byte)(i * 31 + 5);
        }

        var message = new IcmpV4Packet(new ByteArraySegment(data)) { TypeCode = IcmpV4TypeCode.EchoRequest, Id = id, Sequence = sequence };
        message.UpdateIcmpChecksum();
        return message;
    }

    public static EthernetPacket Udp(byte[] payload, ushort sourcePort = 40000, ushort destinationPort = 7, string source = PeerAddress,
        string destination = HostAddress)
    {
        var datagram = new UdpPacket(sourcePort, destinationPort) { PayloadData = payload };
        EthernetPacket frame = Ip(datagram, ProtocolType.Udp, source, destination);
        datagram.UpdateUdpChecksum();
        ((IPv4Packet)frame.PayloadPacket).UpdateIPChecksum();
        return frame;
    }

    public static EthernetPacket Ip(Packet payload, ProtocolType protocol, string source = PeerAddress, string destination = HostAddress)
    {
        var ip = new IPv4Packet(IPAddress.Parse(source), IPAddress.Parse(destination))
        {
            TimeToLive = 64,
            Protocol = protocol,
            PayloadPacket = payload,
        };
        ip.UpdateIPChecksum();
        return new EthernetPacket(PeerStation, HostStation, EthernetType.IPv4) { PayloadPacket = ip };
    }

    /// <summary>The bytes of a frame whose Ethernet payload the caller wants to damage or extend.</summary>
    public static byte[] Frame(PhysicalAddress destination, PhysicalAddress source, ushort type, params byte[] payload)
    {
        byte[] frame = new byte[14 + payload.Length];
        destination.GetAddressBytes().CopyTo(frame, 0);
        source.GetAddressBytes().CopyTo(frame, 6);
        frame[12] = (byte)(type >> 8);
        frame[13] = (byte)type;
        payload.CopyTo(frame, 14);
        return frame;
    }

    /// <summary>Makes the IPv4 header's checksum right again after a change to the header.</summary>
    public static byte[] Reseal(byte[] frame)
    {
        int length = (frame[14] & 0xF) * 4;
        frame[24] = 0;
        frame[25] = 0;
        ushort checksum = InternetChecksum.Compute(frame.AsSpan(14, length));
        frame[24] = (byte)(checksum >> 8);
        frame[25] = (byte)checksum;
        return frame;
    }

    public void Dispose() => _workshop.Dispose();

    /// <summary>Lets time pass, and the stack do what becomes due at every moment of it.</summary>
    public void Pass(TimeSpan time)
    {
        ulong end = _workshop.Processor.Now + (ulong)time.TotalMilliseconds * Clock.NanosecondsPerMillisecond;
        while (_workshop.Processor.Now < end)
        {
            ulong wait = Stack.RunTimers();
            _workshop.Processor.Now += Math.Min(wait, end - Math.Min(end, _workshop.Processor.Now));
        }

        Stack.RunTimers();
    }

    public DropReason Give(Packet frame) => Stack.Process(frame.Bytes);

    /// <summary>Asserts that a frame is dropped for one reason, counted once, and answered by nothing, or by an ICMP error.</summary>
    public void AssertDropped(DropReason reason, byte[] frame, int answers = 0)
    {
        int sent = Device.Sent.Count;
        ulong before = Stack.Counters[reason];
        ulong frames = Stack.Counters.Frames;
        Assert.Equal(reason, Stack.Process(frame));
        Assert.Equal(before + 1, Stack.Counters[reason]);
        Assert.Equal(frames + 1, Stack.Counters.Frames);
        Assert.Equal(sent + answers, Device.Sent.Count);
    }

    /// <summary>Asserts that a frame is answered by exactly one frame that is well-formed as such, and returns that.</summary>
    public EthernetPacket AssertAnswered(byte[] frame)
    {
        int sent = Device.Sent.Count;
        Assert.Equal(DropReason.None, Stack.Process(frame));
        Assert.Equal(sent + 1, Device.Sent.Count);
        byte[] answer = Device.Sent[^1];
        Assert.InRange(answer.Length, 60, 1514);
        var packet = (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, answer);
        Assert.Equal(HostStation, packet.SourceHardwareAddress);
        Assert.Equal(PeerStation, packet.DestinationHardwareAddress);
        return packet;
    }
}
