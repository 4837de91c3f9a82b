using System;
using System.Runtime.CompilerServices;

namespace Cosmos.Common;

/// <summary>
/// A place that takes UTF-8 text: a serial line, a screen, a log, a buffer in memory. Writing allocates nothing.
/// </summary>
/// <remarks>
/// <c>output.Write($"{used,6} of {count} in use")</c> works as usual: the compiler hands literals and values one by one to a
/// <see cref="TextInterpolation"/>, which formats into the stack and writes here. The only types it takes are numbers, booleans,
/// characters, UTF-8 spans and strings, so that nothing can be boxed by mistake.
/// </remarks>
public abstract class TextOutput
{
    /// <summary>Takes a piece of UTF-8 text. The bytes are used before the call returns.</summary>
    /// <param name="utf8">The text; no terminator.</param>
    public abstract void Write(ReadOnlySpan<byte> utf8);

    /// <summary>Writes a string of ASCII characters; any other character becomes a question mark.</summary>
    /// <param name="text">The text; null writes nothing.</param>
    public void Write(string? text)
    {
        if (text is null)
        {
            return;
        }

        Span<byte> piece = stackalloc byte[64];
        int used = 0;
        foreach (char character in text)
        {
            if (used == piece.Length)
            {
                Write(piece);
                used = 0;
            }

            piece[used++] = character < 0x80 ? (byte)character : (byte)'?';
        }

        Write(piece.Slice(0, used));
    }

    /// <summary>Writes an interpolated string, piece by piece.</summary>
    /// <param name="text">Made by the compiler.</param>
    public void Write([InterpolatedStringHandlerArgument("")] ref TextInterpolation text)
    {
        _ = text;
    }

    /// <summary>Ends the line.</summary>
    public void WriteLine()
    {
        Write("\n"u8);
    }

    /// <summary>Writes a piece of UTF-8 text and ends the line.</summary>
    /// <param name="utf8">The text; no terminator.</param>
    public void WriteLine(ReadOnlySpan<byte> utf8)
    {
        Write(utf8);
        WriteLine();
    }

    /// <summary>Writes a string of ASCII characters and ends the line.</summary>
    /// <param name="text">The text; null writes an empty line.</param>
    public void WriteLine(string? text)
    {
        Write(text);
        WriteLine();
    }

    /// <summary>Writes an interpolated string and ends the line.</summary>
    /// <param name="text">Made by the compiler.</param>
    public void WriteLine([InterpolatedStringHandlerArgument("")] ref TextInterpolation text)
    {
        _ = text;
        WriteLine();
    }

    /// <summary>Writes the same byte several times.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="count">How often; zero or less writes nothing.</param>
    public void WriteRepeated(byte value, int count)
    {
        Span<byte> piece = stackalloc byte[32];
        piece.Fill(value);
        while (count > 0)
        {
            int length = Math.Min(count, piece.Length);
            Write(piece.Slice(0, length));
            count -= length;
        }
    }
}
