using System;
using System.Net;
using System.Net.NetworkInformation;
using PacketDotNet;
using Reservoir.Devices;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

public sealed class ArpTests : IDisposable
{
    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void ARequestForThisHostIsAnswered()
    {
        EthernetPacket answer = _wire.AssertAnswered(Wire.Arp().Bytes);
        var reply = answer.Extract<PacketDotNet.ArpPacket>();
        Assert.Equal(PacketDotNet.ArpOperation.Response, reply.Operation);
        Assert.Equal(Wire.HostStation, reply.SenderHardwareAddress);
        Assert.Equal(IPAddress.Parse(Wire.HostAddress), reply.SenderProtocolAddress);
        Assert.Equal(Wire.PeerStation, reply.TargetHardwareAddress);
        Assert.Equal(IPAddress.Parse(Wire.PeerAddress), reply.TargetProtocolAddress);
        Assert.True(_wire.Stack.Host.TryResolve(new Ipv4Address(10, 0, 2, 2), out _));
    }

    [Fact]
    public void AProbeIsAnsweredAndNotLearned()
    {
        _wire.AssertAnswered(Wire.Arp(sender: "0.0.0.0").Bytes);
        Assert.Equal(0, _wire.Stack.Arp.Known);
    }

    [Fact]
    public void AnAnswerIsFilledUpWithZerosWhateverWasSentBefore()
    {
        _wire.AssertAnswered(Wire.Udp(new byte[1400].Fill(0xEE)).Bytes);
        _wire.AssertAnswered(Wire.Arp().Bytes);
        byte[] answer = _wire.Device.Sent[^1];
        Assert.Equal(60, answer.Length);
        Assert.All(answer[42..], filling => Assert.Equal(0, filling));
    }

    [Fact]
    public void ARequestForAnotherHostIsNotAnsweredAndNotLearned()
    {
        _wire.AssertDropped(DropReason.ArpNotForUs, Wire.Arp(target: "10.0.2.16").Bytes);
        Assert.Equal(0, _wire.Stack.Arp.Known);
    }

    [Fact]
    public void AReplyThatNobodyAskedForIsDropped()
    {
        _wire.AssertDropped(DropReason.ArpUnsolicited, Wire.Arp(PacketDotNet.ArpOperation.Response, destination: Wire.HostStation).Bytes);
        Assert.Equal(0, _wire.Stack.Arp.Known);
    }

    [Fact]
    public void AReplyThatWasAskedForIsLearned()
    {
        var neighbour = new Ipv4Address(10, 0, 2, 2);
        Assert.False(_wire.Stack.Host.TryResolve(neighbour, out _));
        var request = ((EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, _wire.Device.Sent[^1])).Extract<PacketDotNet.ArpPacket>();
        Assert.Equal(PacketDotNet.ArpOperation.Request, request.Operation);
        Assert.Equal(IPAddress.Parse(Wire.PeerAddress), request.TargetProtocolAddress);

        Assert.Equal(DropReason.None, _wire.Give(Wire.Arp(PacketDotNet.ArpOperation.Response, destination: Wire.HostStation)));
        Assert.True(_wire.Stack.Host.TryResolve(neighbour, out MacAddress hardware));
        Assert.Equal(0x52550A000202UL, hardware.Value);
    }

    [Theory]
    [InlineData(10, 0, 3, 2)]
    [InlineData(10, 0, 2, 255)]
    [InlineData(10, 0, 2, 15)]
    [InlineData(224, 0, 0, 1)]
    public void NobodyIsAskedForAnAddressThatNoNeighbourCanHave(byte a, byte b, byte c, byte d)
    {
        Assert.False(_wire.Stack.Host.TryResolve(new Ipv4Address(a, b, c, d), out _));
        Assert.Empty(_wire.Device.Sent);
    }

