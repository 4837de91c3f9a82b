using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Reservoir.Tests.Unit.Waiting;

/// <summary>What waits does not compile in an interrupt handler, and the same call compiles in a thread.</summary>
public sealed class HandlerTests
{
    public static TheoryData<string> BlockingMembers => [.. BlockingMember.All.Select(member => member.Call("context")).Distinct()];

    [Fact]
    public void WhatIsKnownToWaitIsAmongTheMembers()
    {
        string[] expected =
        [
            "BlockingPool.Rent", "BlockingPool.TryRent", "Event.Wait", "FrameQueue.Wait", "IBlockStorage.Flush", "IBlockStorage.Read",
                "IBlockStorage.Write", "Mutex.Lock",
            "Scheduler.Sleep", "Scheduler.Yield", "Semaphore.Wait",
        ];
        Assert.Subset(BlockingMember.All.Select(member => member.Name).ToHashSet(), expected.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(BlockingMembers))]
    public async Task WaitCompilesInAThread(string call)
    {
        Assert.Empty(await HandlerCompilation.GetErrors(body: call));
    }

    [Theory]
    [MemberData(nameof(BlockingMembers))]
    public async Task WaitDoesNotCompileInAHandler(string call)
    {
        Assert.Equal(["CS0103"], await HandlerCompilation.GetErrors(handler: call));
        Assert.Equal(["RSV2001"], await HandlerCompilation.GetErrors(handler: call.Replace("context", "default(ThreadContext)")));
    }

    [Theory]
    [InlineData("Any<BlockingPool>().Rent();", "CS7036")]
    [InlineData("Any<BlockingPool>().TryRent(1000UL);", "CS1503")]
    [InlineData("Any<Semaphore>().Wait();", "CS1501")]
    [InlineData("Any<Scheduler>().Sleep(1000UL);", "CS7036")]
    [InlineData("Any<Scheduler>().Yield();", "CS7036")]
    public async Task WaitWithoutARightIsNoOverload(string call, string error)
    {
        Assert.Equal([error], await HandlerCompilation.GetErrors(handler: call));
        Assert.Equal([error], await HandlerCompilation.GetErrors(body: call));
    }

    [Theory]
    [InlineData("Any<Scheduler>().Yield(default);")]
    [InlineData("Any<Scheduler>().Yield(new ThreadContext());")]
    [InlineData("Any<Scheduler>().Yield(new());")]
    [InlineData("ThreadContext made = default; Any<Scheduler>().Yield(made);")]
    [InlineData("ThreadContext unset; Any<Scheduler>().Yield(unset);")]
    [InlineData(
        "KernelThread thread = Any<Scheduler>().Current; Any<Scheduler>().Yield(Unsafe.As<KernelThread, ThreadContext>(ref thread));")]
    [InlineData("KernelThread thread = Any<Scheduler>().Current; Any<Scheduler>().Yield(*(ThreadContext*)&thread);")]
    public async Task RightCannotBeMadeInAHandler(string code)
    {
        Assert.Equal(["RSV2001"], await HandlerCompilation.GetErrors(handler: code));
    }

    [Theory]
    [InlineData("new ThreadContext(Any<Scheduler>().Current);", "CS1729")]
    [InlineData("Any<Scheduler>().Yield(Any<ThreadContext>());", "CS9244")]
    public async Task LanguageItselfMakesNoRight(string code, string error)
    {
        Assert.Contains(error, await HandlerCompilation.GetErrors(handler: code));
    }

    [Theory]
    [InlineData("private ThreadContext _kept;", "_kept = context;", "CS8345")]
    [InlineData("private static ThreadContext s_kept;", "s_kept = context;", "CS8345")]
    [InlineData("private ThreadContext Kept { get; set; }", "Kept = context;", "CS8345")]
    [InlineData("private object _kept;", "_kept = context;", "CS0029")]
    [InlineData("private ThreadContext[] _kept;", "_kept[0] = context;", "CS0611")]
    [InlineData("private System.Collections.Generic.List<ThreadContext> _kept;", "_kept.Add(context);", "CS9244")]
    [InlineData("private struct Holder { public ThreadContext Context; }", "", "CS8345")]
    [InlineData("private Action _later;", "_later = () => Any<Scheduler>().Yield(context);", "CS9108")]
    [InlineData("", "INTs.SetIrqHandler(11, (ref INTs.IRQContext registers) => Any<Scheduler>().Yield(context));", "CS9108")]
    [InlineData("",
        "void Handle(ref INTs.IRQContext registers) => Any<Scheduler>().Yield(context); INTs.SetIrqHandler(11, Handle);", "CS9108")]
    public async Task RightCannotBeKeptForAHandler(string members, string body, string error)
    {
        Assert.Contains(error, await HandlerCompilation.GetErrors(body: body, members: members));
    }

    [Fact]
    public async Task HandlerThatDoesNotWaitCompiles()
    {
        Assert.Empty(
            await HandlerCompilation.GetErrors(
            handler: "Any<Semaphore>().Release(); Any<NonBlockingPool>().TryRent(); Any<BlockingPool>().TryRent();"));
    }

    [Fact]
    public async Task HandlerThatIsNotMarkedDoesNotCompile()
    {
        Assert.Equal(["RSV1010"], await HandlerCompilation.GetErrors(
            members: "private void Unmarked(ref INTs.IRQContext registers) { }",
            body: "INTs.SetIrqHandler(11, Unmarked);"));
    }

    [Fact]
    public async Task HookAroundInterruptsCannotWaitEither()
    {
        Assert.Equal(["CS9108"],
            await HandlerCompilation.GetErrors(
            body: "INTs.Surround(Any<Scheduler>().EnterInterrupt, timestamp => Any<Scheduler>().Yield(context));"));
    }
}
