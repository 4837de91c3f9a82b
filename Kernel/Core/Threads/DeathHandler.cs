using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>Takes back what a thread has held that has died. Called by the supervisor, before it starts the thread again.</summary>
/// <param name="thread">The thread, which does not run any more.</param>
[AllocationFree]
internal delegate void DeathHandler(KernelThread thread);
