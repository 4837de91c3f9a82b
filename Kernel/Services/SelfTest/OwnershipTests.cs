using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.SelfTest;

/// <summary>Whose a buffer is: a device's, a dying thread's, a less important thread's.</summary>
internal static class OwnershipTests
{
    public static string? BufferOfADeviceIsOutOfReach(ThreadContext context, SelfTestFixture fixture)
    {
        NonBlockingPool pool = fixture.NonBlocking;
        BufferHandle handle = pool.TryRent().Buffer;
        bool posted = pool.Post(handle) == ReturnError.None && pool.Post(handle) == ReturnError.Posted;
        bool kept = pool.Return(handle) == ReturnError.Posted && pool.GetSpan(handle).IsEmpty && pool.GetBusAddress(handle) != 0;
        bool back = pool.Unpost(handle) == ReturnError.None && pool.Unpost(handle) == ReturnError.NotPosted;
        return posted && kept && back && pool.Return(handle) == ReturnError.None ? null : "it was returned, written, or lost";
    }

    public static string? InjectedFailureIsTheOneThatWasAskedFor(ThreadContext context, SelfTestFixture fixture)
    {
        NonBlockingPool pool = fixture.NonBlocking;
        pool.InjectFailures(3);
        RentResult first = pool.TryRent();
        RentResult second = pool.TryRent();
        RentResult third = pool.TryRent();
        pool.InjectFailures(0);
        pool.Return(first.Buffer);
        pool.Return(second.Buffer);
        return first.Succeeded && second.Succeeded && third.Error == RentError.Injected ? null : "another one";
    }

    public static string? HolderRunsAtTheWaitersPriority(ThreadContext context, SelfTestFixture fixture)
    {
        KernelThread self = fixture.Scheduler.Current;
        BufferHandle first = fixture.Blocking.TryRent().Buffer;
        BufferHandle second = fixture.Blocking.TryRent().Buffer;
        fixture.High.Begin(SelfTestHelper.Job.Rent);
        bool boosted = self.Priority == fixture.High.Thread!.Priority;
        fixture.Blocking.Return(first);
        bool back = self.Priority == self.BasePriority;
        fixture.Blocking.Return(second);
        fixture.Blocking.Return(fixture.High.Rented.Buffer);
        return boosted && back ? null : "it didn't, or for too long";
    }

    public static string? BufferOfAKilledThreadComesBack(ThreadContext context, SelfTestFixture fixture)
    {
        ulong reclaimed = fixture.Blocking.TakeSnapshot().Reclaimed;
        fixture.High.Begin(SelfTestHelper.Job.Rent);
        bool rented = fixture.High.Rented.Succeeded && fixture.Blocking.Free == SelfTestFixture.BlockingCount - 1;
        fixture.Scheduler.Kill(fixture.High.Thread!, ThreadEnd.EndedByTest);
        bool back = fixture.Blocking.Free == SelfTestFixture.BlockingCount && fixture.Blocking.TakeSnapshot().Reclaimed == reclaimed + 1;
        bool refused = fixture.Blocking.Return(fixture.High.Rented.Buffer) == ReturnError.StaleHandle;
        fixture.High.Begin(SelfTestHelper.Job.Run);
        return rented && back && refused && fixture.High.IsDone ? null : "it didn't, or the thread isn't back";
    }
}
