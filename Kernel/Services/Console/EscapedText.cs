using System;
using Cosmos.Common;

namespace Reservoir.Console;

/// <summary>Shows bytes that come from elsewhere: printable ASCII as it is, anything else so that it can't move the cursor or fool the
/// reader. Any context.</summary>
public static class EscapedText
{
    private const int LongestPiece = 4;

    /// <summary>Writes bytes in one line.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="bytes">The bytes.</param>
    public static void Write(TextOutput output, ReadOnlySpan<byte> bytes) => WriteWrapped(output, bytes, int.MaxValue);

    /// <summary>Writes bytes in as many lines as they need; the last one is not ended.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="width">Characters in a line, at least four.</param>
    public static void WriteWrapped(TextOutput output, ReadOnlySpan<byte> bytes, int width)
    {
        Span<byte> piece = stackalloc byte[LongestPiece];
        int column = 0;
        foreach (byte value in bytes)
        {
            int length = Escape(value, piece);
            if (column + length > width)
            {
                output.WriteLine();
                column = 0;
            }

            output.Write(piece.Slice(0, length));
            column += length;
        }
    }

    private static int Escape(byte value, Span<byte> piece)
    {
        if (value is >= 0x20 and < 0x7F and not (byte)'\\')
        {
            piece[0] = value;
            return 1;
        }

        piece[0] = (byte)'\\';
        piece[1] = value switch
        {
            (byte)'\\' => (byte)'\\',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => (byte)'x',
        };
        if (piece[1] != 'x')
        {
            return 2;
        }

        piece[2] = "0123456789abcdef"u8[value >> 4];
        piece[3] = "0123456789abcdef"u8[value & 0xF];
        return LongestPiece;
    }
}
