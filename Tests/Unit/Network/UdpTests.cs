using System;
using PacketDotNet;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Tests.Unit.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

public sealed class UdpTests : IDisposable
{
    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void EveryDatagramThatFitsIsEchoedWithItsChecksum()
    {
        var random = new Random(862);
        for (int length = 0; length <= 1472; length++)
        {
            byte[] payload = new byte[length];
            random.NextBytes(payload);
            EthernetPacket answer = _wire.AssertAnswered(Wire.Udp(payload, sourcePort: 50000).Bytes);
            var datagram = answer.Extract<UdpPacket>();
            Assert.Equal(7, datagram.SourcePort);
            Assert.Equal(50000, datagram.DestinationPort);
            Assert.Equal(8 + length, datagram.Length);
            Assert.NotEqual(0, datagram.Checksum);
            Assert.True(datagram.ValidUdpChecksum);
            Assert.Equal(payload, answer.Bytes[42..(42 + length)]);
        }

        Assert.Equal(1473UL, _wire.Stack.Counters.UdpDatagrams);
    }

    [Fact]
    public void AChecksumThatComesOutAsZeroIsSentAsAllOnes()
    {
        // The payload is chosen so that the echo's words sum to FFFF.
        byte[] payload = { 0, 0 };
        EthernetPacket first = _wire.AssertAnswered(Wire.Udp(payload).Bytes);
        ushort checksum = first.Extract<UdpPacket>().Checksum;
        payload[0] = (byte)(checksum >> 8);
        payload[1] = (byte)checksum;
        EthernetPacket second = _wire.AssertAnswered(Wire.Udp(payload).Bytes);
        Assert.Equal(0xFFFF, second.Extract<UdpPacket>().Checksum);
    }

    [Fact]
    public void ADatagramWithoutAChecksumIsTaken()
    {
        byte[] frame = Wire.Udp(new byte[] { 1, 2, 3 }).Bytes;
        frame[40] = 0;
        frame[41] = 0;
        _wire.AssertAnswered(frame);
    }

