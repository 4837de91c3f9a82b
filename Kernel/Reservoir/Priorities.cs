namespace Reservoir;

/// <summary>Who gives way to whom: the more urgent work has the higher number (1 to 31).</summary>
internal static class Priorities
{
    /// <summary>A thread that uses what is left of the processor while latencies are sampled.</summary>
    public const int LatencyBusy = 1;

    /// <summary>Packets beyond what they are due: with the time that nobody else wants.</summary>
    public const int ProtocolStandIn = 1;

    /// <summary>Threads that wait while somebody measures what that costs others.</summary>
    public const int BenchmarkWaiter = 1;

    /// <summary>The first of the threads that storm the pools; the second is its equal, the others are each more important than the one
    /// before.</summary>
    public const int Storm = 3;

    /// <summary>The shell: whoever types can wait.</summary>
    public const int Shell = 8;

    /// <summary>Threads that die on request: at once, before the shell goes on.</summary>
    public const int Victim = 10;

    /// <summary>Work for the disk, for a demonstration: more urgent than the shell, which tells what came of it.</summary>
    public const int DiskLoad = 11;

    /// <summary>Writing datagrams to the disk.</summary>
    public const int Recorder = 12;

    /// <summary>Answering packets.</summary>
    public const int Protocol = 16;

    /// <summary>The thread whose latency is sampled.</summary>
    public const int LatencySampler = 28;

    /// <summary>Frames for a demonstration, as the card's interrupt handler would bring them: more urgent than whoever deals with
    /// them.</summary>
    public const int Flood = 20;

    /// <summary>The self-tests' helpers; they sleep except during a test.</summary>
    public const int SelfTestLow = 24;

    /// <summary>The more important of the two.</summary>
    public const int SelfTestHigh = 25;

    /// <summary>Looking for threads that wait for each other: more important than all that could.</summary>
    public const int Watchdog = 26;

    /// <summary>Killing threads on request, wherever they are.</summary>
    public const int Killer = 30;

    /// <summary>Looking after threads that have died: what they held may be waited for by anybody.</summary>
    public const int Supervisor = 31;
}
