using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Threads;

namespace Reservoir.Pools;

/// <summary>
/// A pool for callers that can't wait, interrupt handlers above all: when it is empty, a request is refused, and counted.
/// </summary>
[AllocationFree]
public sealed class NonBlockingPool : BufferPool
{
    internal NonBlockingPool(in PoolDescription description, Scheduler scheduler)
        : base(description, scheduler)
    {
    }

    /// <inheritdoc/>
    public override PoolKind Kind => PoolKind.NonBlocking;
}
