using System;
using System.Linq;
using Reservoir.Devices;
using Reservoir.Drivers.E1000;
using Reservoir.Network;
using Reservoir.Network.Ip;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Network;
using Reservoir.Tests.Unit.Volume;
using Reservoir.Time;
using Xunit;
using static Reservoir.Drivers.E1000.E1000Registers;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>How frames go out, what a sender is told when they can't, and checksums that the card inserts.</summary>
public sealed class E1000TransmitTests
{
    private const int Buffers = 16;

    [Fact]
    public void AFrameGoesOutAsItIsAndItsBufferComesBack()
    {
        using var bench = new NicBench(transmitBuffers: Buffers);
        byte[] frame = new byte[1514];
        new Random(2).NextBytes(frame);
        Assert.Equal(SendResult.Sent, bench.Driver.TrySend(frame, TransmitChecksums.None));
        Assert.Equal(frame, Assert.Single(bench.Card.Sent));
        bench.Interrupt();
        Assert.Equal(Buffers, bench.Transmit.Free);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    [InlineData(1515)]
    [InlineData(9000)]
    public void AFrameOfAnotherLengthIsRefusedAndCounted(int length)
    {
        using var bench = new NicBench();
        Assert.Equal(SendResult.LengthOutOfRange, bench.Driver.TrySend(new byte[length], TransmitChecksums.None));
        Assert.Equal(SendResult.LengthOutOfRange,
            bench.Driver.Send(bench.Workshop.Context, new byte[length], TransmitChecksums.None, 0));
        Assert.Equal(2UL, bench.Driver.TakeStatistics().SendRefused);
        Assert.Empty(bench.Card.Sent);
    }

    [Fact]
    public void ASenderThatWillNotWaitIsRefusedWhenThereIsNoBuffer()
    {
        using var bench = new NicBench(transmitBuffers: Buffers);
        bench.Card.SendsAtOnce = false;
        Fill(bench);
        Assert.Equal(SendResult.NoBuffer, bench.Driver.TrySend(new byte[60], TransmitChecksums.None));
        Assert.Equal(SendResult.NoBuffer, bench.Driver.Send(bench.Workshop.Context, new byte[60], TransmitChecksums.None, 0));
        Assert.Equal(2UL, bench.Driver.TakeStatistics().SendRefused);
    }

    [Fact]
    public void AnswersThatGatherGoOutTogetherAndInOrder()
    {
        using var bench = new NicBench(transmitBuffers: Buffers);
        Gather(bench, 3);
        Assert.Empty(bench.Card.Sent);
        bench.Driver.GatherAnswers(false);
        Assert.Equal(new byte[] { 0, 1, 2 }, bench.Card.Sent.Select(frame => frame[59]));
        bench.Interrupt();
        Assert.Equal(NicBench.AnswerBuffers, bench.Answers.Free);
        bench.Driver.TryAnswer(new byte[60], TransmitChecksums.None);
        Assert.Equal(4, bench.Card.Sent.Count);
    }

    [Fact]
    public void ALotOfAnswersGoesOutThoughTheyStillGather()
    {
        using var bench = new NicBench(transmitBuffers: Buffers, answerBuffers: E1000Card.AnswerBatch + 1);
        Gather(bench, E1000Card.AnswerBatch + 1);
        Assert.Equal(E1000Card.AnswerBatch, bench.Card.Sent.Count);
    }

    [Fact]
    public void AnotherSendersFrameTakesTheAnswersAlongThatHaveGathered()
    {
        using var bench = new NicBench(transmitBuffers: Buffers);
        Gather(bench, 2);
        bench.Driver.TrySend(new byte[60], TransmitChecksums.None);
        Assert.Equal(3, bench.Card.Sent.Count);
        bench.Driver.GatherAnswers(false);
        Assert.Equal(3, bench.Card.Sent.Count);
    }

    [Fact]
    public void AnswersThatGatherDoNotKeepTheBuffersOfTheNextOnes()
    {
        using var bench = new NicBench(transmitBuffers: Buffers, answerBuffers: 2);
        Gather(bench, 7);
        bench.Driver.GatherAnswers(false);
        Assert.Equal(7, bench.Card.Sent.Count);
        Assert.Equal(0UL, bench.Driver.TakeStatistics().SendRefused);
    }

    [Fact]
    public void AnAnswerGoesOutWhenOtherSendersHaveTakenAllTheirBuffers()
    {
        using var bench = new NicBench(transmitBuffers: Buffers);
        bench.Card.SendsAtOnce = false;
        Fill(bench);
        byte[] answer = new byte[60];
        answer[59] = 42;
        for (int i = 0; i < NicBench.AnswerBuffers; i++)
        {
            Assert.Equal(SendResult.Sent, bench.Driver.TryAnswer(answer, TransmitChecksums.None));
        }

        Assert.Equal(SendResult.NoBuffer, bench.Driver.TryAnswer(answer, TransmitChecksums.None));
        Assert.Equal(SendResult.LengthOutOfRange, bench.Driver.TryAnswer(new byte[13], TransmitChecksums.None));
        bench.Card.Transmit(int.MaxValue);
        Assert.Equal(answer, bench.Card.Sent[^1]);
        bench.Interrupt();
        Assert.Equal(Buffers, bench.Transmit.Free);
        Assert.Equal(NicBench.AnswerBuffers, bench.Answers.Free);
    }

    [Fact]
    public void ASenderThatWaitsInVainIsToldSo()
    {
        using var bench = new NicBench(transmitBuffers: Buffers);
        bench.Card.SendsAtOnce = false;
        Fill(bench);
        Assert.Equal(SendResult.TimedOut,
            bench.Driver.Send(bench.Workshop.Context, new byte[60], TransmitChecksums.None, 5 * Clock.NanosecondsPerMillisecond));
    }

    [Fact]
    public void ASenderThatMayNotWaitIsToldSo()
    {
        using var bench = new NicBench(transmitBuffers: Buffers);
        bench.Card.SendsAtOnce = false;
        Fill(bench);
        Assert.Equal(SendResult.NotAllowedHere, bench.Driver.Send(default, new byte[60], TransmitChecksums.None, Clock.Forever));
    }

    [Fact]
    public void ABufferThatIsOutIsFoundWithoutItsInterrupt()
    {
        using var bench = new NicBench(transmitBuffers: Buffers);
        bench.Card.SendsAtOnce = false;
        Fill(bench);
        bench.Card.Transmit(1);
        Assert.Equal(SendResult.Sent, bench.Driver.TrySend(new byte[60], TransmitChecksums.None));
        Assert.Equal(SendResult.NoBuffer, bench.Driver.TrySend(new byte[60], TransmitChecksums.None));
    }

    [Fact]
    public void AnInterruptGivesBackNoMoreThanItsBudgetAndComesAgain()
    {
        using var bench = new NicBench(transmitBuffers: 100);
        bench.Card.SendsAtOnce = false;
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(SendResult.Sent, bench.Driver.TrySend(new byte[60], TransmitChecksums.None));
        }

        bench.Card.Transmit(100);
        Assert.Equal(100 / E1000Card.InterruptBudget, bench.Interrupt());
        Assert.Equal(100, bench.Transmit.Free);
    }

