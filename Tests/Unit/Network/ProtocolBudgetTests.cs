using System;
using Reservoir.Devices;
using Reservoir.Drivers.E1000;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Network.Ip;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Core;
using Reservoir.Tests.Unit.Drivers;
using Reservoir.Threads;
using Reservoir.Tests.Unit.Volume;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

/// <summary>The protocol thread and its background thread on the driver of a card made of code: who deals with a flood, and what that
/// leaves to
/// others.</summary>
public sealed class ProtocolBudgetTests : IDisposable
{
    private const ulong FrameNanoseconds = 10_000;
    private const int Spare = 256;

    private readonly KernelBench _bench = new(
        PlanLine.Pool("receive", "network", PoolKind.NonBlocking, E1000Card.BufferBytes, E1000Card.ReceiveRingSize + Spare),
        PlanLine.Pool("transmit", "network", PoolKind.Blocking, E1000Card.BufferBytes, 16),
        PlanLine.Pool("answer", "network", PoolKind.NonBlocking, E1000Card.BufferBytes, 16),
        PlanLine.Pool("reassembly", "network", PoolKind.NonBlocking, Ipv4Reassembly.BufferSize, 1),
        PlanLine.Scratch("rings", "network", E1000Card.RingBytes));

    private readonly FakeE1000 _card = new();
    private readonly NonBlockingPool _pool;
    private readonly E1000Card _driver;
    private readonly ProtocolThread _protocols;
    private readonly SlowService _service;

    public ProtocolBudgetTests()
    {
        _pool = _bench.NonBlocking("receive");
        var queue = new FrameQueue(_bench.Scheduler, _pool, _pool.Count);
        Assert.Equal(PlanError.None, _bench.Memory.TakeRegion("rings", ReservationKind.Scratch, out Region rings));
        _driver = new E1000Card(_card, 11, E1000Model.CreateTable()[0], new E1000Resources
        {
            Rings = rings,
            ReceivePool = _pool,
            TransmitPool = _bench.Blocking("transmit"),
            AnswerPool = _bench.NonBlocking("answer"),
            Queue = queue,
            Processor = _bench.Processor,
        });
        Assert.True(_driver.Start());
        Assert.True(_driver.Unmask());
        _service = new SlowService(this);
        var stack = new NetworkStack(_driver, _bench.Scheduler.Clock, Ipv4Configuration.Default, _bench.NonBlocking("reassembly"),
            new TextBuffer());
        Assert.Equal(UdpPortError.None, stack.Ports.Add(_service));
        _protocols = new ProtocolThread(_bench.Scheduler, queue, stack);
        _bench.Thread("protocol", 16, _protocols.Run);
        _bench.Thread("background", 1, new ProtocolBackground(_protocols).Run);
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void AFloodIsDealtWithToTheLastFrameAndInterruptsComeAgain()
    {
        _bench.Thread("wire", 20, _ => Flood(1500));
        _bench.Run();
        Assert.Equal(1500, _service.Taken);
        Assert.Equal(1500UL, _protocols.FramesTaken);
        Assert.NotEqual(0UL, _driver.TakeStatistics().FramesPolled);
        Assert.False(_driver.NeedsPolling);
        Assert.Equal(Spare, _pool.Free);
    }

    [Fact]
    public void InAnIdleSystemTheBackgroundThreadGoesOnWhereTheBudgetEnds()
    {
        _bench.Thread("wire", 20, _ => Flood(1000));
        _bench.Run();
        Assert.NotEqual(0UL, _protocols.Rests);
        Assert.True(_protocols.FramesTakenInRests > _protocols.FramesTaken / 2,
            $"{_protocols.FramesTakenInRests} of {_protocols.FramesTaken}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OnlyAThreadThatHasSomethingToDoMakesTheBackgroundThreadRest(bool isBackground)
    {
        _bench.Thread("wire", 20, _ => Flood(1000));
        _bench.Thread("looks in", 19, context =>
        {
            _bench.Scheduler.Current.IsBackground = isBackground;
            for (int i = 0; i < 100; i++)
            {
                _bench.Scheduler.Sleep(context, KernelBench.Tick);
            }
        });
        _bench.Run(restingTicks: 500);
        bool standsIn = _protocols.FramesTakenInRests > _protocols.FramesTaken / 2;
        Assert.True(standsIn == isBackground,
            $"{_protocols.FramesTakenInRests} of {_protocols.FramesTaken}, {_protocols.QuietRests} quiet rests");
        Assert.Equal(1000, _service.Taken);
    }

    [Fact]
    public void WhileAnotherThreadWantsTheProcessorAFloodGetsATwentiethOfIt()
    {
        const int milliseconds = 200;
        ulong worked = 0;
        _bench.Thread("wire", 20, _ => Flood(2000));
        _bench.Thread("worker", 8, context =>
        {
            ulong begun = _bench.Scheduler.Clock.Nanoseconds;
            while (_bench.Scheduler.Clock.Nanoseconds - begun < milliseconds * Clock.NanosecondsPerMillisecond)
            {
                Pass(FrameNanoseconds);
                worked += FrameNanoseconds;
            }

            _bench.Log.Add($"{_service.Taken}");
        });
        _bench.Run();
        int taken = int.Parse(_bench.Log[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(taken, 1, milliseconds / 10 * 70);
        Assert.True(worked >= milliseconds * Clock.NanosecondsPerMillisecond * 9 / 10, $"{worked} ns of {milliseconds} ms");
        Assert.Equal(2000, _service.Taken);
    }

    [Fact]
    public void TheTwoThreadsNeverDealWithFramesAtTheSameTime()
    {
        _bench.Thread("wire", 20, _ => Flood(1500));
        _bench.Run();
        Assert.Equal(0, _service.Overlaps);
        Assert.NotEqual(0UL, _protocols.FramesTakenInRests);
    }

    [Fact]
    public void WhatArrivesWhileItIsPausedFillsThePoolAndIsThenDroppedAndCounted()
    {
        _protocols.Pause();
        _bench.Thread("wire", 20, _ => Flood(1500));
        _bench.Run(restingTicks: 100);
        Assert.Equal(0, _service.Taken);
        Assert.Equal(0, _pool.Free);
        NetworkStatistics numbers = _driver.TakeStatistics();
        Assert.Equal((ulong)Spare, numbers.FramesReceived);
        Assert.Equal(1500UL - Spare, numbers.FramesDropped);
    }

    /// <summary>So many datagrams arrive at once; the card interrupts once.</summary>
    private void Flood(int count)
    {
        byte[] frame = Wire.Udp(new byte[18], destinationPort: SlowService.SlowPort).Bytes;
        for (int i = 0; i < count; i++)
        {
            Assert.True(_card.Arrive(frame));
        }

        _bench.Processor.Interrupt(_driver.Serve);
    }

    /// <summary>Time passes; the timer interrupts when it was asked to.</summary>
    private void Pass(ulong nanoseconds) => _bench.Processor.Advance(nanoseconds, _bench.ServeTimer);

    private sealed class SlowService : UdpService
    {
        public const ushort SlowPort = 99;
        private readonly ProtocolBudgetTests _test;
        private bool _inside;

        public SlowService(ProtocolBudgetTests test)
            : base(SlowPort, "slow")
        {
            _test = test;
        }

        public int Taken { get; private set; }

        public int Overlaps { get; private set; }

        public override DropReason Receive(in UdpDatagram datagram, in UdpReply reply)
        {
            Overlaps += _inside ? 1 : 0;
            _inside = true;
            _test.Pass(FrameNanoseconds);
            _inside = false;
            Taken++;
            return DropReason.None;
        }
    }
}
