using System;
using Cosmos.Common;
using Cosmos.Core;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Lab.Benchmarks.ThreadMetric;

/// <summary>
/// The seven tests of Thread-Metric (Express Logic, now of the RTOS Performance benchmarks of Eclipse ThreadX), written anew after its
/// rules, and reported as processor counts per count of the test: <c>BENCH tm-... instructions value</c>.
/// </summary>
/// <remarks>
/// <para>Each test runs for a time in threads of its own, below the thread that reports, which sleeps by a tick of 10 ms. Nothing is
/// written meanwhile, so a short time tells what the suite's 30 seconds tell. Each service is a real call, nothing waits, blocks have 128
/// bytes. What an interrupt saves is saved as for a device's interrupt: all registers, vector registers included.</para>
/// <para>A count is what the suite counts: a turn of one of the five threads in the cooperative and the preemptive test, an interrupt in
/// the two interrupt tests, a pair of services in the others. After a test its counters have to agree as the suite demands; if they don't,
/// there is no figure but a line <c>BENCH-FAILED</c>.</para>
/// </remarks>
public sealed class MetricSuite
{
    /// <summary>Bytes of a block in the memory test.</summary>
    public const int BlockBytes = 128;

    /// <summary>Blocks that its pool has.</summary>
    public const int BlockCount = 16;

    /// <summary>Threads of all tests together.</summary>
    public const int Threads = 2 * Links + 7;

    private const int Links = 5;
    private const int Lowest = 2;
    private const ulong Tick = 10 * Clock.NanosecondsPerMillisecond;
    private const int TicksPerTest = 20;

    private readonly Scheduler _scheduler;
    private readonly MetricServices _services;
    private readonly MetricTest[] _tests;
    private readonly ResumedThread _resumed;
    private bool _resumes;
    private ulong _interrupts;

    /// <summary>Gathers the tests. Boot context.</summary>
    /// <param name="scheduler">Runs them.</param>
    /// <param name="services">What they use.</param>
    public MetricSuite(Scheduler scheduler, MetricServices services)
    {
        _scheduler = scheduler;
        _services = services;
        _resumed = new ResumedThread(services, "tm-resumed", Lowest + 1);
        _tests =
        [
            new("tm-cooperative", MakeEquals(), started: Links, counted: Links),
            new("tm-preemptive", MakeChain(), started: 1, counted: Links),
            new("tm-interrupt", [new InterruptThread(services, "tm-interrupt", Lowest)], started: 1, counted: 1, interruptsPerCount: 1),
            new("tm-interrupt-preemption", [new InterruptedThread(services, "tm-interrupted", Lowest), _resumed], started: 1, counted: 1,
                interruptsPerCount: 1),
            new("tm-message", [new MessageThread(services, "tm-message", Lowest)], started: 1, counted: 1),
            new("tm-synchronization", [new SynchronizationThread(services, "tm-synchronization", Lowest)], started: 1, counted: 1),
            new("tm-memory", [new MemoryThread(services, "tm-memory", Lowest)], started: 1, counted: 1),
        ];
    }

    /// <summary>Makes all threads and takes the test vector. Boot context.</summary>
    /// <param name="make">Makes a thread of a name, a priority and a body.</param>
    public void Prepare(Func<string, int, ThreadBody, KernelThread> make)
    {
        foreach (MetricTest test in _tests)
        {
            foreach (MetricThread thread in test.Threads)
            {
                thread.Thread = make(thread.Name, thread.Priority, thread);
            }
        }

        INTs.SetIntHandler(CPU.TestVector, HandleInterrupt);
    }

    /// <summary>Runs all tests. Thread context, above <see cref="Lowest"/> + <see cref="Links"/>.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="output">Where the figures go.</param>
    public void Run(ThreadContext context, TextOutput output)
    {
        _scheduler.Sleep(context, Tick);
        foreach (MetricTest test in _tests)
        {
            Run(context, test, output);
        }
    }

    private void Run(ThreadContext context, MetricTest test, TextOutput output)
    {
        _interrupts = 0;
        _resumes = test.Threads[^1] == _resumed;
        for (int i = 0; i < test.Started; i++)
        {
            _services.Resume(test.Threads[i].Thread);
        }

        ulong begun = _scheduler.Processor.Timestamp;
        for (int i = 0; i < TicksPerTest; i++)
        {
            _scheduler.Sleep(context, Tick);
        }

        ulong taken = _scheduler.Processor.Timestamp - begun;
        foreach (MetricThread thread in test.Threads)
        {
            _scheduler.Kill(thread.Thread);
        }

        if (test.TryCount(_interrupts, out ulong count))
        {
            output.WriteLine($"BENCH {test.Name} instructions {(taken + count / 2) / count}");
        }
        else
        {
            output.WriteLine($"BENCH-FAILED {test.Name} the counters differ: {count} counts, {_interrupts} interrupts");
        }
    }

    private MetricThread[] MakeEquals()
    {
        var threads = new MetricThread[Links];
        for (int i = 0; i < Links; i++)
        {
            threads[i] = new CooperativeThread(_services, "tm-equal-" + Digit(i), Lowest);
        }

        return threads;
    }

    private MetricThread[] MakeChain()
    {
        var threads = new MetricThread[Links];
        PreemptiveThread? next = null;
        for (int i = Links - 1; i >= 0; i--)
        {
            next = new PreemptiveThread(_services, "tm-link-" + Digit(i), Lowest + i, next, isFirst: i == 0);
            threads[i] = next;
        }

        return threads;
    }

    private static string Digit(int number) => ((char)('0' + number)).ToString();

    [AllocationFree]
    private void HandleInterrupt(ref INTs.IRQContext context)
    {
        _interrupts++;
        if (_resumes)
        {
            _services.Resume(_resumed.Thread);
        }
        else
        {
            _services.PutSemaphore();
        }
    }
}