    [Fact]
    public void FramesThatHaveComeAndFramesThatAreOutShareTheBudgetOfAnInterrupt()
    {
        using var bench = new NicBench(transmitBuffers: 100);
        for (int i = 0; i < E1000Card.InterruptBudget; i++)
        {
            Assert.Equal(SendResult.Sent, bench.Driver.TrySend(new byte[60], TransmitChecksums.None));
        }

        bench.Arrive(E1000Card.InterruptBudget - 1);
        bench.Driver.Serve();
        Assert.Equal(E1000Card.InterruptBudget - 1, bench.Queue.Count);
        Assert.Equal(100 - E1000Card.InterruptBudget + 1, bench.Transmit.Free);
        Assert.Equal(1, bench.Interrupt());
        Assert.Equal(100, bench.Transmit.Free);
    }

    [Fact]
    public void TheRingHasRoomForEveryBufferAlsoWhenEachFrameHasAContext()
    {
        using var bench = new NicBench(transmitBuffers: 255);
        bench.Card.SendsAtOnce = false;
        for (int i = 0; i < 255; i++)
        {
            TransmitChecksums checksums = i % 2 == 0 ? TransmitChecksums.Udp : TransmitChecksums.Tcp;
            Assert.Equal(SendResult.Sent, bench.Driver.TrySend(new byte[60], checksums));
        }

        Assert.Equal(SendResult.NoBuffer, bench.Driver.TrySend(new byte[60], TransmitChecksums.None));
        bench.Card.Transmit(int.MaxValue);
        Assert.Equal(255, bench.Card.Sent.Count);
        bench.Interrupt();
        Assert.Equal(255, bench.Transmit.Free);
    }

