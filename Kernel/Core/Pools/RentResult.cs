using Cosmos.Common;

namespace Reservoir.Pools;

/// <summary>A buffer, or why there is none. One word, so that it stays in a register.</summary>
[AllocationFree]
public readonly struct RentResult
{
    /// <summary>From here on it is a handle, which names its pool; below, it is an error.</summary>
    private const ulong FirstHandle = 1UL << BufferHandle.PoolShift;

    private readonly ulong _word;

    private RentResult(ulong word)
    {
        _word = word;
    }

    /// <summary>Whether there is a buffer.</summary>
    public bool Succeeded => _word >= FirstHandle;

    /// <summary>Why there is none.</summary>
    public RentError Error => Succeeded ? RentError.None : (RentError)(byte)_word;

    /// <summary>The buffer; none (see <see cref="BufferHandle.IsNone"/>) if it was refused.</summary>
    public BufferHandle Buffer => BufferHandle.FromWord(_word);

    /// <summary>A result from a handle's word, or from that of an error.</summary>
    internal static RentResult FromWord(ulong word) => new(word);

    internal static RentResult Of(RentError error) => new(WordOf(error));

    internal static ulong WordOf(RentError error) => (ulong)error;
}
