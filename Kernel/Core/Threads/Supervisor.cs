using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>
/// Looks after threads that die: takes back what they held, then starts them again or reports them, according to how they were created.
/// </summary>
/// <remarks>
/// A thread dies alone. Buffers and mutexes that it held come back one by one, with interrupts let in between; only then is it started
/// again, from the beginning of its body. A thread whose body has returned is done and is not started again. Make this the most important
/// thread: what is taken back may be waited for.
/// </remarks>
[AllocationFree]
public sealed class Supervisor : ThreadBody
{
    private readonly Scheduler _scheduler;
    private readonly TextOutput _messages;

    /// <summary>Makes the body. Boot context.</summary>
    /// <param name="scheduler">Whose threads.</param>
    /// <param name="messages">Where it names each thread that died, and says whether it was restarted.</param>
    public Supervisor(Scheduler scheduler, TextOutput messages)
    {
        _scheduler = scheduler;
        _messages = messages;
    }

    /// <summary>Threads that have died by a fault or a kill.</summary>
    public ulong Deaths { get; private set; }

    /// <summary>Names the thread that runs this body: from then on it can't be killed. Boot context.</summary>
    /// <param name="thread">The thread.</param>
    public void SetThread(KernelThread thread) => _scheduler.Supervisor = thread;

    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        _scheduler.Current.IsBackground = true;
        while (_scheduler.Deaths.Wait(context) != WaitResult.NotAllowedHere)
        {
            while (_scheduler.TakeDead() is { } dead)
            {
                CleanUp(dead);
            }
        }
    }

    private void CleanUp(KernelThread dead)
    {
        _scheduler.TakeBackFrom(dead);
        if (dead.End == ThreadEnd.Returned)
        {
            return;
        }

        if (dead.End == ThreadEnd.EndedByTest)
        {
            _scheduler.Restart(dead, isCounted: false);
            return;
        }

        Deaths++;
        if (dead.Restarts < dead.RestartLimit)
        {
            _messages.WriteLine(
                $"supervisor: {dead.Name} {Describe(dead.End)}; started again ({dead.Restarts + 1} of {dead.RestartLimit})");
            _scheduler.Restart(dead);
        }
        else
        {
            _messages.WriteLine($"supervisor: {dead.Name} {Describe(dead.End)} and is not started again");
        }
    }

    private static System.ReadOnlySpan<byte> Describe(ThreadEnd end) => end == ThreadEnd.Killed ? "was killed"u8 : "has faulted"u8;
}
