using System;
using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>
/// Finds threads that can never go on because they wait for each other. It needs no book-keeping of its own: the scheduler knows which
/// thread waits for which resource, and each resource (a pool, a mutex) knows which threads hold its units.
/// </summary>
/// <remarks>
/// <para>A pool's buffers are alike, so any holder can help a waiter: a waiter is stuck only if all holders are. The search therefore
/// begins with every thread that waits without a time limit for a buffer or a mutex, and strikes out each one that has a holder which is
/// not stuck, until nothing changes (Holt 1972, reduction of the graph of reusable resources). The threads left are stuck. A thread counts
/// as not stuck if it runs, could run, sleeps, or waits with a time limit or for a semaphore or an event. A device and an interrupt handler
/// that have buffers count as not stuck too. A buffer in a queue counts as held by the thread that empties the queue.</para>
/// <para>It looks in short steps, each of one thread or one resource. The result is right all the same: the waits are read first, then the
/// holders, and at the end each stuck thread must still be in the same wait. Such a thread has not run in between, so it held the same
/// units all the time.</para>
/// <para>One thread at a time, thread or boot context. The work is bounded by the number of threads, squared; the steps with interrupts
/// masked by the number of threads.</para>
/// </remarks>
[AllocationFree]
public sealed class DeadlockSearch
{
    private readonly Scheduler _scheduler;
    private readonly Wait[] _waits = new Wait[Scheduler.MaxThreads];
    private readonly Holders[] _holders = new Holders[Scheduler.MaxWaitQueues];
    private readonly int[] _circle = new int[Scheduler.MaxThreads];
    private ThreadSet _stuck;

    /// <summary>Makes a search that has found nothing. Boot context.</summary>
    /// <param name="scheduler">Whose threads.</param>
    public DeadlockSearch(Scheduler scheduler)
    {
        _scheduler = scheduler;
    }

    /// <summary>How many threads are in the circle that the last look found; 0 if it found none.</summary>
    public int CircleLength { get; private set; }

    /// <summary>A number that stands for the waits that were found: the same as long as they are the same ones.</summary>
    public ulong Fingerprint { get; private set; }

    /// <summary>The thread whose wait is best called off: the least important one of the circle. Null if none was found.</summary>
    public KernelThread? Victim { get; private set; }

    /// <summary>Looks.</summary>
    /// <returns>Whether some threads are stuck.</returns>
    public bool Look()
    {
        CircleLength = 0;
        Fingerprint = 0;
        Victim = null;
        ReadWaits();
        ReadHolders();
        Reduce();
        if (_stuck.IsEmpty || !AreStillWaiting())
        {
            _stuck = default;
            return false;
        }

        FindCircle();
        return true;
    }

    /// <summary>A thread of the circle: each waits for what the next one has, and the last for what the first one has.</summary>
    /// <param name="index">0 to <see cref="CircleLength"/> - 1.</param>
    public KernelThread GetCircle(int index) => _scheduler.GetThread(_circle[index]);

    /// <summary>Whether a thread was found stuck: in the circle, or waiting for one that is.</summary>
    /// <param name="thread">The thread.</param>
    public bool IsStuck(KernelThread thread) => _stuck.Contains(thread.Id);

    /// <summary>What a stuck thread waits for: a pool or a mutex.</summary>
    /// <param name="thread">The thread.</param>
    public ReusableResource ResourceOf(KernelThread thread) => ResourceOf(thread.Id);

    /// <summary>Whether a thread has, or takes out of a queue, what a stuck thread waits for.</summary>
    /// <param name="holder">The thread that may have it.</param>
    /// <param name="waiter">The stuck thread.</param>
    public bool HasWhatIsWaitedFor(KernelThread holder, KernelThread waiter) =>
        _holders[_waits[waiter.Id].Queue].Threads.Contains(holder.Id);

    /// <summary>Calls the wait of <see cref="Victim"/> off, if it is still the one that was found: its call returns with an error, and what
    /// it then lets go of lets the others go on.</summary>
    /// <returns>False if there is none.</returns>
    public bool TryBreak() => Victim is { } victim && _scheduler.CancelWait(victim, _waits[victim.Id].Queue, _waits[victim.Id].Switches);

