using System.Diagnostics.CodeAnalysis;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.SelfTest;

/// <summary>What pools, semaphores and the scheduler promise to those who wait.</summary>
internal static class WaitTests
{
    private const ulong Short = 2 * Clock.NanosecondsPerMillisecond;

    public static string? ReturnedBufferGoesToTheWaiter(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle first = fixture.Blocking.TryRent().Buffer;
        BufferHandle second = fixture.Blocking.TryRent().Buffer;
        fixture.Low.Begin(SelfTestHelper.Job.Rent);
        bool waited = !fixture.Low.IsDone && fixture.Blocking.TakeSnapshot().Waiting == 1;
        fixture.Blocking.Return(first);
        bool served = fixture.Low.IsDone && fixture.Low.Rented.Buffer.Index == first.Index && fixture.Blocking.Free == 0;
        fixture.Blocking.Return(fixture.Low.Rented.Buffer);
        fixture.Blocking.Return(second);
        return waited && served ? null : "the waiter has no buffer, or somebody else had it";
    }

    public static string? ReturnAfterHandOffIsRefused(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle first = fixture.Blocking.TryRent().Buffer;
        BufferHandle second = fixture.Blocking.TryRent().Buffer;
        fixture.Low.Begin(SelfTestHelper.Job.Rent);
        fixture.Blocking.Return(first);
        bool refused = fixture.Blocking.Return(first) == ReturnError.StaleHandle && fixture.Blocking.IsRented(fixture.Low.Rented.Buffer);
        fixture.Blocking.Return(fixture.Low.Rented.Buffer);
        fixture.Blocking.Return(second);
        return refused ? null : "accepted: the buffer has two owners";
    }

    public static string? MostImportantWaiterIsServedFirst(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle first = fixture.Blocking.TryRent().Buffer;
        BufferHandle second = fixture.Blocking.TryRent().Buffer;
        fixture.Low.Begin(SelfTestHelper.Job.Rent);
        fixture.High.Begin(SelfTestHelper.Job.Rent);
        fixture.Blocking.Return(first);
        bool highFirst = fixture.High.IsDone && !fixture.Low.IsDone;
        fixture.Blocking.Return(second);
        bool lowSecond = fixture.Low.IsDone && fixture.Low.EndedAs == fixture.High.EndedAs + 1;
        fixture.Blocking.Return(fixture.High.Rented.Buffer);
        fixture.Blocking.Return(fixture.Low.Rented.Buffer);
        return highFirst && lowSecond ? null : "served in another order";
    }

    public static string? WaitForABufferEndsByItsTimeout(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle first = fixture.Blocking.TryRent().Buffer;
        BufferHandle second = fixture.Blocking.TryRent().Buffer;
        ulong begun = fixture.Scheduler.Clock.Nanoseconds;
        RentResult rented = fixture.Blocking.TryRent(context, Short);
        ulong waited = fixture.Scheduler.Clock.Nanoseconds - begun;
        fixture.Blocking.Return(first);
        fixture.Blocking.Return(second);
        bool nobodyWaits = fixture.Blocking.TakeSnapshot().Waiting == 0 && fixture.Blocking.Free == SelfTestFixture.BlockingCount;
        return rented.Error == RentError.TimedOut && waited >= Short && nobodyWaits ? null : "too early, or not at all";
    }

    public static string? CancelledWaitGetsNoBuffer(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle first = fixture.Blocking.TryRent().Buffer;
        BufferHandle second = fixture.Blocking.TryRent().Buffer;
        fixture.Low.Begin(SelfTestHelper.Job.Rent);
        bool cancelled = fixture.Scheduler.CancelWait(fixture.Low.Thread!) && fixture.Low.Rented.Error == RentError.Cancelled;
        fixture.Blocking.Return(first);
        fixture.Blocking.Return(second);
        return cancelled && fixture.Blocking.Free == SelfTestFixture.BlockingCount ? null : "it got one, or went on waiting";
    }

    public static string? WaitWithInterruptsMaskedIsRefused(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle first = fixture.Blocking.TryRent().Buffer;
        BufferHandle second = fixture.Blocking.TryRent().Buffer;
        nuint state = fixture.Scheduler.Processor.MaskInterrupts();
        RentResult rented = fixture.Blocking.Rent(context);
        WaitResult waited = fixture.Signal.Wait(context);
        fixture.Scheduler.Processor.RestoreInterrupts(state);
        fixture.Blocking.Return(first);
        fixture.Blocking.Return(second);
        state = fixture.Scheduler.Processor.MaskInterrupts();
        RentResult evenThoughOneIsFree = fixture.Blocking.Rent(context);
        fixture.Scheduler.Processor.RestoreInterrupts(state);
        bool refused = rented.Error == RentError.NotAllowedHere && evenThoughOneIsFree.Error == RentError.NotAllowedHere;
        return refused && waited == WaitResult.NotAllowedHere ? null : "not refused";
    }

    [SuppressMessage("Capability", "RSV2001", Justification = "Forged on purpose: the check at run time is what is tested.")]
    public static string? WaitWithoutAContextIsRefused(ThreadContext context, SelfTestFixture fixture)
    {
        return fixture.Signal.Wait(default) == WaitResult.NotAllowedHere ? null : "not refused";
    }

    public static string? SignalBeforeTheWaitIsNotLost(ThreadContext context, SelfTestFixture fixture)
    {
        fixture.Signal.Release();
        return fixture.Signal.Wait(context, 0) == WaitResult.Signalled && fixture.Signal.Wait(context, 0) == WaitResult.TimedOut
            ? null : "lost, or doubled";
    }

    public static string? SignalBeyondTheMaximumIsRefused(ThreadContext context, SelfTestFixture fixture)
    {
        fixture.Signal.Release();
        SignalError error = fixture.Signal.Release();
        fixture.Signal.TryWait();
        return error == SignalError.AtMaximum && fixture.Signal.Count == 0 ? null : "counted";
    }

    public static string? SemaphoreWaitEndsByItsTimeout(ThreadContext context, SelfTestFixture fixture)
    {
        fixture.Low.Begin(SelfTestHelper.Job.Wait, Short);
        fixture.Scheduler.Sleep(context, Short * 3);
        // Looking whether it still waits would fail on an emulator that its host lets pause for longer than the wait.
        return fixture.Low.IsDone && fixture.Low.Waited == WaitResult.TimedOut && fixture.Low.Took >= Short && fixture.Signal.Waiting == 0
            ? null : "it didn't";
    }

    public static string? MoreImportantThreadRunsAtOnce(ThreadContext context, SelfTestFixture fixture)
    {
        fixture.High.Begin(SelfTestHelper.Job.Run);
        return fixture.High.IsDone ? null : "it had to wait";
    }

    public static string? SleepIsNotShort(ThreadContext context, SelfTestFixture fixture)
    {
        ulong begun = fixture.Scheduler.Clock.Nanoseconds;
        fixture.Scheduler.Sleep(context, Short);
        return fixture.Scheduler.Clock.Nanoseconds - begun >= Short ? null : "woken early";
    }

    public static string? ClockNeverRunsBackwards(ThreadContext context, SelfTestFixture fixture)
    {
        ulong last = fixture.Scheduler.Clock.Nanoseconds;
        for (int i = 0; i < 1000; i++)
        {
            ulong now = fixture.Scheduler.Clock.Nanoseconds;
            if (now < last)
            {
                return "it did";
            }

            last = now;
        }

        return null;
    }
}
