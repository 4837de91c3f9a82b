using System;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What the queue between interrupt handler and protocol thread promises.</summary>
public sealed class FrameQueueTests
{
    [Fact]
    public void FramesComeOutInTheOrderInWhichTheyWentIn()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, out NonBlockingPool pool);
        var queue = new FrameQueue(bench.Scheduler, pool, 4);
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.True(queue.TryEnqueue(new ReceivedFrame(pool.TryRent().Buffer, (round * 3) + i)));
            }

            Assert.Equal(3, queue.Count);
            for (int i = 0; i < 3; i++)
            {
                Assert.True(queue.TryDequeue(out ReceivedFrame frame));
                Assert.Equal((round * 3) + i, frame.Length);
                Assert.Equal(ReturnError.None, pool.Return(frame.Buffer));
            }
        }

        Assert.Equal(0, queue.Count);
        Assert.Same(pool, queue.Pool);
    }

    [Fact]
    public void AFullQueueRefusesAndTheBufferStaysTheCallers()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(8, out NonBlockingPool pool);
        var queue = new FrameQueue(bench.Scheduler, pool, 4);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(queue.TryEnqueue(new ReceivedFrame(pool.TryRent().Buffer, i)));
        }

        BufferHandle own = pool.TryRent().Buffer;
        Assert.False(queue.TryEnqueue(new ReceivedFrame(own, 4)));
        Assert.Equal(4, queue.Count);
        Assert.True(queue.TryDequeue(out ReceivedFrame first));
        Assert.Equal(0, first.Length);
        Assert.Equal(ReturnError.None, pool.Return(own));
    }

    [Fact]
    public void AFrameIsShownInItsBufferAndBelongsToWhoTookIt()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        var queue = new FrameQueue(bench.Scheduler, pool, 2);
        BufferHandle buffer = pool.TryRent().Buffer;
        pool.GetSpan(buffer)[5] = 77;
        Assert.True(queue.TryEnqueue(new ReceivedFrame(buffer, 60)));
        KernelThread consumer = bench.Thread("consumer", 5, _ =>
        {
            Assert.True(queue.TryDequeue(out ReceivedFrame frame, out Span<byte> bytes));
            Assert.Equal(pool.BufferSize, bytes.Length);
            Assert.Equal(77, bytes[5]);
            Assert.Equal(1, pool.CountRentedBy(bench.Scheduler.Current.Id));
            Assert.Equal(0, pool.CountRentedBy(-1));
            Assert.Equal(ReturnError.None, pool.Return(frame.Buffer));
        });
        bench.Run();
        Assert.Equal(0, pool.CountRentedBy(consumer.Id));
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void AFrameWhoseBufferWasReturnedMeanwhileIsShownEmpty()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        var queue = new FrameQueue(bench.Scheduler, pool, 2);
        BufferHandle buffer = pool.TryRent().Buffer;
        Assert.True(queue.TryEnqueue(new ReceivedFrame(buffer, 60)));
        Assert.Equal(ReturnError.None, pool.Return(buffer));
        Assert.True(queue.TryDequeue(out _, out Span<byte> bytes));
        Assert.True(bytes.IsEmpty);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void AnEmptyQueueGivesNothing()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        var queue = new FrameQueue(bench.Scheduler, pool, 1);
        Assert.False(queue.TryDequeue(out ReceivedFrame frame));
        Assert.True(frame.Buffer.IsNone);
    }

    [Fact]
    public void AnInterruptHandlersFrameWakesTheConsumer()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        var queue = new FrameQueue(bench.Scheduler, pool, 1);
        bench.Thread("protocol", 9, context =>
        {
            Assert.Equal(WaitResult.Signalled, queue.Wait(context, ulong.MaxValue));
            Assert.True(queue.TryDequeue(out ReceivedFrame frame));
            bench.Log.Add($"frame {frame.Length}");
        });
        bench.Thread("other", 3, _ =>
        {
            bench.Processor.Interrupt(() => Assert.True(queue.TryEnqueue(new ReceivedFrame(pool.TryRent().Buffer, 60))));
            bench.Log.Add("other");
        });
        bench.Run();
        Assert.Equal(new[] { "frame 60", "other" }, bench.Log);
    }

    [Fact]
    public void NoFrameIsOverlookedHoweverManyComeBetweenTwoWaits()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(8, out NonBlockingPool pool);
        var queue = new FrameQueue(bench.Scheduler, pool, 8);
        int taken = 0;
        bench.Thread("protocol", 5, context =>
        {
            while (queue.Wait(context, 5 * KernelBench.Tick) == WaitResult.Signalled)
            {
                while (queue.TryDequeue(out ReceivedFrame frame))
                {
                    taken++;
                    pool.Return(frame.Buffer);
                }
            }
        });
        bench.Thread("wire", 9, context =>
        {
            for (int burst = 1; burst <= 8; burst++)
            {
                for (int i = 0; i < burst; i++)
                {
                    bench.Processor.Interrupt(() => Assert.True(queue.TryEnqueue(new ReceivedFrame(pool.TryRent().Buffer, 60))));
                }

                bench.Scheduler.Sleep(context, KernelBench.Tick);
            }
        });
        bench.Run();
        Assert.Equal(36, taken);
        Assert.Equal(8, pool.Free);
    }

    [Fact]
    public void AWaitForAFrameEndsByItsTimeout()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        var queue = new FrameQueue(bench.Scheduler, pool, 1);
        WaitResult result = default;
        bench.Thread("t", 5, context => result = queue.Wait(context, KernelBench.Tick));
        bench.Run();
        Assert.Equal(WaitResult.TimedOut, result);
    }

    [Fact]
    public void AWaitWhereNobodyMayWaitIsRefused()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        Assert.Equal(WaitResult.NotAllowedHere, new FrameQueue(bench.Scheduler, pool, 1).Wait(default, 1));
    }
}
