using System;
using System.Linq;
using Reservoir.Network.Wire;
using Reservoir.Recorder;
using Reservoir.Tests.Unit.Core;
using Reservoir.Time;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>Acknowledgements wait for a transmit buffer, but a card that sends slowly or not at all holds up no record for long.</summary>
public sealed class AcknowledgementTests
{
    private const ulong Millisecond = Clock.NanosecondsPerMillisecond;
    private readonly SlowCard _card = new();

    [Fact]
    public void AnAcknowledgementWaitsForATransmitBuffer()
    {
        using RecorderBench bench = Create();
        _card.Delay = RecorderThread.LongestAcknowledgingNanoseconds / 2;
        bench.Record([1]);
        Assert.Equal((1UL, 0UL), (bench.Thread.Acknowledged, bench.Thread.Unacknowledged));
        bench.Record([2]);
        Assert.Equal((2UL, 0UL), (bench.Thread.Acknowledged, bench.Thread.Unacknowledged));
        Assert.Equal([RecorderThread.LongestAcknowledgingNanoseconds, RecorderThread.LongestAcknowledgingNanoseconds], _card.Timeouts);
    }

    [Fact]
    public void TheAcknowledgementsOfABatchWaitNoLongerTogetherThanOneMay()
    {
        using RecorderBench bench = Create();
        _card.Delay = 12 * Millisecond;
        SendBatch(bench);
        Assert.True(bench.Thread.HandleBatch(bench.Context));
        Assert.Equal(1UL, bench.Thread.Acknowledged);
        Assert.Equal(RecorderBench.RecorderBuffers - 1UL, bench.Thread.Unacknowledged);
        Assert.InRange(_card.Timeouts[1], 7 * Millisecond, 8 * Millisecond);
        Assert.All(_card.Timeouts.Skip(2), timeout => Assert.Equal(0UL, timeout));
        Assert.Equal((ulong)RecorderBench.RecorderBuffers, bench.Volume.Records);
    }

    [Fact]
    public void RecordsWhoseSendersWereNotToldWhenTheThreadDiedAreCounted()
    {
        using RecorderBench bench = Create();
        SendBatch(bench);
        _card.Waits = _ => throw new DeathException();
        Assert.Throws<DeathException>(() => bench.Thread.HandleBatch(bench.Context));

        // The next life has no right to wait, so it ends at once.
        Handles.TakeBack(bench.RecorderPool);
        bench.Thread.Run(default);
        Assert.Equal((ulong)RecorderBench.RecorderBuffers, bench.Thread.Recorded);
        Assert.Equal(bench.Thread.Recorded, bench.Thread.Acknowledged + bench.Thread.Unacknowledged);
    }

    private RecorderBench Create()
    {
        var bench = new RecorderBench(card: _card);
        _card.Waits = time => bench.Workshop.Processor.Now += time;
        bench.Thread.Open(bench.Context);
        return bench;
    }

    private static void SendBatch(RecorderBench bench)
    {
        for (byte i = 0; i < RecorderBench.RecorderBuffers; i++)
        {
            Assert.Equal(DropReason.None, bench.Send([i]));
        }
    }

    private sealed class DeathException : Exception;
}
