using Cosmos.Common;

namespace Reservoir.Pools;

/// <summary>
/// The right to one rented buffer, until it is returned: which pool, which buffer, which rental.
/// </summary>
/// <remarks>
/// One word: bits 0-31 the generation, which changes at every rental and return; bits 32-47 the index; bits 48-55 the pool's number, from 1. The pool keeps the word
/// of the current rental of each buffer, and honours a handle only if it is that very word: an old, foreign or invented one is a different
/// number. A default value is no handle.
/// </remarks>
[AllocationFree]
public readonly struct BufferHandle
{
    internal const int IndexShift = 32;
    internal const int PoolShift = 48;
    internal const ulong NotRented = 1UL << 63;
    internal const ulong Posted = 1UL << 62;

    private BufferHandle(ulong word)
    {
        Word = word;
    }

    /// <summary>The whole word.</summary>
    public ulong Word { get; }

    /// <summary>Whether this is no handle.</summary>
    public bool IsNone => (long)Word <= 0;

    /// <summary>The number of the pool, from 1.</summary>
    public int PoolNumber => (byte)(Word >> PoolShift);

    /// <summary>The number of the buffer in its pool, from 0.</summary>
    public int Index => (ushort)(Word >> IndexShift);

    /// <summary>Which rental of the buffer.</summary>
    public uint Generation => (uint)Word;

    /// <summary>A handle from a word. One that was not given out is refused by every pool.</summary>
    /// <param name="word">The word.</param>
    public static BufferHandle FromWord(ulong word) => new(word);
}
