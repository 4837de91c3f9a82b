using System;
using Cosmos.Common;

namespace Reservoir.Shell;

/// <summary>Shows bytes as the customary table: offset, sixteen bytes in hexadecimal, the same as text. Any context.</summary>
public static class HexDump
{
    private const int BytesPerLine = 16;
    private const int HexWidth = BytesPerLine * 3 + 1;

    /// <summary>Writes a table of at most 74 columns; nothing for no bytes.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="bytes">The bytes.</param>
    public static void Write(TextOutput output, ReadOnlySpan<byte> bytes)
    {
        Span<byte> hex = stackalloc byte[HexWidth];
        Span<byte> text = stackalloc byte[BytesPerLine];
        for (int offset = 0; offset < bytes.Length; offset += BytesPerLine)
        {
            ReadOnlySpan<byte> line = bytes.Slice(offset, Math.Min(BytesPerLine, bytes.Length - offset));
            hex.Fill((byte)' ');
            for (int i = 0; i < line.Length; i++)
            {
                int column = i * 3 + (i >= BytesPerLine / 2 ? 1 : 0);
                hex[column] = "0123456789abcdef"u8[line[i] >> 4];
                hex[column + 1] = "0123456789abcdef"u8[line[i] & 0xF];
                text[i] = line[i] is >= 0x20 and < 0x7F ? line[i] : (byte)'.';
            }

            output.WriteLine($"{offset:X4}  {hex} {text.Slice(0, line.Length)}");
        }
    }
}
