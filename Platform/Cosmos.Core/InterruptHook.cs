using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>What the kernel does around each hardware interrupt. Interrupt context.</summary>
/// <param name="timestamp">The time, in counts of <see cref="X86Processor.Timestamp"/>: read once and handed on, since each reading
/// costs.</param>
[AllocationFree]
public delegate void InterruptHook(ulong timestamp);
