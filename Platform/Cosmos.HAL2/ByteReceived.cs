using Cosmos.Common;

namespace Cosmos.HAL;

/// <summary>Takes a byte that a device has received. Interrupt context.</summary>
/// <param name="value">The byte.</param>
[AllocationFree]
public delegate void ByteReceived(byte value);
