using System;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Cosmos.Common;

/// <summary>
/// The other half of <see cref="TextOutput.Write(ref TextInterpolation)"/>: takes the pieces of an interpolated string from the compiler
/// and writes each at once.
/// </summary>
/// <remarks>
/// An alignment pads with spaces as usual: positive to the right, negative to the left. Numbers take the formats <c>X</c> and <c>X8</c>
/// (hexadecimal, with the given number of digits at least); no other format is known, and an unknown one is ignored. No culture is
/// consulted, nothing is allocated; any context.
/// </remarks>
[InterpolatedStringHandler]
public readonly ref struct TextInterpolation
{
    private const int LongestNumber = 20;
    private readonly TextOutput _output;

    /// <summary>Called by the compiler before the first piece.</summary>
    /// <param name="literalLength">Not used.</param>
    /// <param name="formattedCount">Not used.</param>
    /// <param name="output">Where the pieces go.</param>
    public TextInterpolation(int literalLength, int formattedCount, TextOutput output)
    {
        _ = literalLength;
        _ = formattedCount;
        _output = output;
    }

    /// <summary>Writes the text between two holes.</summary>
    /// <param name="text">The text.</param>
    public void AppendLiteral(string text) => _output.Write(text);

    /// <summary>Writes UTF-8 text.</summary>
    /// <param name="utf8">The text.</param>
    public void AppendFormatted(ReadOnlySpan<byte> utf8) => _output.Write(utf8);

    /// <summary>Writes UTF-8 text, padded to a width counted in bytes.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="alignment">The width: positive aligns right, negative left.</param>
    public void AppendFormatted(ReadOnlySpan<byte> utf8, int alignment) => WriteAligned(utf8, alignment);

    /// <summary>Writes UTF-8 text.</summary>
    /// <param name="utf8">The text.</param>
    public void AppendFormatted(Span<byte> utf8) => _output.Write(utf8);

    /// <summary>Writes ASCII characters.</summary>
    /// <param name="characters">The characters; others than ASCII become question marks.</param>
    public void AppendFormatted(ReadOnlySpan<char> characters)
    {
        foreach (char character in characters)
        {
            AppendFormatted(character);
        }
    }

    /// <summary>Writes a string of ASCII characters, padded to a width.</summary>
    /// <param name="text">The text.</param>
    /// <param name="alignment">The width: positive aligns right, negative left.</param>
    public void AppendFormatted(string? text, int alignment = 0)
    {
        int padding = Math.Abs(alignment) - (text?.Length ?? 0);
        if (alignment > 0)
        {
            _output.WriteRepeated((byte)' ', padding);
        }

        _output.Write(text);
        if (alignment < 0)
        {
            _output.WriteRepeated((byte)' ', padding);
        }
    }

    /// <summary>Writes one ASCII character.</summary>
    /// <param name="character">The character.</param>
    public void AppendFormatted(char character) => _output.WriteRepeated(character < 0x80 ? (byte)character : (byte)'?', 1);

    /// <summary>Writes <c>yes</c> or <c>no</c>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="alignment">The width: positive aligns right, negative left.</param>
    public void AppendFormatted(bool value, int alignment = 0) => WriteAligned(value ? "yes"u8 : "no"u8, alignment);

    /// <summary>Writes a number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="alignment">The width: positive aligns right, negative left.</param>
    /// <param name="format">Null, or <c>X</c> with an optional number of digits.</param>
    public void AppendFormatted(int value, int alignment = 0, string? format = null)
    {
        if (format is null)
        {
            AppendFormatted((long)value, alignment);
        }
        else
        {
            AppendFormatted((ulong)(uint)value, alignment, format);
        }
    }

    /// <summary>Writes a number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="alignment">The width: positive aligns right, negative left.</param>
    /// <param name="format">Null, or <c>X</c> with an optional number of digits.</param>
    public void AppendFormatted(uint value, int alignment = 0, string? format = null) => AppendFormatted((ulong)value, alignment, format);

    /// <summary>Writes a number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="alignment">The width: positive aligns right, negative left.</param>
    /// <param name="format">Null, or <c>X</c> with an optional number of digits.</param>
    public void AppendFormatted(nuint value, int alignment = 0, string? format = null) => AppendFormatted((ulong)value, alignment, format);

    /// <summary>Writes a number in decimal.</summary>
    /// <param name="value">The number.</param>
    /// <param name="alignment">The width: positive aligns right, negative left.</param>
    public void AppendFormatted(long value, int alignment = 0)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(value, digits, out int length);
        WriteAligned(digits.Slice(0, length), alignment);
    }

    /// <summary>Writes a number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="alignment">The width: positive aligns right, negative left.</param>
    /// <param name="format">Null, or <c>X</c> with an optional number of digits.</param>
    public void AppendFormatted(ulong value, int alignment = 0, string? format = null)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        int length;
        if (format is { Length: > 0 } && format[0] == 'X')
        {
            length = FormatHexadecimal(value, digits, MinimumDigits(format));
        }
        else
        {
            Utf8Formatter.TryFormat(value, digits, out length);
        }

        WriteAligned(digits.Slice(0, length), alignment);
    }

    private static int MinimumDigits(string format)
    {
        int digits = 0;
        for (int i = 1; i < format.Length && format[i] is >= '0' and <= '9'; i++)
        {
            digits = digits * 10 + (format[i] - '0');
        }

        return Math.Clamp(digits, 1, 16);
    }

    private static int FormatHexadecimal(ulong value, Span<byte> digits, int minimum)
    {
        int length = Math.Max(minimum, (67 - global::System.Numerics.BitOperations.LeadingZeroCount(value | 1)) / 4);
        for (int i = length - 1; i >= 0; i--)
        {
            digits[i] = "0123456789ABCDEF"u8[(int)(value & 0xF)];
            value >>= 4;
        }

        return length;
    }

    private void WriteAligned(ReadOnlySpan<byte> text, int alignment)
    {
        int padding = Math.Abs(alignment) - text.Length;
        if (alignment > 0)
        {
            _output.WriteRepeated((byte)' ', padding);
        }

        _output.Write(text);
        if (alignment < 0)
        {
            _output.WriteRepeated((byte)' ', padding);
        }
    }
}
