using System;
using Reservoir.Devices;
using Reservoir.Drivers.E1000;
using Reservoir.Pools;
using Xunit;
using static Reservoir.Drivers.E1000.E1000Registers;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>How frames come in: by interrupt, by polling, or not at all, and that each is counted once.</summary>
public sealed class E1000ReceiveTests
{
    [Fact]
    public void AFrameComesByInterruptWithoutACopyOfIt()
    {
        using var bench = new NicBench();
        byte[] frame = new byte[60];
        new Random(1).NextBytes(frame);
        Assert.True(bench.Card.Arrive(frame));
        Assert.Equal(1, bench.Interrupt());
        Assert.True(bench.Queue.TryDequeue(out ReceivedFrame received));
        Assert.Equal(frame, bench.Receive.GetSpan(received.Buffer).Slice(0, received.Length).ToArray());
        Assert.False(bench.Driver.NeedsPolling);
        Assert.Equal(1UL, bench.Driver.TakeStatistics().FramesReceived);
    }

    [Fact]
    public void ABurstWithinTheBudgetNeedsNoPolling()
    {
        using var bench = new NicBench();
        bench.Arrive(E1000Card.InterruptBudget);
        Assert.Equal(1, bench.Interrupt());
        Assert.False(bench.Driver.NeedsPolling);
        Assert.Equal(E1000Card.InterruptBudget, bench.Queue.Count);
    }

    [Fact]
    public void AnInterruptTakesNoMoreThanItsBudgetAndThenPollingBegins()
    {
        using var bench = new NicBench();
        bench.Arrive(E1000Card.InterruptBudget + 1);
        Assert.Equal(1, bench.Interrupt());
        Assert.Equal(E1000Card.InterruptBudget, bench.Queue.Count);
        Assert.True(bench.Driver.NeedsPolling);
        Assert.Equal(0u, bench.Card.Peek(IMS) & CausesOfReception);
        Assert.Equal(1UL, bench.Driver.TakeStatistics().PollingBegun);
    }

    [Fact]
    public void NothingThatArrivesWhileItIsPolledInterrupts()
    {
        using var bench = new NicBench();
        bench.Arrive(E1000Card.InterruptBudget + 1);
        bench.Interrupt();
        bench.Arrive(500);
        Assert.Equal(0, bench.Interrupt());
        Assert.Equal(E1000Card.InterruptBudget, bench.Queue.Count);
    }

    [Fact]
    public void FramesThatNobodyTakesBeginPollingToo()
    {
        using var bench = new NicBench();
        for (int i = 0; i < E1000Card.Backlog - 1; i++)
        {
            bench.Arrive(1);
            bench.Interrupt();
            Assert.False(bench.Driver.NeedsPolling);
        }

        bench.Arrive(1);
        bench.Interrupt();
        Assert.True(bench.Driver.NeedsPolling);
    }

    [Fact]
    public void APollTakesNoMoreThanItsBudgetAndGoesOnPolling()
    {
        using var bench = new NicBench();
        bench.Arrive(E1000Card.InterruptBudget + 100);
        bench.Interrupt();
        bench.Drain();
        Assert.Equal(64, bench.Driver.Poll(64));
        Assert.Equal(64, bench.Queue.Count);
        Assert.True(bench.Driver.NeedsPolling);
    }

    [Fact]
    public void APollThatFindsLessHasCaughtUpAndLetsInterruptsComeAgain()
    {
        using var bench = new NicBench();
        bench.Arrive(E1000Card.InterruptBudget + 40);
        bench.Interrupt();
        bench.Drain();
        Assert.Equal(40, bench.Driver.Poll(64));
        Assert.False(bench.Driver.NeedsPolling);
        Assert.Equal(0, bench.Interrupt());
        bench.Arrive(1);
        Assert.Equal(1, bench.Interrupt());
        Assert.Equal(41, bench.Queue.Count);
    }

    [Fact]
    public void AFrameThatArrivesBetweenTheLastLookAndTheUnmaskingInterrupts()
    {
        using var bench = new NicBench();
        bench.Arrive(E1000Card.InterruptBudget + 1);
        bench.Interrupt();
        bench.Driver.Poll(64);

        // As if it had come before the write to IMS: its cause stands, and the mask is open.
        bench.Arrive(1);
        Assert.True(bench.Card.Interrupts);
    }

