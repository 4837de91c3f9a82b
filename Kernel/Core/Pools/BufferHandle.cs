using Cosmos.Common;

namespace Reservoir.Pools;

/// <summary>
/// The right to one rented buffer, until it is returned: which pool, which buffer, which rental.
/// </summary>
/// <remarks>
/// One word: bits 0-15 the index; bits 16-23 the pool's number, from 1; bits 24-63 the generation, which changes with every rental. The
/// pool keeps the word of the current rental of each buffer, and honours a handle only if it is that very word: an old, foreign or invented
/// one is a different number. A default value is no handle. While a buffer is not rented, or a device holds it, its word has a bit set that
/// no index has: so the place that a handle names never holds that handle.
/// </remarks>
[AllocationFree]
public readonly struct BufferHandle
{
    /// <summary>From one rental's handle of a buffer to the next one's.</summary>
    public const ulong NextGeneration = 1UL << GenerationShift;

    internal const int PoolShift = 16;
    internal const int GenerationShift = 24;
    internal const ulong NotRented = 1UL << 15;
    internal const ulong Posted = 1UL << 14;

    /// <summary>The bits of the pool and the index.</summary>
    internal const ulong PlaceMask = NextGeneration - 1;

    private BufferHandle(ulong word)
    {
        Word = word;
    }

    /// <summary>The whole word.</summary>
    public ulong Word { get; }

    /// <summary>Whether this is no handle: it names no pool.</summary>
    public bool IsNone => PoolNumber == 0;

    /// <summary>The number of the pool, from 1.</summary>
    public int PoolNumber => (byte)(Word >> PoolShift);

    /// <summary>The number of the buffer in its pool, from 0.</summary>
    public int Index => (ushort)Word;

    /// <summary>Which rental of the buffer. It wraps around by itself.</summary>
    public ulong Generation => Word >> GenerationShift;

    /// <summary>A handle from a word. One that was not given out is refused by every pool.</summary>
    /// <param name="word">The word.</param>
    public static BufferHandle FromWord(ulong word) => new(word);
}
