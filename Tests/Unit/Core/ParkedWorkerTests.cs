using System.Collections.Generic;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>A thread that is parked until it is given a job.</summary>
public sealed class ParkedWorkerTests
{
    [Fact]
    public void AWorkerDoesEachJobOnceAndIsBusyOnlyMeanwhile()
    {
        using var bench = new KernelBench();
        var worker = new Recording(bench);
        bench.Thread("worker", 5, worker.Run);
        bench.Thread("boss", 3, context =>
        {
            Assert.False(worker.IsBusy);
            worker.Begin("a");
            Assert.False(worker.IsBusy);
            worker.Begin("b");
        });
        bench.Run();
        Assert.Equal(["a busy", "b busy"], worker.Done);
    }

    [Fact]
    public void ALessImportantWorkerIsBusyUntilItsJobHasEnded()
    {
        using var bench = new KernelBench();
        var worker = new Recording(bench);
        bench.Thread("worker", 2, worker.Run);
        bench.Thread("boss", 3, context =>
        {
            worker.Begin("a");
            Assert.True(worker.IsBusy);
            bench.Scheduler.Sleep(context, KernelBench.Tick);
            Assert.False(worker.IsBusy);
        });
        bench.Run();
        Assert.Equal(["a busy"], worker.Done);
    }

    [Fact]
    public void AWorkerThatIsKilledAtWorkStartsParkedAfterItHasRecovered()
    {
        using var bench = new KernelBench();
        bench.Supervise();
        var worker = new Recording(bench) { Dies = true };
        KernelThread thread = bench.Thread("worker", 5, worker.Run, restartLimit: 3);
        bench.Thread("boss", 3, context =>
        {
            worker.Begin("a");
            worker.Dies = false;
            Assert.False(worker.IsBusy);
            worker.Begin("b");
        });
        bench.Run();
        Assert.Equal(["a busy", "recovered", "b busy"], worker.Done);
        Assert.Equal(1, thread.Restarts);
    }

    private sealed class Recording(KernelBench bench) : ParkedWorker(bench.Scheduler, "jobs")
    {
        private string _job = "";

        public List<string> Done { get; } = [];

        public bool Dies { get; set; }

        public void Begin(string job)
        {
            _job = job;
            Start();
        }

        protected override void Work(ThreadContext context)
        {
            Done.Add(IsBusy ? $"{_job} busy" : _job);
            if (Dies)
            {
                bench.Scheduler.Kill(bench.Scheduler.Current);
            }
        }

        protected override void Recover() => Done.Add("recovered");
    }
}
