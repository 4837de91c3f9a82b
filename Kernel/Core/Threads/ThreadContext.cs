using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>
/// The right to wait. Every method that can block asks for it.
/// </summary>
/// <remarks>
/// Only the scheduler makes one, and hands it to <see cref="ThreadBody.Run"/>. It can be passed down the calls of that thread, but a
/// <c>ref struct</c> can't be stored in a field, captured by a delegate or boxed: so an interrupt handler, which is called by the processor
/// and not by a thread body, has no way to come by one, and blocking in it does not compile. Nor does a <c>default</c> value outside this
/// assembly; should one come by other means, it is refused at run time.
/// </remarks>
[Capability]
[AllocationFree]
public readonly unsafe ref struct ThreadContext
{
    /// <summary>The thread that may wait; null in a default value.</summary>
    internal readonly ThreadBlock* Block;

    internal ThreadContext(KernelThread thread)
    {
        Block = thread.Block;
    }
}
