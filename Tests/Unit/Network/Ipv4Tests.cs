using System;
using PacketDotNet;
using Reservoir.Network.Wire;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

public sealed class Ipv4Tests : IDisposable
{
    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Theory]
    [InlineData("01010101")]
    [InlineData("00FFFFFF")]
    [InlineData("94040000")]
    [InlineData("01440805000000000007030400000000")]
    public void OptionsAreSteppedOver(string options) => _wire.AssertAnswered(WithOptions(Convert.FromHexString(options)));

    [Theory]
    [InlineData("07000000")]
    [InlineData("07010000")]
    [InlineData("07050000")]
    [InlineData("01010107")]
    [InlineData("010107FF")]
    [InlineData("0703010706040000")]
    public void AnOptionOfImpossibleLengthDropsTheDatagram(string options)
    {
        _wire.AssertDropped(DropReason.Ipv4Options, WithOptions(Convert.FromHexString(options)));
    }

    [Theory]
    [InlineData("8307040A00020200")]
    [InlineData("8907040A00020200")]
    public void ASourceRouteDropsTheDatagram(string options) =>
        _wire.AssertDropped(DropReason.Ipv4SourceRoute, WithOptions(Convert.FromHexString(options)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public void ATimeToLiveThatHasRunOutDoesNotMatterToTheReceiver(byte timeToLive)
    {
        byte[] frame = Wire.Echo(10).Bytes;
        frame[22] = timeToLive;
        _wire.AssertAnswered(Wire.Reseal(frame));
    }

    [Fact]
    public void TheAnswerHasTheTypeOfServiceOfTheRequestWithoutItsCongestionBits()
    {
        byte[] frame = Wire.Echo(10).Bytes;
        frame[15] = 0xBB;
        EthernetPacket answer = _wire.AssertAnswered(Wire.Reseal(frame));
        Assert.Equal(0xB8, answer.Bytes[15]);
    }

    [Theory]
    [InlineData(0x05)]
    [InlineData(0x35)]
    [InlineData(0x55)]
    [InlineData(0x65)]
    public void AnotherVersionIsDropped(byte first)
    {
        byte[] frame = Wire.Echo(10).Bytes;
        frame[14] = first;
        _wire.AssertDropped(DropReason.Ipv4Version, frame);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(15)]
    public void AnImpossibleHeaderLengthIsDropped(int words)
    {
        byte[] frame = Wire.Echo(4).Bytes;
        frame[14] = (byte)(0x40 | words);
        _wire.AssertDropped(DropReason.Ipv4HeaderLength, frame.AsSpan(0, 14 + 20 + 12).ToArray());
    }

    [Fact]
    public void ALyingTotalLengthIsDropped()
    {
        byte[] frame = Wire.Echo(10).Bytes;
        int honest = frame[17];
        for (int length = 0; length <= ushort.MaxValue; length += length < 100 ? 1 : 97)
        {
            if (length < 20 || length > honest)
            {
                frame[16] = (byte)(length >> 8);
                frame[17] = (byte)length;
                _wire.AssertDropped(DropReason.Ipv4TotalLength, Wire.Reseal(frame));
            }
        }
    }

    [Fact]
    public void FillingBehindTheTotalLengthIsIgnored()
    {
        byte[] frame = Wire.Echo(10).Bytes;
        byte[] filled = new byte[frame.Length + 30].Fill(0xAA);
        frame.CopyTo(filled, 0);
        EthernetPacket answer = _wire.AssertAnswered(filled);
        Assert.Equal(20 + 8 + 10, answer.Extract<IPv4Packet>().TotalLength);
    }

    [Fact]
    public void EveryFlippedBitOfTheHeaderIsDropped()
    {
        byte[] frame = Wire.Echo(10).Bytes;
        for (int bit = 14 * 8; bit < 34 * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(DropReason.None, _wire.Stack.Process(frame));
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Empty(_wire.Device.Sent);
    }

    [Fact]
    public void ADatagramThatMayNotBeFragmentedIsTaken()
    {
        byte[] frame = Wire.Echo(10).Bytes;
        frame[20] = 0x40;
        _wire.AssertAnswered(Wire.Reseal(frame));
    }

    [Theory]
    [InlineData("0.0.0.0", DropReason.Ipv4SourceThisNetwork)]
    [InlineData("0.1.2.3", DropReason.Ipv4SourceThisNetwork)]
    [InlineData("127.0.0.1", DropReason.Ipv4SourceLoopback)]
    [InlineData("224.0.0.1", DropReason.Ipv4SourceMulticast)]
    [InlineData("239.255.255.255", DropReason.Ipv4SourceMulticast)]
    [InlineData("240.1.2.3", DropReason.Ipv4SourceReserved)]
    [InlineData("255.255.255.255", DropReason.Ipv4SourceReserved)]
    [InlineData("10.0.2.255", DropReason.Ipv4SourceBroadcast)]
    [InlineData("10.0.2.0", DropReason.Ipv4SourceBroadcast)]
    [InlineData("10.0.2.15", DropReason.Ipv4SourceOwn)]
    public void ASourceThatCantBeAnsweredIsDroppedByItsName(string source, DropReason reason) =>
        _wire.AssertDropped(reason, Wire.Ip(Wire.EchoMessage(10), ProtocolType.Icmp, source).Bytes);

    [Theory]
    [InlineData("255.255.255.255")]
    [InlineData("10.0.2.255")]
    [InlineData("10.0.2.0")]
    [InlineData("224.0.0.1")]
    public void ADatagramForAllIsNotAnswered(string destination) =>
        _wire.AssertDropped(DropReason.Ipv4Broadcast, Wire.Ip(Wire.EchoMessage(10), ProtocolType.Icmp, destination: destination).Bytes);

    [Fact]
    public void ADatagramForAnotherHostIsDropped() =>
        _wire.AssertDropped(DropReason.Ipv4NotForUs, Wire.Ip(Wire.EchoMessage(10), ProtocolType.Icmp, destination: "10.0.2.16").Bytes);

    [Fact]
    public void ADatagramForThisHostInAFrameForAllIsDropped()
    {
        EthernetPacket frame = Wire.Echo(10);
        frame.DestinationHardwareAddress = Wire.Everybody;
        _wire.AssertDropped(DropReason.LinkBroadcastUnicast, frame.Bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(41)]
    [InlineData(255)]
    public void AnUnknownProtocolIsDropped(byte protocol)
    {
        byte[] frame = Wire.Echo(10).Bytes;
        frame[23] = protocol;
        _wire.AssertDropped(DropReason.Ipv4ProtocolUnknown, Wire.Reseal(frame), answers: 1);
    }

    private static byte[] WithOptions(byte[] options)
    {
        byte[] plain = Wire.Echo(10).Bytes;
        byte[] frame = new byte[plain.Length + options.Length];
        plain.AsSpan(0, 34).CopyTo(frame);
        options.CopyTo(frame, 34);
        plain.AsSpan(34).CopyTo(frame.AsSpan(34 + options.Length));
        frame[14] += (byte)(options.Length / 4);
        frame[17] += (byte)options.Length;
        return Wire.Reseal(frame);
    }
}