    [Fact]
    public void ThousandsOfFramesGoRoundTheRingInOrder()
    {
        using var bench = new NicBench(transmitBuffers: Buffers);
        byte[] frame = new byte[60];
        for (int i = 0; i < 5000; i++)
        {
            BitConverter.TryWriteBytes(frame, i);
            Assert.Equal(SendResult.Sent, bench.Driver.TrySend(frame, i % 3 == 0 ? TransmitChecksums.Tcp : TransmitChecksums.None));
            Assert.Equal(i, BitConverter.ToInt32(bench.Card.Sent[i]));
        }

        bench.Interrupt();
        Assert.Equal(Buffers, bench.Transmit.Free);
    }

    [Fact]
    public void AContextIsSentOnceForFramesOfOneKind()
    {
        using var bench = new NicBench();
        for (int i = 0; i < 3; i++)
        {
            bench.Driver.TrySend(new byte[60], TransmitChecksums.Udp);
        }

        Assert.Equal(4u, bench.Card.Peek(TDT));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(700)]
    [InlineData(1471)]
    [InlineData(1472)]
    public void AnEchoWithTheCardsChecksumsIsTheOneWithTheSoftwares(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        byte[] question = Network.Wire.Udp(data).Bytes;
        byte[] inSoftware = Answer(question, offload: false);
        byte[] inTheCard = Answer(question, offload: true);
        Assert.Equal(inSoftware, inTheCard);
    }

    [Fact]
    public void ACardThatHasStoppedIsStartedAgainAndItsBuffersComeBack()
    {
        using var bench = new NicBench(transmitBuffers: Buffers);
        Assert.True(bench.Faults.Inject(NetworkFault.TransmitterStopped));
        Fill(bench);
        Assert.Equal(NetworkFault.None, bench.Driver.Watch());
        Assert.Equal(NetworkFault.TransmitterStopped, bench.Driver.Watch());
        Assert.Equal(Buffers, bench.Transmit.Free);
        NetworkStatistics numbers = bench.Driver.TakeStatistics();
        Assert.Equal((ulong)Buffers, numbers.SendAborted);
        Assert.Equal(1UL, numbers.TransmitterRestarts);
        Assert.Equal(SendResult.Sent, bench.Driver.TrySend(new byte[60], TransmitChecksums.Udp));
        Assert.Single(bench.Card.Sent);
    }

    [Fact]
    public void ASlowCardIsNotTakenForAStoppedOne()
    {
        using var bench = new NicBench(transmitBuffers: Buffers);
        bench.Card.SendsAtOnce = false;
        Fill(bench);
        for (int i = 0; i < Buffers; i++)
        {
            Assert.Equal(NetworkFault.None, bench.Driver.Watch());
            bench.Card.Transmit(1);
        }

        Assert.Equal(0UL, bench.Driver.TakeStatistics().TransmitterRestarts);
    }

    private static void Gather(NicBench bench, int answers)
    {
        bench.Driver.GatherAnswers(true);
        for (int i = 0; i < answers; i++)
        {
            byte[] answer = new byte[60];
            answer[59] = (byte)i;
            Assert.Equal(SendResult.Sent, bench.Driver.TryAnswer(answer, TransmitChecksums.None));
        }
    }

    private static void Fill(NicBench bench)
    {
        for (int i = 0; i < bench.Transmit.Count; i++)
        {
            Assert.Equal(SendResult.Sent, bench.Driver.TrySend(new byte[60], TransmitChecksums.None));
        }
    }

    private static byte[] Answer(byte[] question, bool offload)
    {
        using var bench = new NicBench();
        bench.Driver.SetOffload(offload);
        using var wire = new Wire();
        var stack = new NetworkStack(bench.Driver, wire.Stack.Clock, Ipv4Configuration.Default, wire.Pool, new TextBuffer());
        Assert.Equal(UdpPortError.None, stack.Ports.Add(new EchoService()));
        Assert.Equal(DropReason.None, stack.Process(question));
        return Assert.Single(bench.Card.Sent);
    }
}
