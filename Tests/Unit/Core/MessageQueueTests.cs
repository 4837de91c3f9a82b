using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What a message queue promises.</summary>
public sealed class MessageQueueTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(MessageQueue.MaxCapacity + 1)]
    public void AnImpossibleCapacityIsRefused(int capacity)
    {
        using var bench = new KernelBench();
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageQueue(bench.Scheduler, "q", capacity));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(MessageQueue.MaxCapacity)]
    public void MessagesArriveWholeAndInOrderHoweverOftenTheRingIsPassed(int capacity)
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", capacity);
        ulong sent = 0;
        ulong received = 0;
        for (int round = 0; round < 5; round++)
        {
            for (; sent - received < (ulong)capacity; sent++)
            {
                Assert.True(queue.TrySend(new Message(sent, ~sent)));
            }

            Assert.Equal(capacity, queue.Count);
            for (int i = 0; i < (capacity / 2) + 1; i++, received++)
            {
                Assert.True(queue.TryReceive(out Message message));
                Assert.Equal(received, message.First);
                Assert.Equal(~received, message.Second);
            }
        }
    }

    [Fact]
    public void AnEmptyQueueGivesNothing()
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 2);
        Assert.False(queue.TryReceive(out Message message));
        Assert.Equal(0UL, message.First);
        queue.TrySend(new Message(1, 2));
        Assert.True(queue.TryReceive(out _));
        Assert.False(queue.TryReceive(out _));
        Assert.Equal(0, queue.Count);
        Assert.Equal(2, queue.Capacity);
    }

    [Fact]
    public void AMessageForAFullQueueIsRefusedAndCountedAndTheOthersStay()
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 2);
        WaitResult atOnce = default;
        WaitResult late = default;
        bench.Thread("t", 5, context =>
        {
            queue.Send(context, new Message(1, 0));
            queue.Send(context, new Message(2, 0));
            atOnce = queue.Send(context, new Message(3, 0), 0);
            late = queue.Send(context, new Message(4, 0), KernelBench.Tick);
        });
        bench.Run();
        Assert.Equal(WaitResult.TimedOut, atOnce);
        Assert.Equal(WaitResult.TimedOut, late);
        Assert.False(queue.TrySend(new Message(5, 0)));
        Assert.Equal(3UL, queue.Refused);
        Assert.Equal(0, queue.WaitingSenders);
        Assert.Equal(new ulong[] { 1, 2 }, Drain(queue));
        Assert.True(queue.TrySend(new Message(6, 0)));
        Assert.Equal(new ulong[] { 6 }, Drain(queue));
    }

    [Fact]
    public void AMessageForAWaiterCannotBeTakenByAnother()
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 2);
        bench.Thread("waiter", 3, context =>
        {
            Assert.Equal(WaitResult.Signalled, queue.Receive(context, out Message message));
            bench.Log.Add($"waiter {message.First} {message.Second}");
        });
        bench.Thread("other", 9, context =>
        {
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            Assert.Equal(1, queue.WaitingReceivers);
            Assert.Equal(0, queue.Count);
            Assert.True(queue.TrySend(new Message(7, 8)));
            Assert.Equal(0, queue.WaitingReceivers);
            Assert.Equal(0, queue.Count);
            Assert.False(queue.TryReceive(out _));
            Assert.Equal(WaitResult.TimedOut, queue.Receive(context, out _, 0));
            bench.Log.Add("other");
        });
        bench.Run();
        Assert.Equal(new[] { "other", "waiter 7 8" }, bench.Log);
    }

    [Fact]
    public void ReceiversAreServedInOrderOfImportanceAndThenOfTheirWait()
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 2);
        foreach ((string name, int priority) in new[] { ("a", 5), ("b", 7), ("c", 5), ("d", 7) })
        {
            bench.Thread(name, priority, context =>
            {
                queue.Receive(context, out Message message);
                bench.Log.Add(name + message.First);
            });
        }

        bench.Thread("sender", 1, _ =>
        {
            for (ulong i = 1; i <= 4; i++)
            {
                Assert.True(queue.TrySend(new Message(i, 0)));
            }
        });
        bench.Run();
        Assert.Equal(new[] { "b1", "d2", "a3", "c4" }, bench.Log);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void RoomGoesToTheMostImportantSenderAndMessagesStayInOrder()
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 2);
        foreach ((ulong number, int priority) in new[] { (10UL, 5), (11UL, 7), (12UL, 5) })
        {
            bench.Thread("s" + number, priority, context =>
            {
                bench.Scheduler.Sleep(context, KernelBench.Tick);
                Assert.Equal(WaitResult.Signalled, queue.Send(context, new Message(number, 0)));
            });
        }

        var received = new List<ulong>();
        bench.Thread("receiver", 1, context =>
        {
            queue.TrySend(new Message(1, 0));
            queue.TrySend(new Message(2, 0));
            bench.Scheduler.Sleep(context, 3 * KernelBench.Tick);
            Assert.Equal(3, queue.WaitingSenders);
            Assert.Equal(2, queue.Count);
            Assert.False(queue.TrySend(new Message(99, 0)));
            for (int i = 0; i < 5; i++)
            {
                Assert.Equal(WaitResult.Signalled, queue.Receive(context, out Message message, 0));
                received.Add(message.First);
            }
        });
        bench.Run();
        Assert.Equal(new ulong[] { 1, 2, 11, 10, 12 }, received);
        Assert.Equal(0, queue.Count);
        Assert.Equal(1UL, queue.Refused);
    }

    [Fact]
    public void AWaitThatTimedOutHasTakenNoMessage()
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 1);
        WaitResult result = default;
        ulong ended = 0;
        bench.Thread("t", 5, context =>
        {
            result = queue.Receive(context, out _, 2 * KernelBench.Tick);
            ended = bench.Scheduler.Clock.Nanoseconds;
        });
        bench.Run();
        Assert.Equal(WaitResult.TimedOut, result);
        Assert.Equal(2 * KernelBench.Tick, ended);
        Assert.Equal(0, queue.WaitingReceivers);
        Assert.True(queue.TrySend(new Message(1, 0)));
        Assert.Equal(1, queue.Count);
        Assert.Equal(new ulong[] { 1 }, Drain(queue));
    }

    [Fact]
    public void ACancelledSenderHasSentNothingAndIsNotCountedAsRefused()
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 1);
        WaitResult result = default;
        KernelThread sender = bench.Thread("sender", 5, context =>
        {
            queue.Send(context, new Message(1, 0));
            result = queue.Send(context, new Message(2, 0));
        });
        bench.Thread("canceller", 1, _ => Assert.True(bench.Scheduler.CancelWait(sender)));
        bench.Run();
        Assert.Equal(WaitResult.Cancelled, result);
        Assert.Equal(0UL, queue.Refused);
        Assert.Equal(new ulong[] { 1 }, Drain(queue));
    }

    [Fact]
    public void AKilledReceiverGetsNoMessageAndTheNextOneDoes()
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 1);
        KernelThread victim = bench.Thread("victim", 7, context =>
        {
            queue.Receive(context, out _);
            bench.Log.Add("victim");
        });
        bench.Thread("next", 6, context =>
        {
            queue.Receive(context, out Message message);
            bench.Log.Add("next " + message.First);
        });
        bench.Thread("sender", 1, _ =>
        {
            Assert.Equal(KillError.None, bench.Scheduler.Kill(victim));
            Assert.True(queue.TrySend(new Message(5, 0)));
        });
        bench.Run();
        Assert.Equal(new[] { "next 5" }, bench.Log);
    }

    [Fact]
    public void AnInterruptHandlerSendsAndReceivesWithoutWaiting()
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 1);
        Message taken = default;
        bool refused = true;
        bench.Thread("waiter", 5, context =>
        {
            Assert.Equal(WaitResult.Signalled, queue.Receive(context, out Message message));
            bench.Log.Add("waiter " + message.First);
        });
        bench.Thread("busy", 4, _ =>
        {
            bench.Processor.Interrupt(() =>
            {
                Assert.True(queue.TrySend(new Message(1, 0)));
                Assert.True(queue.TrySend(new Message(2, 0)));
                refused = !queue.TrySend(new Message(3, 0));
                Assert.True(queue.TryReceive(out taken));
                bench.Log.Add("handler");
            });
            bench.Log.Add("busy");
        });
        bench.Run();
        Assert.Equal(new[] { "handler", "waiter 1", "busy" }, bench.Log);
        Assert.True(refused);
        Assert.Equal(2UL, taken.First);
    }

    [Fact]
    public void WhoMayNotWaitIsRefusedEvenIfThereIsAMessageOrRoom()
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 2);
        queue.TrySend(new Message(1, 0));
        var results = new List<WaitResult>();
        bench.Thread("t", 5, context =>
        {
            bench.Processor.Mask();
            results.Add(queue.Receive(context, out _));
            results.Add(queue.Send(context, default));
            bench.Processor.Unmask();
            results.Add(queue.Receive(default, out _));
            results.Add(queue.Send(default, default));
        });
        bench.Run();
        Assert.Equal(4, results.Count);
        Assert.All(results, result => Assert.Equal(WaitResult.NotAllowedHere, result));
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public void AMoreImportantReceiverRunsBeforeTheSendReturns()
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 1);
        bench.Thread("receiver", 9, context =>
        {
            queue.Receive(context, out _);
            bench.Log.Add("receiver");
        });
        bench.Thread("sender", 1, context =>
        {
            queue.Send(context, default);
            bench.Log.Add("sender");
        });
        bench.Run();
        Assert.Equal(new[] { "receiver", "sender" }, bench.Log);
    }

    [Fact]
    public void AMessageThatComesBeforeTheTimeoutIsServedIsNotTakenForOne()
    {
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 1);
        WaitResult result = WaitResult.Cancelled;
        ulong received = 0;
        bench.Thread("waiter", 5, context =>
        {
            result = queue.Receive(context, out Message message, KernelBench.Tick);
            received = message.First;
        });
        bench.Thread("busy", 4, _ =>
        {
            bench.Processor.Now += 5 * KernelBench.Tick;
            bench.Processor.Interrupt(() => queue.TrySend(new Message(3, 0)));
        });
        bench.Run();
        Assert.Equal(WaitResult.Signalled, result);
        Assert.Equal(3UL, received);
    }

    [Fact]
    public void NothingIsLostOrDoubledBetweenManySendersAndReceivers()
    {
        const ulong Each = 40;
        using var bench = new KernelBench();
        var queue = new MessageQueue(bench.Scheduler, "q", 3);
        var received = new List<ulong>();
        for (ulong s = 0; s < 4; s++)
        {
            ulong sender = s;
            bench.Thread("sender" + s, (int)s + 2, context =>
            {
                for (ulong i = 0; i < Each; i++)
                {
                    queue.Send(context, new Message((sender * Each) + i, 0));
                    bench.Scheduler.Yield(context);
                }
            });
        }

        for (int r = 0; r < 2; r++)
        {
            bench.Thread("receiver" + r, r == 0 ? 1 : 4, context =>
            {
                for (ulong i = 0; i < 2 * Each; i++)
                {
                    Assert.Equal(WaitResult.Signalled, queue.Receive(context, out Message message));
                    received.Add(message.First);
                }
            });
        }

        bench.Run();
        Assert.Equal(Enumerable.Range(0, (int)(4 * Each)).Select(number => (ulong)number), received.Order());
        Assert.Equal(0, queue.Count);
        Assert.Equal(0UL, queue.Refused);
    }

    private static List<ulong> Drain(MessageQueue queue)
    {
        var all = new List<ulong>();
        while (queue.TryReceive(out Message message))
        {
            all.Add(message.First);
        }

        return all;
    }
}