    [Fact]
    public void ADamagedDatagramIsDropped()
    {
        byte[] frame = Wire.Udp(new byte[] { 1, 2, 3 }).Bytes;
        for (int bit = 42 * 8; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            _wire.AssertDropped(DropReason.UdpChecksum, frame);
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void ADatagramDeliveredToTheWrongAddressIsNoticedByItsChecksum()
    {
        byte[] frame = Wire.Udp(new byte[] { 1, 2, 3 }).Bytes;
        frame[29]++;
        _wire.AssertDropped(DropReason.UdpChecksum, Wire.Reseal(frame));
    }

    [Fact]
    public void ALyingLengthIsDropped()
    {
        byte[] frame = Wire.Udp(new byte[] { 1, 2, 3 }).Bytes;
        for (int length = 0; length <= ushort.MaxValue; length += length < 100 ? 1 : 97)
        {
            if (length is < 8 or > 11)
            {
                frame[38] = (byte)(length >> 8);
                frame[39] = (byte)length;
                _wire.AssertDropped(DropReason.UdpLength, frame);
            }
        }
    }

    [Fact]
    public void BytesBehindTheLengthAreNotEchoed()
    {
        byte[] frame = Wire.Udp(new byte[] { 1, 2, 3 }).Bytes;
        frame[39] = 9;
        frame[40] = 0;
        frame[41] = 0;
        EthernetPacket answer = _wire.AssertAnswered(frame);
        Assert.Equal(9, answer.Extract<UdpPacket>().Length);
        Assert.Equal(1, _wire.Device.Sent[^1][42]);
        Assert.Equal(0, _wire.Device.Sent[^1][43]);
    }

    [Fact]
    public void ADatagramShorterThanItsHeaderIsDropped()
    {
        for (int length = 0; length < 8; length++)
        {
            byte[] frame = Wire.Udp(Array.Empty<byte>()).Bytes[..(34 + length)];
            frame[17] = (byte)(20 + length);
            _wire.AssertDropped(DropReason.UdpTruncated, Wire.Reseal(frame));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(65535)]
    public void APortWhereNobodyListensIsDropped(int port) =>
        _wire.AssertDropped(DropReason.UdpPortClosed, Wire.Udp(new byte[] { 1 }, destinationPort: (ushort)port).Bytes, answers: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void AnEchoThatCouldReachNobodyOrAnotherEchoIsNotSent(int port) =>
        _wire.AssertDropped(DropReason.UdpSourcePort, Wire.Udp(new byte[] { 1 }, sourcePort: (ushort)port).Bytes);

    [Fact]
    public void AnEchoIsLostWhenThereIsNoTransmitBuffer()
    {
        _wire.Device.Buffers = 0;
        _wire.AssertDropped(DropReason.ReplyNotSent, Wire.Udp(new byte[] { 1 }).Bytes);
    }

    [Fact]
    public void TwoServicesCantShareAPortAndTheSecondIsNamed()
    {
        var messages = new TextBuffer();
        var ports = new UdpPortTable(messages);
        Assert.Equal(UdpPortError.None, ports.Add(new EchoService()));
        Assert.Empty(messages.Text);
        Assert.Equal(UdpPortError.PortTaken, ports.Add(new SilentService(EchoService.EchoPort, _ => DropReason.None)));
        Assert.Equal(["network: silent can't listen at UDP port 7: echo does"], messages.Lines);
        Assert.Equal(1, ports.Count);
    }

    [Fact]
    public void AFullTableOfPortsRefusesTheNextServiceAndNamesIt()
    {
        var messages = new TextBuffer();
        var ports = new UdpPortTable(messages);
        for (int i = 0; i < UdpPortTable.Capacity; i++)
        {
            Assert.Equal(UdpPortError.None, ports.Add(new SilentService((ushort)(1000 + i), _ => DropReason.None)));
        }

        Assert.Equal(UdpPortError.TooManyPorts, ports.Add(new SilentService(2000, _ => DropReason.None)));
        Assert.Null(ports.Find(2000));
        Assert.Contains("silent can't listen at UDP port 2000", messages.Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(4096)]
    public void EveryServiceIsFoundWhateverTheDistanceOfThePortsAndNobodyElse(int distance)
    {
        // As many as fit, the last ones at the end of the numbers: some distances bring all to the same place.
        var ports = new UdpPortTable(new TextBuffer());
        for (int i = 0; i < UdpPortTable.Capacity; i++)
        {
            var service = new SilentService((ushort)(ushort.MaxValue - i * distance), _ => DropReason.None);
            Assert.Equal(UdpPortError.None, ports.Add(service));
            Assert.Same(service, ports[i]);
        }

        for (int port = 0; port <= ushort.MaxValue; port++)
        {
            int number = (ushort.MaxValue - port) / distance;
            bool isThere = (ushort.MaxValue - port) % distance == 0 && number < UdpPortTable.Capacity;
            Assert.Same(isThere ? ports[number] : null, ports.Find((ushort)port));
        }
    }

    [Fact]
    public void AServiceAtPortZeroIsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SilentService(0, _ => DropReason.None));

    [Fact]
    public void WhatAServiceRefusesIsCountedAsDropped()
    {
        Assert.Equal(UdpPortError.None, _wire.Stack.Ports.Add(new SilentService(9, _ => DropReason.ServiceRefused)));
        _wire.AssertDropped(DropReason.ServiceRefused, Wire.Udp(new byte[] { 1 }, destinationPort: 9).Bytes);
        Assert.Equal(0UL, _wire.Stack.Counters.UdpDatagrams);
    }

    [Fact]
    public void AServiceGetsThePayloadAndNothingElse()
    {
        byte[] seen = Array.Empty<byte>();
        Assert.Equal(UdpPortError.None, _wire.Stack.Ports.Add(new SilentService(9, payload =>
        {
            seen = payload;
            return DropReason.None;
        })));
        Assert.Equal(DropReason.None, _wire.Give(Wire.Udp(new byte[] { 5, 6, 7 }, destinationPort: 9)));
        Assert.Equal(new byte[] { 5, 6, 7 }, seen);
        Assert.Empty(_wire.Device.Sent);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1473)]
    [InlineData(int.MaxValue)]
    public void AnAnswerThatDoesNotFitIsNotSent(int length)
    {
        Assert.Equal(UdpPortError.None, _wire.Stack.Ports.Add(new BoastfulService(length)));
        _wire.AssertDropped(DropReason.ReplyNotSent, Wire.Udp(new byte[] { 1 }, destinationPort: 9).Bytes);
    }

    private sealed class SilentService : UdpService
    {
        private readonly Func<byte[], DropReason> _receive;

        public SilentService(ushort port, Func<byte[], DropReason> receive)
            : base(port, "silent")
        {
            _receive = receive;
        }

        public override DropReason Receive(in UdpDatagram datagram, in UdpReply reply) => _receive(datagram.Payload.ToArray());
    }

    private sealed class BoastfulService : UdpService
    {
        private readonly int _length;

        public BoastfulService(int length)
            : base(9, "boastful")
        {
            _length = length;
        }

        public override DropReason Receive(in UdpDatagram datagram, in UdpReply reply) => reply.Send(_length);
    }
}
