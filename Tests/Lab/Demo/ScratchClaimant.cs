using Cosmos.Core.Runtime;
using Reservoir.Threads;

namespace Reservoir.Lab.Demo;

/// <summary>
/// Asks for one more object in the scratch arena of another thread, so that not that thread dies of a full arena: the claimant does, and
/// the supervisor starts it again.
/// </summary>
public sealed class ScratchClaimant : ParkedWorker
{
    private const int ObjectBytes = 64;

    private nuint _scratch;
    private object? _object;

    /// <summary>Makes the body. Boot context.</summary>
    /// <param name="scheduler">Whose thread will run it.</param>
    public ScratchClaimant(Scheduler scheduler)
        : base(scheduler, "scratch")
    {
    }

    /// <summary>How often it got its object.</summary>
    public ulong Made { get; private set; }

    /// <summary>Has it ask. Thread context; the caller must not allocate until it has, or has died.</summary>
    /// <param name="scratch">The arena.</param>
    public void Begin(nuint scratch)
    {
        _scratch = scratch;
        Start();
    }

    /// <inheritdoc/>
    protected override void Work(ThreadContext context)
    {
        ManagedHeap.ShareScratch(_scratch);
        _object = new byte[ObjectBytes];
        Made += _object is not null ? 1u : 0u;
        _object = null;
        ManagedHeap.ShareScratch(0);
    }
}
