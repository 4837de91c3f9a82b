using System;
using System.Net;
using System.Net.NetworkInformation;
using PacketDotNet;

namespace Reservoir.Tests.Machine;

/// <summary>Frames from the peer to the machine, built by PacketDotNet.</summary>
internal static class Frames
{
    private static readonly PhysicalAddress s_everybody = PhysicalAddress.Parse("FF-FF-FF-FF-FF-FF");
    private static readonly PhysicalAddress s_unknown = PhysicalAddress.Parse("00-00-00-00-00-00");

    public static EthernetPacket ArpRequest(IPAddress target) => new(EthernetPeer.Hardware, s_everybody, EthernetType.Arp)
    {
        PayloadPacket = new ArpPacket(ArpOperation.Request, s_unknown, target, EthernetPeer.Hardware, EthernetPeer.Address),
    };

    public static EthernetPacket ArpReply(ArpPacket request) => new(EthernetPeer.Hardware, request.SenderHardwareAddress, EthernetType.Arp)
    {
        PayloadPacket =
            new ArpPacket(ArpOperation.Response, request.SenderHardwareAddress, request.SenderProtocolAddress, EthernetPeer.Hardware,
            EthernetPeer.Address),
    };

    public static EthernetPacket Ping(ushort sequence, byte[] data)
    {
        var echo = new IcmpV4Packet(new PacketDotNet.Utils.ByteArraySegment(new byte[8 + data.Length]))
        {
            TypeCode = IcmpV4TypeCode.EchoRequest,
            Id = 77,
            Sequence = sequence,
            Data = data,
        };
        echo.UpdateCalculatedValues();
        echo.UpdateIcmpChecksum();
        return Ipv4(echo, ProtocolType.Icmp);
    }

    public static EthernetPacket Udp(ushort port, byte[] data)
    {
        var udp = new UdpPacket(4242, port) { PayloadData = data };
        EthernetPacket frame = Ipv4(udp, ProtocolType.Udp);
        udp.UpdateUdpChecksum();
        return frame;
    }

    private static EthernetPacket Ipv4(Packet payload, ProtocolType protocol)
    {
        var ip = new IPv4Packet(EthernetPeer.Address, EthernetPeer.GuestAddress)
        {
            PayloadPacket = payload,
            Protocol = protocol,
            TimeToLive = 64
        };
        var frame = new EthernetPacket(EthernetPeer.Hardware, EthernetPeer.GuestHardware, EthernetType.IPv4) { PayloadPacket = ip };
        ip.UpdateCalculatedValues();
        ip.UpdateIPChecksum();
        return frame;
    }
}
