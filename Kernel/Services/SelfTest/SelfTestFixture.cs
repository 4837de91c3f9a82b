using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.SelfTest;

/// <summary>What the self-tests work on: pools and threads of their own, so that no other subsystem's figures change. Made at
/// boot.</summary>
public sealed class SelfTestFixture
{
    /// <summary>The subsystem to which the plan gives all this.</summary>
    public const string Subsystem = "selftest";

    /// <summary>Buffers of the pool that never waits.</summary>
    public const int NonBlockingCount = 4;

    /// <summary>Buffers of the pool that waits.</summary>
    public const int BlockingCount = 2;

    /// <summary>Buffers of the pool that is damaged on purpose and repaired.</summary>
    public const int DamageCount = 2;

    /// <summary>Bytes in a buffer.</summary>
    public const int BufferBytes = 64;

    /// <summary>Messages that the queue holds.</summary>
    public const int MessageCapacity = 2;

    /// <summary>Brings everything together. Boot context.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="memory">The memory manager.</param>
    /// <param name="pools">All pools.</param>
    /// <param name="nonBlocking">A pool of <see cref="NonBlockingCount"/> buffers.</param>
    /// <param name="blocking">A pool of <see cref="BlockingCount"/> buffers.</param>
    /// <param name="damage">A pool of <see cref="DamageCount"/> buffers.</param>
    public SelfTestFixture(Scheduler scheduler, MemoryManager memory, PoolRegistry pools, NonBlockingPool nonBlocking,
        BlockingPool blocking, NonBlockingPool damage)
    {
        Scheduler = scheduler;
        Memory = memory;
        Pools = pools;
        NonBlocking = nonBlocking;
        Blocking = blocking;
        Damage = damage;
        Low = new SelfTestHelper("selftest-low", this);
        High = new SelfTestHelper("selftest-high", this);
        Signal = new Semaphore(scheduler, "selftest-signal", 0, 1);
        Messages = new MessageQueue(scheduler, "selftest-messages", MessageCapacity);
    }

    /// <summary>The scheduler.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>The memory manager.</summary>
    public MemoryManager Memory { get; }

    /// <summary>All pools.</summary>
    public PoolRegistry Pools { get; }

    /// <summary>A pool that never waits.</summary>
    public NonBlockingPool NonBlocking { get; }

    /// <summary>A pool that waits.</summary>
    public BlockingPool Blocking { get; }

    /// <summary>A pool to be damaged.</summary>
    public NonBlockingPool Damage { get; }

    /// <summary>A helper thread, more important than the runner's.</summary>
    public SelfTestHelper Low { get; }

    /// <summary>A helper thread, more important than <see cref="Low"/>.</summary>
    public SelfTestHelper High { get; }

    /// <summary>A semaphore for the tests.</summary>
    public Semaphore Signal { get; }

    /// <summary>A message queue for the tests.</summary>
    public MessageQueue Messages { get; }

    /// <summary>Counts the helpers' jobs, to tell their order.</summary>
    internal int Order { get; set; }
}
