using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Reservoir.Tests.Bench;

/// <summary>
/// The latency under load: the kernel samples it, with time counted in guest instructions, while this program floods its network card. When
/// frames arrive between two instructions is up to the host, so that these figures don't repeat
/// exactly.
/// </summary>
internal static class LatencyRun
{
    /// <summary>By the clock on the wall; the machine's own time runs many times slower, so that this is far more than it can
    /// take.</summary>
    private const int FloodFramesPerSecond = 20_000;

    /// <summary>So few that the machine is done with each before the next one comes.</summary>
    private const int SingleFramesPerSecond = 500;

    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan s_bootTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_burst = TimeSpan.FromMilliseconds(100);

    /// <summary>Boots, floods, and waits for the figures.</summary>
    /// <param name="samples">How many samples the kernel takes.</param>
    public static IReadOnlyList<Figure> Measure(int samples)
    {
        using var cable = new FrameCable();
        using GuestMachine machine = GuestMachine.Start("latency", KernelRun.ToArguments($"bench=latency samples={samples}", cable));
        machine.WaitFor("BENCH-READY frames", s_bootTimeout);
        using var end = new CancellationTokenSource();
        int pace = SingleFramesPerSecond;
        Task sender = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                cable.Send(Volatile.Read(ref pace), s_burst);
            }
        });
        try
        {
            machine.WaitFor("BENCH-READY latency", s_timeout);
            Volatile.Write(ref pace, FloodFramesPerSecond);
            return KernelRun.Collect(machine, s_timeout);
        }
        finally
        {
            end.Cancel();
            sender.Wait();
        }
    }
}
