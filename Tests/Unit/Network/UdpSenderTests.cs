using System;
using Reservoir.Devices;
using Reservoir.Drivers.E1000;
using Reservoir.Network;
using Reservoir.Network.Ip;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Tests.Unit.Drivers;
using Reservoir.Tests.Unit.Volume;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

/// <summary>A service that answers later has the same frames on the wire as one that answers at once, whoever computes the checksums, and
/// waits for a buffer as long as it says.</summary>
public sealed class UdpSenderTests : IDisposable
{
    private const ushort Port = 9999;
    private const ulong Millisecond = Clock.NanosecondsPerMillisecond;
    private static readonly ReplyRoute s_route = new(new MacAddress(0x525500020202), new Ipv4Address(10, 0, 2, 2), typeOfService: 0);
    private readonly NicBench _bench = new();
    private readonly Wire _wire = new();
    private readonly UdpSender _sender;

    public UdpSenderTests()
    {
        var stack = new NetworkStack(_bench.Driver, _wire.Stack.Clock, Ipv4Configuration.Default, _wire.Pool, new TextBuffer());
        _sender = new UdpSender(stack.Host, Port);
    }

    public void Dispose()
    {
        _bench.Dispose();
        _wire.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(48)]
    [InlineData(1471)]
    [InlineData(1472)]
    public void ADatagramWithTheCardsChecksumsIsTheOneWithTheSoftwares(int length)
    {
        new Random(length).NextBytes(_sender.Payload[..length]);
        Assert.Equal(SendResult.Sent, Send(length));
        _bench.Driver.SetOffload(false);
        Assert.Equal(SendResult.Sent, Send(length));
        Assert.Equal(_bench.Card.Sent[1], _bench.Card.Sent[0]);
        Assert.Equal(0, InternetChecksum.Compute(_bench.Card.Sent[0].AsSpan(14, 20)));
    }

    [Fact]
    public void TheChecksumsAreLeftToTheCardWhereItInsertsThem()
    {
        Assert.Equal(SendResult.Sent, Send(100));
        Assert.Equal(2u, _bench.Card.Peek(E1000Registers.TDT));
    }

    [Fact]
    public void ASenderUsesWhatIsKeptForAnswersAndThenWaitsForAnothersBuffer()
    {
        _bench.Card.SendsAtOnce = false;
        for (int i = 0; i < NicBench.AnswerBuffers + _bench.Transmit.Count; i++)
        {
            Assert.Equal(SendResult.Sent, Send(i));
        }

        Assert.Equal(0, _bench.Answers.Free + _bench.Transmit.Free);
        ulong begun = _bench.Workshop.Processor.Now;
        Assert.Equal(SendResult.TimedOut, Send(1, 5 * Millisecond));
        Assert.InRange(_bench.Workshop.Processor.Now - begun, 5 * Millisecond, 7 * Millisecond);
        Assert.Equal(SendResult.NoBuffer, Send(1));
        _bench.Card.Transmit(1);
        Assert.Equal(SendResult.Sent, Send(1, 5 * Millisecond));
    }

    [Fact]
    public void WhatIsNoDatagramIsRefused()
    {
        Assert.Equal(SendResult.LengthOutOfRange, _sender.Send(_bench.Workshop.Context, in s_route, port: 0, 1, 0));
        Assert.Equal(SendResult.LengthOutOfRange, Send(-1));
        Assert.Equal(SendResult.LengthOutOfRange, Send(1473));
        Assert.Empty(_bench.Card.Sent);
    }

    private SendResult Send(int length, ulong timeout = 0) => _sender.Send(_bench.Workshop.Context, in s_route, 40000, length, timeout);
}
