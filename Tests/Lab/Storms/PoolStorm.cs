using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Lab.Storms;

/// <summary>
/// Four threads and the timer's interrupt rent, return, post and wait at random, from every pool there is and as fast as they can, while
/// the services go on. Each second all pools are audited.
/// </summary>
/// <remarks>
/// Each buffer carries its owner's mark, so that two owners would show. The timer's interrupt also calls waits off. Network traffic during
/// a storm brings the card's interrupts in as well. The storm threads are less important than the thread that audits, so that an audit sees
/// interrupts only.
/// </remarks>
public sealed class PoolStorm
{
    /// <summary>How many threads storm.</summary>
    public const int ThreadCount = 4;

    private const int AuditAttempts = 100;
    private const int InterruptsBetweenCancels = 16;

    /// <summary>How long the auditing thread sleeps at a time: so often, at least, the timer's interrupt storms.</summary>
    private const ulong Nap = Clock.NanosecondsPerMillisecond;

    private const uint FirstSeed = 0x5EED;

    private readonly Scheduler _scheduler;
    private readonly PoolRegistry _pools;
    private readonly StormRenter _interrupt;
    private readonly InterruptWork _stormInInterrupt;
    private readonly Semaphore _arrived;
    private ulong _interrupts;
    private bool _raging;

    /// <summary>Makes a storm that has not begun. Boot context.</summary>
    /// <param name="scheduler">Whose threads storm.</param>
    /// <param name="pools">All pools: the storm uses each of them.</param>
    public PoolStorm(Scheduler scheduler, PoolRegistry pools)
    {
        _scheduler = scheduler;
        _pools = pools;
        _interrupt = new StormRenter(pools, FirstSeed);
        _stormInInterrupt = StormInInterrupt;
        _arrived = new Semaphore(scheduler, "storm end", 0, ThreadCount);
        for (int i = 0; i < ThreadCount; i++)
        {
            Threads[i] = new StormThread(scheduler, this, new StormRenter(pools, FirstSeed + 1 + (uint)i), NameOf(i));
        }
    }

    /// <summary>The threads' bodies.</summary>
    public StormThread[] Threads { get; } = new StormThread[ThreadCount];

    [AllocationFree]
    internal bool IsRaging => System.Threading.Volatile.Read(ref _raging);

    /// <summary>A thread's name in the plan.</summary>
    /// <param name="number">0 to <see cref="ThreadCount"/> - 1.</param>
    public static string NameOf(int number) => number switch
    {
        0 => "storm-a",
        1 => "storm-b",
        2 => "storm-c",
        _ => "storm-d",
    };

    /// <summary>In each of the timer's interrupts, while it rages.</summary>
    [AllocationFree]
    private void StormInInterrupt(ulong timestamp)
    {
        if (!IsRaging)
        {
            _interrupt.ReturnAll();
            return;
        }

        if (_interrupt.HasRoom && _interrupt.Next(2) == 0)
        {
            BufferPool pool = _interrupt.NextPool();
            _interrupt.Keep(pool, pool.TryRent());
        }
        else
        {
            _interrupt.ReturnOne();
        }

        if (++_interrupts % InterruptsBetweenCancels == 0 && Threads[_interrupt.Next(ThreadCount)].Thread is { } thread)
        {
            _scheduler.CancelWait(thread);
        }
    }

    /// <summary>Storms for some seconds, with a line for each. Thread context.</summary>
    /// <param name="context">The caller's right to wait; a thread more important than the storm's.</param>
    /// <param name="seconds">How long, at least 1.</param>
    /// <param name="output">Where the lines go.</param>
    /// <returns>True if nothing went wrong.</returns>
    public bool Run(ThreadContext context, int seconds, TextOutput output)
    {
        System.Threading.Volatile.Write(ref _raging, true);
        _scheduler.AtTimer = _stormInInterrupt;
        foreach (StormThread thread in Threads)
        {
            thread.Begin();
        }

        bool sound = true;
        ulong begun = _scheduler.Clock.Nanoseconds;
        for (int second = 1; second <= seconds; second++)
        {
            NapUntil(context, begun + (ulong)second * Clock.NanosecondsPerSecond);
            sound &= AuditAll(context, output);
            output.WriteLine($"STORM {second}: {(sound ? "all pools sound" : "DAMAGE")}, {CountOperations()} operations");
        }

        System.Threading.Volatile.Write(ref _raging, false);
        for (int i = 0; i < ThreadCount; i++)
        {
            _arrived.Wait(context);
        }

        _scheduler.Sleep(context, Nap);
        _scheduler.AtTimer = null;
        sound &= AuditAll(context, output) & CheckRenters(output);
        output.WriteLine($"STORM {(sound ? "PASSED" : "FAILED")} after {CountOperations()} operations");
        return sound;
    }

    private void NapUntil(ThreadContext context, ulong end)
    {
        while (_scheduler.Clock.Nanoseconds < end)
        {
            _scheduler.Sleep(context, Nap);
        }
    }

    internal void Arrive() => _arrived.Release();

    private bool AuditAll(ThreadContext context, TextOutput output)
    {
        bool sound = true;
        for (int i = 0; i < _pools.PoolCount; i++)
        {
            BufferPool pool = _pools.GetPool(i);
            PoolAudit found = pool.Audit();
            for (int attempt = 0; attempt < AuditAttempts && found == PoolAudit.Unsettled; attempt++)
            {
                _scheduler.Sleep(context, Nap);
                found = pool.Audit();
            }

            if (found != PoolAudit.Sound)
            {
                sound = false;
                output.WriteLine($"STORM: {pool.Name} is not sound (finding {(int)found} of PoolAudit)");
            }
        }

        return sound;
    }

    private bool CheckRenters(TextOutput output)
    {
        bool right = Check(_interrupt, "the timer's interrupt", output);
        foreach (StormThread thread in Threads)
        {
            right &= Check(thread.Renter, thread.Name, output);
            int kept = thread.Thread is null ? 0 : _pools.CountBuffersOf(thread.Thread);
            if (kept != 0)
            {
                right = false;
                output.WriteLine($"STORM: {thread.Name} has returned everything, and {kept} buffers are still its own");
            }
        }

        return right;
    }

    private static bool Check(StormRenter renter, string name, TextOutput output)
    {
        if (renter.Mistake is not null)
        {
            output.WriteLine($"STORM: {name}: {renter.Mistake}");
        }

        return renter.Mistake is null && renter.Count == 0;
    }

    private ulong CountOperations()
    {
        ulong operations = _interrupt.Operations;
        foreach (StormThread thread in Threads)
        {
            operations += thread.Renter.Operations;
        }

        return operations;
    }
}
