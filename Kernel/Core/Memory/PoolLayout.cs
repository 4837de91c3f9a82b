using Cosmos.Common;

namespace Reservoir.Memory;

/// <summary>
/// How buffers lie in a pool's region: slots of equal size, each a guard word, the payload, and a guard word right behind its last byte.
/// The pool's records lie in a region of their own.
/// </summary>
[AllocationFree]
internal static class PoolLayout
{
    /// <summary>Room for a guard word, in bytes.</summary>
    public const int GuardBytes = 16;

    /// <summary>What the pool keeps on record about one buffer, in bytes: a cache line.</summary>
    public const int RecordBytes = 64;

    /// <summary>Bytes from the start of a slot to its payload: the alignment, so that the payload has it.</summary>
    public static int PayloadOffset(int alignment) => alignment;

    /// <summary>Bytes from one slot to the next.</summary>
    public static int SlotBytes(int bufferSize, int alignment)
    {
        int bytes = PayloadOffset(alignment) + bufferSize + GuardBytes;
        return (bytes + alignment - 1) & ~(alignment - 1);
    }
}
