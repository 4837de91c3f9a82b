using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.SelfTest;

/// <summary>What message queues promise.</summary>
internal static class MessageTests
{
    private const ulong Short = 2 * Clock.NanosecondsPerMillisecond;

    public static string? MessagesArriveInOrderAndNoneTwice(ThreadContext context, SelfTestFixture fixture)
    {
        // Once around the ring and on, so that its end is passed.
        for (ulong i = 0; i <= SelfTestFixture.MessageCapacity; i++)
        {
            bool sent = fixture.Messages.TrySend(new Message(i, ~i)) && fixture.Messages.TrySend(new Message(i + 1, i));
            bool first = fixture.Messages.TryReceive(out Message message) && message.First == i && message.Second == ~i;
            bool second = fixture.Messages.Receive(context, out message, 0) == WaitResult.Signalled && message.First == i + 1
                && message.Second == i;
            if (!sent || !first || !second || fixture.Messages.TryReceive(out _))
            {
                return "lost, changed, doubled, or in another order";
            }
        }

        return fixture.Messages.Count == 0 ? null : "one is left";
    }

    public static string? MessageGoesToTheWaiter(ThreadContext context, SelfTestFixture fixture)
    {
        fixture.Low.Begin(SelfTestHelper.Job.Receive);
        bool waited = !fixture.Low.IsDone && fixture.Messages.WaitingReceivers == 1;
        bool sent = fixture.Messages.TrySend(new Message(7, 11));
        bool served = fixture.Low.IsDone && fixture.Low.Received.First == 7 && fixture.Low.Received.Second == 11;
        return waited && sent && served && fixture.Messages.Count == 0 ? null : "the waiter has no message, or another";
    }

    public static string? MessageForAFullQueueIsRefusedAndCounted(ThreadContext context, SelfTestFixture fixture)
    {
        ulong refused = fixture.Messages.Refused;
        bool full = fixture.Messages.TrySend(default) && fixture.Messages.TrySend(default);
        bool sent = fixture.Messages.TrySend(default) || fixture.Messages.Send(context, default, 0) != WaitResult.TimedOut;
        bool counted = fixture.Messages.Refused == refused + 2 && fixture.Messages.Count == SelfTestFixture.MessageCapacity;
        while (fixture.Messages.TryReceive(out _))
        {
        }

        return full && !sent && counted ? null : "accepted, or not counted once";
    }

    public static string? WaitForAMessageEndsByItsTimeout(ThreadContext context, SelfTestFixture fixture)
    {
        ulong begun = fixture.Scheduler.Clock.Nanoseconds;
        WaitResult result = fixture.Messages.Receive(context, out _, Short);
        bool late = fixture.Scheduler.Clock.Nanoseconds - begun >= Short;
        bool works = fixture.Messages.TrySend(new Message(1, 2)) && fixture.Messages.TryReceive(out Message message) && message.Second == 2;
        return result == WaitResult.TimedOut && late && works && fixture.Messages.WaitingReceivers == 0 ? null : "too early, or not at all";
    }
}