    [Theory]
    [InlineData("10.0.3.2")]
    [InlineData("10.0.2.255")]
    [InlineData("10.0.2.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("127.0.0.1")]
    public void ASenderThatCantBeANeighbourIsNotAnswered(string sender)
    {
        _wire.AssertDropped(DropReason.ArpSenderInvalid, Wire.Arp(sender: sender).Bytes);
        Assert.Equal(0, _wire.Stack.Arp.Known);
    }

    [Fact]
    public void ASenderThatSpeaksForAnotherStationIsNotAnswered()
    {
        _wire.AssertDropped(DropReason.ArpSenderInvalid, Wire.Arp(senderStation: PhysicalAddress.Parse("52-54-00-00-00-99")).Bytes);
    }

    [Fact]
    public void AReplyFromZeroIsRefused()
    {
        _wire.AssertDropped(DropReason.ArpSenderInvalid, Wire.Arp(PacketDotNet.ArpOperation.Response, sender: "0.0.0.0").Bytes);
    }

    [Fact]
    public void ASenderThatClaimsThisHostsAddressIsToldBetterOnceInTenSeconds()
    {
        byte[] claim = Wire.Arp(sender: Wire.HostAddress).Bytes;
        _wire.AssertDropped(DropReason.ArpConflict, claim, answers: 1);
        var defence = ((EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, _wire.Device.Sent[^1])).Extract<PacketDotNet.ArpPacket>();
        Assert.Equal(PacketDotNet.ArpOperation.Request, defence.Operation);
        Assert.Equal(Wire.HostStation, defence.SenderHardwareAddress);
        Assert.Equal(IPAddress.Parse(Wire.HostAddress), defence.SenderProtocolAddress);
        Assert.Equal(IPAddress.Parse(Wire.HostAddress), defence.TargetProtocolAddress);

        _wire.AssertDropped(DropReason.ArpConflict, claim);
        _wire.Pass(TimeSpan.FromSeconds(11));
        _wire.AssertDropped(DropReason.ArpConflict, claim, answers: 1);
    }

    [Fact]
    public void ANeighbourThatDoesNotAnswerIsAskedThreeTimesASecondApart()
    {
        var neighbour = new Ipv4Address(10, 0, 2, 9);
        for (int i = 0; i < 10; i++)
        {
            Assert.False(_wire.Stack.Host.TryResolve(neighbour, out _));
        }

        Assert.Single(_wire.Device.Sent);
        _wire.Pass(TimeSpan.FromMilliseconds(900));
        Assert.Single(_wire.Device.Sent);
        _wire.Pass(TimeSpan.FromMilliseconds(200));
        Assert.Equal(2, _wire.Device.Sent.Count);
        _wire.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal(ArpCache.MostRequests, _wire.Device.Sent.Count);
        Assert.Equal(1UL, _wire.Stack.Arp.Unanswered);
        Assert.Equal(Clock.Forever, _wire.Stack.RunTimers());
    }

    [Fact]
    public void TheLatestDatagramForAnUnknownNeighbourIsSentWhenItAnswers()
    {
        Assert.True(_wire.Stack.UdpOutput.TrySend(new Ipv4Address(10, 0, 2, 2), 1000, 2000, "first"u8));
        Assert.True(_wire.Stack.UdpOutput.TrySend(new Ipv4Address(10, 0, 2, 2), 1000, 2000, "latest"u8));
        Assert.Single(_wire.Device.Sent);
        Assert.Equal(DropReason.None, _wire.Give(Wire.Arp(PacketDotNet.ArpOperation.Response, destination: Wire.HostStation)));
        Assert.Equal(2, _wire.Device.Sent.Count);
        var datagram = ((EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, _wire.Device.Sent[^1])).Extract<UdpPacket>();
        Assert.Equal("latest"u8.ToArray(), datagram.PayloadData);
        Assert.True(datagram.ValidUdpChecksum);
        Assert.Equal(0, _wire.Stack.Pending.Count);
        Assert.Equal(1UL, _wire.Stack.Pending.Lost);
    }

    [Fact]
    public void ADatagramForANeighbourThatNeverAnswersIsGivenUp()
    {
        Assert.True(_wire.Stack.UdpOutput.TrySend(new Ipv4Address(10, 0, 2, 9), 1000, 2000, "lost"u8));
        _wire.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(0, _wire.Stack.Pending.Count);
        Assert.Equal(1UL, _wire.Stack.Pending.Lost);
    }

    [Fact]
    public void DatagramsThatWaitAreAsManyAsThereArePlaces()
    {
        for (byte i = 0; i < 10; i++)
        {
            Assert.Equal(i < PendingDatagrams.Capacity,
                _wire.Stack.UdpOutput.TrySend(new Ipv4Address(10, 0, 2, (byte)(100 + i)), 1000, 2000, "x"u8));
        }

        Assert.Equal(PendingDatagrams.Capacity, _wire.Stack.Pending.Count);
    }

    [Fact]
    public void ADatagramForAHostElsewhereGoesToTheRouter()
    {
        var elsewhere = new Ipv4Address(192, 0, 2, 1);
        Assert.False(_wire.Stack.UdpOutput.TrySend(elsewhere, 1000, 2000, "x"u8));
        _wire.Stack.Host.Identity.Router = new Ipv4Address(10, 0, 2, 2);
        Assert.True(_wire.Stack.UdpOutput.TrySend(elsewhere, 1000, 2000, "x"u8));
        var question = ((EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, _wire.Device.Sent[^1])).Extract<PacketDotNet.ArpPacket>();
        Assert.Equal(IPAddress.Parse("10.0.2.2"), question.TargetProtocolAddress);
        _wire.Give(Wire.Arp(PacketDotNet.ArpOperation.Response, destination: Wire.HostStation));
        var sent = (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, _wire.Device.Sent[^1]);
        Assert.Equal(Wire.PeerStation, sent.DestinationHardwareAddress);
        Assert.Equal("192.0.2.1", sent.Extract<IPv4Packet>().DestinationAddress.ToString());
    }

    [Theory]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(19)]
    public void AWrongKindOrLengthOfAddressIsDropped(int offset)
    {
        byte[] frame = Wire.Arp().Bytes;
        frame[offset]++;
        _wire.AssertDropped(DropReason.ArpFormat, frame);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(255)]
    public void AnUnknownOperationIsDropped(byte operation)
    {
        byte[] frame = Wire.Arp().Bytes;
        frame[21] = operation;
        _wire.AssertDropped(DropReason.ArpOperation, frame);
    }

    [Fact]
    public void ARequestIsLostWhenThereIsNoTransmitBuffer()
    {
        _wire.Device.Buffers = 0;
        _wire.AssertDropped(DropReason.ReplyNotSent, Wire.Arp().Bytes);
        Assert.Equal(1UL, _wire.Stack.SendRefused);
    }
}
