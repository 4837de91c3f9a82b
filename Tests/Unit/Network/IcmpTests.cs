using System;
using PacketDotNet;
using Reservoir.Network.Wire;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

public sealed class IcmpTests : IDisposable
{
    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void AnEchoRequestOfEverySizeThatFitsIsAnsweredWithItsOwnData()
    {
        for (int length = 0; length <= 1472; length++)
        {
            EthernetPacket request = Wire.Echo(length, id: (ushort)length, sequence: 9);
            EthernetPacket answer = _wire.AssertAnswered(request.Bytes);
            var ip = answer.Extract<IPv4Packet>();
            Assert.True(ip.ValidIPChecksum);
            Assert.Equal(Wire.HostAddress, ip.SourceAddress.ToString());
            Assert.Equal(Wire.PeerAddress, ip.DestinationAddress.ToString());
            Assert.Equal(28 + length, ip.TotalLength);

            var reply = answer.Extract<IcmpV4Packet>();
            Assert.Equal(IcmpV4TypeCode.EchoReply, reply.TypeCode);
            Assert.Equal(length, reply.Id);
            Assert.Equal(9, reply.Sequence);
            Assert.Equal(request.Extract<IcmpV4Packet>().Data, ip.PayloadPacket.Bytes[8..(8 + length)]);
            Assert.True(InternetChecksum.Verify(answer.Bytes.AsSpan(34, 8 + length)));
        }

        Assert.Equal(1473UL, _wire.Stack.Counters.EchoRequests);
    }

    [Fact]
    public void AReplyThatIsNothingButZerosHasARightChecksum()
    {
        byte[] frame = Wire.Echo(56, id: 0, sequence: 0).Bytes;
        frame.AsSpan(36).Clear();
        frame[36] = 0xF7;
        frame[37] = 0xFF;
        EthernetPacket answer = _wire.AssertAnswered(frame);
        Assert.True(InternetChecksum.Verify(answer.Bytes.AsSpan(34, 64)));
    }

    [Fact]
    public void ADamagedMessageIsNotAnswered()
    {
        byte[] frame = Wire.Echo(33).Bytes;
        for (int bit = 34 * 8; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            _wire.AssertDropped(DropReason.IcmpChecksum, frame);
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void AMessageShorterThanItsHeaderIsDropped()
    {
        for (int length = 0; length < 8; length++)
        {
            byte[] frame = Wire.Echo(0).Bytes[..(34 + length)];
            frame[17] = (byte)(20 + length);
            _wire.AssertDropped(DropReason.IcmpTruncated, Wire.Reseal(frame));
        }
    }

    [Theory]
    [InlineData(IcmpV4TypeCode.EchoReply, DropReason.IcmpUnsolicited)]
    [InlineData(IcmpV4TypeCode.RedirectHost, DropReason.IcmpRedirect)]
    [InlineData(IcmpV4TypeCode.Timestamp, DropReason.IcmpTypeUnknown)]
    [InlineData(IcmpV4TypeCode.SourceQuench, DropReason.IcmpTypeUnknown)]
    [InlineData(IcmpV4TypeCode.UnreachableHost, DropReason.IcmpErrorInvalid)]
    [InlineData(IcmpV4TypeCode.TimeExceeded, DropReason.IcmpErrorInvalid)]
    public void AnythingButAnEchoRequestIsDropped(IcmpV4TypeCode type, DropReason reason)
    {
        IcmpV4Packet message = Wire.EchoMessage(16);
        message.TypeCode = type;
        message.UpdateIcmpChecksum();
        _wire.AssertDropped(reason, Wire.Ip(message, ProtocolType.Icmp).Bytes);
    }

    [Fact]
    public void AnEchoRequestWithACodeIsDropped()
    {
        IcmpV4Packet message = Wire.EchoMessage(16);
        message.TypeCode = (IcmpV4TypeCode)0x0801;
        message.UpdateIcmpChecksum();
        _wire.AssertDropped(DropReason.IcmpTypeUnknown, Wire.Ip(message, ProtocolType.Icmp).Bytes);
    }

    [Fact]
    public void ARequestIsLostWhenThereIsNoTransmitBuffer()
    {
        _wire.Device.Buffers = 0;
        _wire.AssertDropped(DropReason.ReplyNotSent, Wire.Echo(10).Bytes);
        Assert.Equal(0UL, _wire.Stack.Counters.EchoRequests);
    }
}
