using System;

namespace Cosmos.Common;

/// <summary>
/// Collects a line from its pieces and passes it on whole, so that the lines of several threads don't mix. Each thread has one of its own.
/// </summary>
public sealed class TextLine : TextOutput
{
    private readonly TextOutput _output;
    private readonly byte[] _line;
    private int _length;

    /// <summary>Makes an empty line. Boot context.</summary>
    /// <param name="output">Where whole lines go, each in one piece.</param>
    /// <param name="capacity">The longest line in bytes; a longer one is passed on in parts.</param>
    public TextLine(TextOutput output, int capacity)
    {
        _output = output;
        _line = new byte[capacity];
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> utf8)
    {
        foreach (byte value in utf8)
        {
            _line[_length++] = value;
            if (value == '\n' || _length == _line.Length)
            {
                _output.Write(_line.AsSpan(0, _length));
                _length = 0;
            }
        }
    }
}
