using Cosmos.Core;
using Cosmos.Core.Runtime;
using Cosmos.System;
using Reservoir.Benchmarks.Latency;
using Reservoir.Memory;
using Reservoir.SelfTest;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Wiring;

/// <summary>
/// The thread that people see: self-tests first, then the prompt. It alone writes to the console, and it alone may make objects after the
/// seal, in
/// a scratch arena that is emptied at every prompt.
/// </summary>
internal sealed class ShellThread : ThreadBody
{
    private const uint PassedExitCode = 16;
    private const uint FailedExitCode = 17;

    private readonly Scheduler _scheduler;
    private readonly ConsoleWiring _console;
    private readonly SelfTestWiring _tests;
    private readonly BenchmarkWiring? _benchmarks;
    private readonly LatencyRun? _latency;
    private readonly Shell.Shell _shell;
    private readonly Region _scratch;
    private bool _begun;

    public ShellThread(Scheduler scheduler, ConsoleWiring console, SelfTestWiring tests, BenchmarkWiring? benchmarks, LatencyRun? latency,
        Shell.Shell shell, Region scratch)
    {
        _scheduler = scheduler;
        _console = console;
        _tests = tests;
        _benchmarks = benchmarks;
        _latency = latency;
        _shell = shell;
        _scratch = scratch;
    }

    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        ManagedHeap.UseScratch(_scratch.Start, _scratch.Bytes);
        if (!_begun)
        {
            _begun = true;
            Begin(context);
        }

        _shell.Run(context);
    }

    /// <summary>What is done once, before the first prompt; not again when the thread was killed and is started again.</summary>
    private void Begin(ThreadContext context)
    {
        SelfTestSummary summary = _tests.SelfTests.Run(context, _console.Output);
        if (IsOnly("selftest"u8))
        {
            Fault.Stop(summary.AllPassed ? PassedExitCode : FailedExitCode);
        }

        if (_benchmarks is not null || _latency is not null)
        {
            _benchmarks?.Run(context, _console.Output);
            _latency?.Run(context, _console.Output);
            Power.Shutdown();
        }

        _console.Input.Log.ShowNews(_console.Output);
        _console.Output.WriteLine(
            $"boot took {_scheduler.Clock.Nanoseconds / Clock.NanosecondsPerMillisecond} ms from the boot loader's hand-over; 'help' lists the commands");
    }

    private static bool IsOnly(global::System.ReadOnlySpan<byte> option)
    {
        return KernelCommandLine.TryGet(option, out global::System.ReadOnlySpan<byte> value)
            && global::System.MemoryExtensions.SequenceEqual(value, "only"u8);
    }
}
