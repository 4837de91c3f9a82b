using System;
using PacketDotNet;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

/// <summary>What this host says when something can't be delivered, and above all when it says nothing (RFC 1122 section 3.2.2).</summary>
public sealed class IcmpErrorTests : IDisposable
{
    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void AClosedPortIsToldToTheSenderWithItsHeaderAndEightBytes()
    {
        byte[] frame = Wire.Udp(new byte[100], sourcePort: 1234, destinationPort: 4321).Bytes;
        _wire.AssertDropped(DropReason.UdpPortClosed, frame, answers: 1);
        var error = Answer().Extract<IcmpV4Packet>();
        Assert.Equal(IcmpV4TypeCode.UnreachablePort, error.TypeCode);
        Assert.Equal(frame[14..42], _wire.Device.Sent[^1][42..70]);
        Assert.Equal(56, Answer().Extract<IPv4Packet>().TotalLength);
        Assert.True(InternetChecksum.Verify(_wire.Device.Sent[^1].AsSpan(34, 36)));
        Assert.Equal(Wire.PeerAddress, Answer().Extract<IPv4Packet>().DestinationAddress.ToString());
    }

    [Fact]
    public void AnUnknownProtocolIsToldToTheSender()
    {
        byte[] frame = Wire.Echo(10).Bytes;
        frame[23] = 6;
        _wire.AssertDropped(DropReason.Ipv4ProtocolUnknown, Wire.Reseal(frame), answers: 1);
        Assert.Equal(IcmpV4TypeCode.UnreachableProtocol, Answer().Extract<IcmpV4Packet>().TypeCode);
    }

    [Theory]
    [InlineData("10.0.2.255", DropReason.Ipv4Broadcast)]
    [InlineData("255.255.255.255", DropReason.Ipv4Broadcast)]
    [InlineData("224.0.0.251", DropReason.Ipv4Broadcast)]
    public void NothingIsToldAboutADatagramForMany(string destination, DropReason reason) =>
        _wire.AssertDropped(reason, Wire.Udp(new byte[1], destinationPort: 4321, destination: destination).Bytes);

    [Fact]
    public void NothingIsToldAboutAFrameForAll()
    {
        EthernetPacket frame = Wire.Udp(new byte[1], destinationPort: 4321);
        frame.DestinationHardwareAddress = Wire.Everybody;
        _wire.AssertDropped(DropReason.LinkBroadcastUnicast, frame.Bytes);
    }

    [Fact]
    public void NothingIsToldAboutADamagedDatagram()
    {
        byte[] frame = Wire.Udp(new byte[1], destinationPort: 4321).Bytes;
        frame[^1] ^= 1;
        _wire.AssertDropped(DropReason.UdpChecksum, frame);
    }

    [Fact]
    public void NothingIsToldAboutAnError() => _wire.AssertDropped(DropReason.IcmpErrorInvalid, ErrorAbout("192.0.2.1"));

    [Fact]
    public void ErrorsAreSentInABurstAndThenAtASteadyRate()
    {
        byte[] frame = Wire.Udp(new byte[1], destinationPort: 4321).Bytes;
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(DropReason.UdpPortClosed, _wire.Stack.Process(frame));
        }

        Assert.Equal(IcmpErrors.Burst, _wire.Device.Sent.Count);
        Assert.Equal(1000UL - IcmpErrors.Burst, _wire.Stack.Errors.Suppressed);
        _wire.Pass(TimeSpan.FromMilliseconds(5 * (double)IcmpErrors.IntervalNanoseconds / Clock.NanosecondsPerMillisecond));
        for (int i = 0; i < 1000; i++)
        {
            _wire.Stack.Process(frame);
        }

        Assert.Equal(IcmpErrors.Burst + 5, _wire.Device.Sent.Count);
        Assert.Equal((ulong)_wire.Device.Sent.Count, _wire.Stack.Errors.Sent);
    }

    [Fact]
    public void AnErrorAboutADatagramOfThisHostIsCounted()
    {
        Assert.Equal(DropReason.None, _wire.Stack.Process(ErrorAbout(Wire.HostAddress)));
        Assert.Equal(1UL, _wire.Stack.Counters.UnreachableErrors);
        Assert.Empty(_wire.Device.Sent);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(19)]
    public void AnErrorThatQuotesTooLittleIsDropped(int quoted)
    {
        byte[] frame = ErrorAbout(Wire.HostAddress)[..(42 + quoted)];
        frame[17] = (byte)(28 + quoted);
        frame[36] = 0;
        frame[37] = 0;
        ushort checksum = InternetChecksum.Compute(frame.AsSpan(34));
        frame[36] = (byte)(checksum >> 8);
        frame[37] = (byte)checksum;
        _wire.AssertDropped(DropReason.IcmpErrorInvalid, Wire.Reseal(frame));
    }

    private static byte[] ErrorAbout(string source)
    {
        byte[] about = Wire.Udp(new byte[8], source: source, destination: Wire.PeerAddress).Bytes[14..42];
        IcmpV4Packet message = Wire.EchoMessage(about.Length);
        about.CopyTo(message.Bytes, 8);
        byte[] bytes = message.Bytes;
        bytes[0] = 3;
        bytes[1] = 3;
        about.CopyTo(bytes, 8);
        bytes[2] = 0;
        bytes[3] = 0;
        ushort checksum = InternetChecksum.Compute(bytes);
        bytes[2] = (byte)(checksum >> 8);
        bytes[3] = (byte)checksum;
        byte[] frame = Wire.Echo(about.Length).Bytes;
        bytes.CopyTo(frame, 34);
        return frame;
    }

    private EthernetPacket Answer() => (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, _wire.Device.Sent[^1]);
}
