using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>
/// A resource with a fixed number of units that threads hold, give back and wait for: a pool with its buffers, a mutex.
/// </summary>
/// <remarks>
/// <para>The name is Holt's (1972), as opposed to a consumable resource, a signal or a message, that is produced and never given back.
/// Because the holders are known, three things are possible that a semaphore can't have: while a thread waits, the holders run at its
/// priority at least (<see cref="Scheduler"/>); when a thread ends, its units are taken back; and threads that wait for each other are
/// found (<see cref="DeadlockSearch"/>).</para>
/// <para>The derived class keeps the count of each thread's units in <see cref="ThreadRings.Held"/> of <see cref="Waiters"/>, interrupts
/// masked, and tells the scheduler when a thread has given one back (<see cref="Scheduler.DropBoost"/>).</para>
/// <para>The virtual members serve the supervisor and the deadlock search only; acquiring and releasing a unit calls none of them.</para>
/// </remarks>
[AllocationFree]
public abstract unsafe class ReusableResource
{
    private protected readonly Processor Processor;
    private protected readonly Scheduler Scheduler;

    /// <summary>The threads that wait for a unit, and how many units each thread holds.</summary>
    private protected readonly ThreadRings* Waiters;

    /// <summary>Makes a resource that no thread holds or waits for. Boot context.</summary>
    /// <param name="scheduler">Its threads will hold and wait.</param>
    /// <param name="name">Shown as what a waiting thread waits for.</param>
    /// <param name="unitText">What a thread waits for, in words that the name can follow.</param>
    private protected ReusableResource(Scheduler scheduler, string name, string unitText)
    {
        Name = name;
        UnitText = unitText;
        Scheduler = scheduler;
        Processor = scheduler.Processor;
        Waiters = WaitQueue.Create(scheduler, name, this).Rings;
    }

    /// <summary>Its name: a pool's is that of its line in the plan. Any context.</summary>
    public string Name { get; }

    /// <summary>What a thread waits for, in words that the name can follow.</summary>
    internal string UnitText { get; }

    /// <summary>
    /// Whether a unit may come back although no thread that holds or dequeues units goes on: a device or an interrupt handler has it.
    /// Interrupts masked.
    /// </summary>
    internal virtual bool ComesBackByItself => false;

    /// <summary>Takes back what a thread holds that has ended. Supervisor, before it starts the thread again.</summary>
    /// <param name="thread">The thread, which no longer runs.</param>
    internal abstract void TakeBackFrom(KernelThread thread);

    /// <summary>How many units a thread holds. Any context, constant time.</summary>
    /// <param name="threadId">The thread's number.</param>
    internal int CountHeldBy(int threadId) => Waiters->Held[threadId + 1];

    /// <summary>How many units lie in queues that only this thread empties. Any context.</summary>
    /// <param name="threadId">The thread's number.</param>
    internal virtual int CountQueuedFor(int threadId) => 0;

    /// <summary>Adds the threads that are the only ones to take units out of a queue. Interrupts masked.</summary>
    /// <param name="threads">The set.</param>
    internal virtual void AddConsumers(ref ThreadSet threads)
    {
    }

    /// <summary>Writes where all units are, a line each. Thread context.</summary>
    /// <param name="output">The output.</param>
    internal abstract void WriteHolders(TextOutput output);
}
