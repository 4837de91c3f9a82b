using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>What is done in an interrupt handler: with interrupts masked, it may not allocate or wait.</summary>
/// <param name="timestamp">The time of the interrupt, in counts of <see cref="Processor.Timestamp"/>.</param>
[AllocationFree]
public delegate void InterruptWork(ulong timestamp);
