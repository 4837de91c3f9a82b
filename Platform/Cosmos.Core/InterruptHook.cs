using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>What the kernel does around each hardware interrupt. Interrupt context.</summary>
[AllocationFree]
public delegate void InterruptHook();
