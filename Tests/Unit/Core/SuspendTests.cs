using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What suspension promises.</summary>
public sealed class SuspendTests
{
    [Fact]
    public void SuspendedThreadGoesOnWhenItIsResumed()
    {
        using var bench = new KernelBench();
        KernelThread suspended = bench.Thread("suspended", 9, context =>
        {
            Assert.Equal(WaitResult.Signalled, bench.Scheduler.Suspend(context));
            bench.Log.Add("suspended");
        });
        bench.Thread("other", 4, _ =>
        {
            Assert.Equal("resumption", suspended.WaitingFor);
            Assert.True(bench.Scheduler.Resume(suspended));
            bench.Log.Add("other");
        });
        bench.Run();
        Assert.Equal(new[] { "suspended", "other" }, bench.Log);
    }

    [Fact]
    public void InterruptHandlerResumesAThread()
    {
        using var bench = new KernelBench();
        KernelThread suspended = bench.Thread("suspended", 9, context =>
        {
            bench.Scheduler.Suspend(context);
            bench.Log.Add("suspended");
        });
        bench.Thread("other", 4, _ =>
        {
            bench.Processor.Interrupt(() => Assert.True(bench.Scheduler.Resume(suspended)));
            bench.Log.Add("other");
        });
        bench.Run();
        Assert.Equal(new[] { "suspended", "other" }, bench.Log);
    }

    [Fact]
    public void ResumptionThatComesFirstIsNotRemembered()
    {
        using var bench = new KernelBench();
        WaitResult result = default;
        KernelThread thread = bench.Thread("thread", 4, context => result = bench.Scheduler.Suspend(context));
        bench.Thread("early", 9, _ => Assert.False(bench.Scheduler.Resume(thread)));
        bench.Thread("late", 3, _ =>
        {
            Assert.Equal(default, result);
            bench.Scheduler.CancelWait(thread);
        });
        bench.Run();
        Assert.Equal(WaitResult.Cancelled, result);
    }

    [Fact]
    public void ThreadThatWaitsForSomethingElseIsNotResumed()
    {
        using var bench = new KernelBench();
        var semaphore = new Semaphore(bench.Scheduler, "s", 0, 1);
        WaitResult waited = default;
        WaitResult slept = default;
        KernelThread waiter = bench.Thread("waiter", 9, context => waited = semaphore.Wait(context));
        KernelThread sleeper = bench.Thread("sleeper", 9, context => slept = bench.Scheduler.Sleep(context, KernelBench.Tick));
        bench.Thread("other", 4, _ =>
        {
            Assert.False(bench.Scheduler.Resume(waiter));
            Assert.False(bench.Scheduler.Resume(sleeper));
            semaphore.Release();
        });
        bench.Run();
        Assert.Equal(WaitResult.Signalled, waited);
        Assert.Equal(WaitResult.TimedOut, slept);
    }

    [Fact]
    public void EndedThreadIsNotResumed()
    {
        using var bench = new KernelBench();
        KernelThread ended = bench.Thread("ended", 9, _ => { });
        bool? resumed = null;
        bench.Thread("other", 4, _ => resumed = bench.Scheduler.Resume(ended));
        bench.Run();
        Assert.False(resumed);
    }

    [Fact]
    public void SuspensionWhereNobodyMayWaitIsRefused()
    {
        using var bench = new KernelBench();
        WaitResult masked = default;
        bench.Thread("t", 5, context =>
        {
            nuint state = bench.Processor.MaskInterrupts();
            masked = bench.Scheduler.Suspend(context);
            bench.Processor.RestoreInterrupts(state);
            bench.Log.Add("done");
        });
        bench.Run();
        Assert.Equal(WaitResult.NotAllowedHere, masked);
        Assert.Equal(new[] { "done" }, bench.Log);
    }
}
