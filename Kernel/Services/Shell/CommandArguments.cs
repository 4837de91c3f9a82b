using System;
using System.Buffers.Text;

namespace Reservoir.Shell;

/// <summary>The words behind a command, taken one after the other. Words are separated by blanks. Nothing is copied; any context.</summary>
public ref struct CommandArguments
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Makes the arguments of a line.</summary>
    /// <param name="line">The line, in UTF-8.</param>
    public CommandArguments(ReadOnlySpan<byte> line)
    {
        _rest = line.Trim((byte)' ');
    }

    /// <summary>Whether no word is left.</summary>
    public readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>Takes the next word.</summary>
    /// <returns>The word; empty if none is left.</returns>
    public ReadOnlySpan<byte> Next()
    {
        int end = _rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = end < 0 ? _rest : _rest.Slice(0, end);
        _rest = end < 0 ? default : _rest.Slice(end).TrimStart((byte)' ');
        return word;
    }

    /// <summary>Parses a whole word as a decimal number.</summary>
    /// <param name="word">The word.</param>
    /// <param name="number">The number; zero if the word is none.</param>
    /// <returns>False if it is no number, or larger than 64 bits.</returns>
    public static bool TryParse(ReadOnlySpan<byte> word, out ulong number) =>
        Utf8Parser.TryParse(word, out number, out int used) && used == word.Length;
}
