using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reservoir.Network.Wire;

/// <summary>The beginning of a frame as words of 64 bits, in whatever order of bytes the processor has: good for comparing with others of
/// the kind, and for nothing else.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Bytes)]
internal readonly struct PlainWords
{
    public const int Bytes = 5 * sizeof(ulong);

    private readonly ulong _word0;
    private readonly ulong _word1;
    private readonly ulong _word2;
    private readonly ulong _word3;
    private readonly ulong _word4;

    /// <summary>Whether two agree in the bits that a third has set.</summary>
    /// <param name="other">The other.</param>
    /// <param name="relevant">The third.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Agree(in PlainWords other, in PlainWords relevant) =>
        (((_word0 ^ other._word0) & relevant._word0)
        | ((_word1 ^ other._word1) & relevant._word1)
        | ((_word2 ^ other._word2) & relevant._word2)
        | ((_word3 ^ other._word3) & relevant._word3)
        | ((_word4 ^ other._word4) & relevant._word4)) == 0;
}