    [Fact]
    public void AFrameWithoutAReplacementIsDroppedCountedAndItsBufferIsFilledAgain()
    {
        using var bench = new NicBench(spareBuffers: 3);
        bench.Arrive(10);
        bench.Interrupt();
        bench.Driver.Poll(64);
        NetworkStatistics numbers = bench.Driver.TakeStatistics();
        Assert.Equal(3UL, numbers.FramesReceived);
        Assert.Equal(7UL, numbers.FramesDropped);
        Assert.Equal(3, bench.Drain());
        bench.Arrive(2);
        bench.Interrupt();
        Assert.Equal(2, bench.Queue.Count);
    }

    [Fact]
    public void AFrameThatFindsTheQueueFullIsDroppedAndTakesNoBuffer()
    {
        using var bench = new NicBench(queue: 8);
        bench.Arrive(10);
        bench.Interrupt();
        bench.Driver.Poll(64);
        Assert.Equal(8UL, bench.Driver.TakeStatistics().FramesReceived);
        Assert.Equal(2UL, bench.Driver.TakeStatistics().FramesDropped);
        Assert.Equal(E1000Card.ReceiveRingSize + 8, bench.Receive.TakeSnapshot().InUse);
        Assert.Equal(8, bench.Drain());
        bench.Arrive(1);
        bench.Interrupt();
        Assert.Equal(1, bench.Queue.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void EveryFrameIsReceivedDroppedOrMissedWhateverTheOrder(int seed)
    {
        using var bench = new NicBench(spareBuffers: 100);
        var random = new Random(seed);
        int sent = 0;
        for (int step = 0; step < 3000; step++)
        {
            switch (random.Next(4))
            {
                case 0:
                    int count = random.Next(200);
                    bench.Arrive(count);
                    sent += count;
                    break;
                case 1:
                    bench.Interrupt();
                    break;
                case 2:
                    bench.Driver.Poll(random.Next(1, 65));
                    break;
                default:
                    bench.Drain();
                    break;
            }
        }

        while (bench.Driver.Poll(64) != 0)
        {
            bench.Drain();
        }

        bench.Drain();
        NetworkStatistics numbers = bench.Driver.TakeStatistics();
        Assert.Equal((ulong)sent, numbers.FramesReceived + numbers.FramesDropped + numbers.FramesMissed);
        Assert.Equal((ulong)bench.Card.Missed, numbers.FramesMissed);
        Assert.Equal(100, bench.Receive.Free);
        Assert.Equal(E1000Card.ReceiveRingSize, bench.Receive.TakeSnapshot().Posted);
    }

    [Fact]
    public void ADamagedFrameIsCountedAndGoesNowhere()
    {
        using var bench = new NicBench();
        bench.Card.Arrive(new byte[60], errors: 1);
        bench.Interrupt();
        Assert.Equal(0, bench.Queue.Count);
        Assert.Equal(1UL, bench.Driver.TakeStatistics().ReceiveErrors);
    }

    [Theory]
    [InlineData(ReceiveDescriptor.ChecksumsIgnored | ReceiveDescriptor.Ipv4HeaderChecked | ReceiveDescriptor.TransportChecked, 0,
        ReceiveChecks.None)]
    [InlineData(ReceiveDescriptor.Ipv4HeaderChecked, 0, ReceiveChecks.Ipv4Header)]
    [InlineData(ReceiveDescriptor.TransportChecked, 0, ReceiveChecks.Transport)]
    [InlineData(ReceiveDescriptor.Ipv4HeaderChecked | ReceiveDescriptor.TransportChecked, 0,
        ReceiveChecks.Ipv4Header | ReceiveChecks.Transport)]
    [InlineData(ReceiveDescriptor.Ipv4HeaderChecked | ReceiveDescriptor.TransportChecked, ReceiveDescriptor.TransportWrong,
        ReceiveChecks.Ipv4Header)]
    [InlineData(ReceiveDescriptor.Ipv4HeaderChecked | ReceiveDescriptor.TransportChecked, ReceiveDescriptor.Ipv4HeaderWrong,
        ReceiveChecks.Transport)]
    [InlineData(0, 0, ReceiveChecks.None)]
    public void OnlyWhatTheCardHasFoundRightCountsAsChecked(int status, int errors, ReceiveChecks expected)
    {
        using var bench = new NicBench();
        bench.Card.Arrive(new byte[60], (byte)status, (byte)errors);
        bench.Interrupt();
        Assert.True(bench.Queue.TryDequeue(out ReceivedFrame frame));
        Assert.Equal(expected, frame.Checks);
    }

    [Fact]
    public void AForeignInterruptOnTheSharedLineIsNotTakenForItsOwn()
    {
        using var bench = new NicBench();
        bench.Driver.Serve();
        Assert.Equal(0UL, bench.Driver.TakeStatistics().Interrupts);
    }

    [Fact]
    public void ABufferOnTheRingBelongsToNobodyThoughAThreadHasRentedIt()
    {
        using var bench = new NicBench();
        bench.Arrive(10);
        Assert.Equal(10, bench.Driver.Poll(64));
        int thread = bench.Workshop.Scheduler.Current.Id;
        Assert.Equal(0, bench.Receive.CountRentedBy(thread));
    }

    [Fact]
    public void TheRingIsRefilledInLots()
    {
        using var bench = new NicBench();
        bench.Card.Writes.Clear();
        for (int i = 0; i < E1000Card.RefillBatch; i++)
        {
            Assert.False(bench.Card.Writes.ContainsKey(RDT), $"after {i} frames");
            bench.Arrive(1);
            bench.Driver.Poll(64);
            bench.Drain();
        }

        Assert.Equal(1, bench.Card.Writes[RDT]);
        Assert.Equal(E1000Card.ReceiveRingSize - 1, bench.Arrive(3000));
    }

    [Fact]
    public void ALinkThatChangesIsCountedAndTheConsumerIsWoken()
    {
        using var bench = new NicBench();
        bench.Card.Raise(CauseLinkChange);
        bench.Interrupt();
        Assert.Equal(1UL, bench.Driver.LinkChanges);
        Assert.Equal(Threads.WaitResult.Signalled, bench.Queue.Wait(bench.Workshop.Context, 0));
    }

    [Fact]
    public void FramesWithoutAnInterruptAreFoundAtTheSecondLook()
    {
        using var bench = new NicBench();
        Assert.True(bench.Faults.Inject(NetworkFault.NoInterrupts));
        bench.Arrive(E1000Card.InterruptBudget);
        Assert.Equal(0, bench.Interrupt());
        Assert.Equal(NetworkFault.None, bench.Driver.Watch());
        Assert.Equal(NetworkFault.NoInterrupts, bench.Driver.Watch());
        Assert.Equal(E1000Card.InterruptBudget, bench.Queue.Count);
        Assert.Equal(1UL, bench.Driver.TakeStatistics().InterruptsLost);
        bench.Arrive(1);
        Assert.Equal(1, bench.Interrupt());
        Assert.Equal(NetworkFault.None, bench.Driver.Watch());
    }

    [Fact]
    public void AHealthyCardIsNeverFoundFaulty()
    {
        using var bench = new NicBench();
        for (int i = 0; i < 100; i++)
        {
            bench.Arrive(1);
            Assert.Equal(NetworkFault.None, bench.Driver.Watch());
            bench.Interrupt();
            bench.Drain();
            Assert.Equal(SendResult.Sent, bench.Driver.TrySend(new byte[60], TransmitChecksums.None));
            Assert.Equal(NetworkFault.None, bench.Driver.Watch());
        }

        bench.Arrive(E1000Card.InterruptBudget + 1);
        bench.Interrupt();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(NetworkFault.None, bench.Driver.Watch());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void EveryMemberOfTheFamilyReceivesAndSends(int model)
    {
        using var bench = new NicBench(model: model);
        E1000Model expected = E1000Model.CreateTable()[model];
        bench.Arrive(3);
        bench.Interrupt();
        Assert.Equal(3, bench.Drain());
        Assert.Equal(SendResult.Sent, bench.Driver.TrySend(new byte[60], TransmitChecksums.None));
        Assert.Single(bench.Card.Sent);
        Assert.Equal(expected.TransmitDescriptorControl, bench.Card.Peek(TXDCTL));
        Assert.Equal(expected.ExtendedControl, bench.Card.Peek(CTRL_EXT));
        Assert.Equal(expected.Name, bench.Driver.Name);
    }
}