    private void ReadWaits()
    {
        _stuck = default;
        for (int id = 0; id < _scheduler.ThreadCount; id++)
        {
            if (_scheduler.IsWaitingForHolders(id, out _waits[id].Queue, out _waits[id].Switches))
            {
                _stuck.Add(id);
            }
        }
    }

    private void ReadHolders()
    {
        ThreadSet waiters = _stuck;
        while (!waiters.IsEmpty)
        {
            int queue = _waits[waiters.TakeFirst()].Queue;
            _holders[queue].Threads = _scheduler.FindHolders(queue, out _holders[queue].ComesBack);
        }
    }

    /// <summary>Strikes out each waiter that a thread which is not stuck can help.</summary>
    private void Reduce()
    {
        bool changed = true;
        while (changed)
        {
            changed = false;
            ThreadSet rest = _stuck;
            while (!rest.IsEmpty)
            {
                int waiter = rest.TakeFirst();
                ref Holders holders = ref _holders[_waits[waiter].Queue];
                if (holders.ComesBack || !IsWithin(holders.Threads, _stuck))
                {
                    _stuck.Remove(waiter);
                    changed = true;
                }
            }
        }
    }

    private static bool IsWithin(ThreadSet part, ThreadSet whole)
    {
        ThreadSet both = part;
        both.IntersectWith(whole);
        while (!part.IsEmpty)
        {
            if (!both.Contains(part.TakeFirst()))
            {
                return false;
            }
        }

        return true;
    }

    private bool AreStillWaiting()
    {
        ulong fingerprint = 0;
        ThreadSet rest = _stuck;
        while (!rest.IsEmpty)
        {
            int id = rest.TakeFirst();
            if (!_scheduler.IsWaitingForHolders(id, out int queue, out ulong switches) || queue != _waits[id].Queue
                || switches != _waits[id].Switches)
            {
                return false;
            }

            fingerprint = (fingerprint ^ ((ulong)id << 48 ^ switches)) * 0x100000001B3;
        }

        Fingerprint = fingerprint | 1;
        return true;
    }

    /// <summary>Goes from a stuck thread to the one that has most of what it waits for, and on, until it comes round. If no thread has what
    /// is waited for, the chain ends there and is no circle.</summary>
    private void FindCircle()
    {
        ThreadSet seen = default;
        ThreadSet rest = _stuck;
        int at = rest.TakeFirst();
        int length = 0;
        while (at >= 0 && !seen.Contains(at))
        {
            seen.Add(at);
            _circle[length++] = at;
            at = MostTelling(at);
        }

        int first = length - 1;
        while (at >= 0 && _circle[first] != at)
        {
            first--;
        }

        CircleLength = length - first;
        for (int i = 0; i < CircleLength; i++)
        {
            _circle[i] = _circle[first + i];
            KernelThread thread = GetCircle(i);
            Victim = Victim is null || thread.BasePriority < Victim.BasePriority ? thread : Victim;
        }
    }

    /// <summary>Of the threads that have what a stuck one waits for, the one that has most; below 0 if there is none.</summary>
    private int MostTelling(int waiter)
    {
        ReusableResource resource = ResourceOf(waiter);
        ThreadSet holders = _holders[_waits[waiter].Queue].Threads;
        int best = -1;
        int most = -1;
        while (!holders.IsEmpty)
        {
            int id = holders.TakeFirst();
            int has = resource.CountHeldBy(id) + resource.CountQueuedFor(id);
            best = has > most ? id : best;
            most = Math.Max(has, most);
        }

        return best;
    }

    private ReusableResource ResourceOf(int waiter) => _scheduler.GetWaitQueue(_waits[waiter].Queue).Resource!;

    /// <summary>A thread's wait.</summary>
    private struct Wait
    {
        public int Queue;
        public ulong Switches;
    }

    /// <summary>The threads that have what is waited for in a queue.</summary>
    private struct Holders
    {
        public ThreadSet Threads;
        public bool ComesBack;
    }
}
