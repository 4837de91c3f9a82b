using Cosmos.Common;
using Reservoir.Console;
using Reservoir.Network;
using Reservoir.Pools;
using Reservoir.Recorder;
using Reservoir.Threads;
using Reservoir.Time;
using Reservoir.Volume;

namespace Reservoir.Lab.Demo;

/// <summary>
/// Datagrams for the recorder, far more and far faster than it can write, while another thread works with the disk: once with a pool for
/// each, and once with one for all (docs/starvation.md).
/// </summary>
/// <remarks>With one pool, the packets that wait for the disk take all memory, and the disk needs some. If the watchdog finds that nobody
/// can go on, the demonstration has one wait called off and goes on.</remarks>
[AllocationFree]
public sealed class StarvationDemo
{
    private const int Packets = 20_000;
    private const int Requests = 64;
    private const ulong StepNanoseconds = 10 * Clock.NanosecondsPerMillisecond;
    private const ulong LongestNanoseconds = 100 * Clock.NanosecondsPerSecond;

    private readonly Scheduler _scheduler;
    private readonly Flood _flood;
    private readonly DiskLoad _load;
    private readonly DemoVolume _volume;
    private readonly RecorderService _service;
    private readonly RecorderThread _recorder;
    private readonly ProtocolThread _protocols;
    private readonly Watchdog _watchdog;

    /// <summary>Brings the parts together. Boot context.</summary>
    /// <param name="parts">What brings packets, what takes them, and what works with the disk.</param>
    /// <param name="watchdog">Notices if no thread can go on.</param>
    public StarvationDemo(IsolationParts parts, Watchdog watchdog)
    {
        _scheduler = parts.Scheduler;
        _flood = parts.Flood;
        _load = parts.Disk;
        _protocols = parts.Protocols;
        _volume = parts.Volume;
        _service = parts.Service;
        _recorder = parts.Recorder;
        _watchdog = watchdog;
    }

    /// <summary>Runs it. Thread context, a thread less important than all others that take part.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="output">Where its text goes.</param>
    /// <param name="log">Shows what the watchdog has said.</param>
    /// <returns>True if everything came to an end and every packet is accounted for.</returns>
    public bool Run(ThreadContext context, TextOutput output, KernelLog log)
    {
        if (!_volume.TryPrepare(context, out ulong first))
        {
            output.WriteLine("demo: the disk of the option demo-disk is too small for 4096 records, or fails"u8);
            return false;
        }

        bool shared = _service.Pool == _recorder.Volume.Storage!.Pool;
        output.Write($"{Packets} datagrams for the recorder at {Flood.BatchFrames} a time, ");
        output.WriteLine($"{Requests} disk requests; pools: {(shared ? "one for all" : "each its own")}");
        Numbers before = Read();
        ulong begun = _scheduler.Clock.Nanoseconds;
        _flood.Begin(_service.Port, Packets, Flood.BatchFrames);
        _load.Begin(first, Requests);
        ulong deadlocks = WaitForEnd(context, begun, output, log, out bool isOver);
        ulong took = _scheduler.Clock.Nanoseconds - begun;
        return Report(before, deadlocks, took, isOver, output);
    }

    private ulong WaitForEnd(ThreadContext context, ulong begun, TextOutput output, KernelLog log, out bool isOver)
    {
        ulong deadlocks = 0;
        isOver = IsOver();
        while (!isOver && _scheduler.Clock.Nanoseconds - begun < LongestNanoseconds)
        {
            if (_watchdog.Found.Wait(context, StepNanoseconds) == WaitResult.Signalled)
            {
                deadlocks++;
                ulong milliseconds = (_scheduler.Clock.Nanoseconds - begun) / Clock.NanosecondsPerMillisecond;
                output.Write($"after {milliseconds} ms nothing goes on: {_flood.Arrived} packets have come, ");
                output.WriteLine($"{_load.Verified} of {Requests} disk requests are done");
                log.ShowPending(output);
                _watchdog.TryBreak(context, out _);
                log.ShowPending(output);
            }

            isOver = IsOver();
        }

        return deadlocks;
    }

    private bool IsOver() => !_flood.IsBusy && !_load.IsBusy && _protocols.FramesWaiting == 0 && _service.Accepted == _recorder.Handled;

    private bool Report(in Numbers before, ulong deadlocks, ulong took, bool isOver, TextOutput output)
    {
        Numbers now = Read();
        ulong recorded = now.Recorded - before.Recorded;
        ulong refused = now.Refused - before.Refused;
        ulong failed = now.Failed - before.Failed;
        ulong known = _flood.Dropped + refused + recorded + failed;
        output.WriteLine($"packets in      {_flood.Arrived,8}");
        output.WriteLine($"  dropped       {_flood.Dropped,8}  at once: no buffer to receive into");
        output.WriteLine($"  refused       {refused,8}  by the recorder: no buffer to keep it in");
        output.WriteLine($"  recorded      {recorded,8}  of which {now.Acknowledged - before.Acknowledged} acknowledged");
        output.WriteLine($"  given up      {failed,8}  to end a deadlock; never acknowledged");
        output.WriteLine($"disk requests   {_load.Verified,8}  written, read back and right; {_load.Failed} not");
        output.WriteLine($"deadlocks       {deadlocks,8}");
        output.WriteLine($"time            {took / Clock.NanosecondsPerMillisecond,8} ms");
        bool isExact = isOver && known == _flood.Arrived;
        output.WriteLine(!isOver ? "NOT OVER: something still waits; see 'threads' and 'pools'"u8
            : isExact ? "over: every packet is accounted for"u8
            : "over, but packets of others came in between: the numbers are not this demonstration's alone"u8);
        return isExact;
    }

    private Numbers Read() => new()
    {
        Refused = _service.Refused,
        Recorded = _recorder.Recorded,
        Acknowledged = _recorder.Acknowledged,
        Failed = _recorder.Failed + _recorder.RefusedNotReady,
    };

    /// <summary>The recorder's numbers at one moment.</summary>
    private readonly struct Numbers
    {
        public ulong Refused { get; init; }

        public ulong Recorded { get; init; }

        public ulong Acknowledged { get; init; }

        public ulong Failed { get; init; }
    }
}
