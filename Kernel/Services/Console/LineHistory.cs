using System;

namespace Reservoir.Console;

/// <summary>The last lines that were typed, in memory of fixed size: a new one replaces the oldest. Shell thread only.</summary>
public sealed class LineHistory
{
    private readonly byte[] _text;
    private readonly int[] _lengths;
    private readonly int _lineLength;
    private int _newest;

    /// <summary>Makes an empty history. Boot context.</summary>
    /// <param name="lines">Lines it remembers.</param>
    /// <param name="lineLength">Bytes of the longest line.</param>
    public LineHistory(int lines, int lineLength)
    {
        _text = new byte[lines * lineLength];
        _lengths = new int[lines];
        _lineLength = lineLength;
    }

    /// <summary>Lines it remembers now.</summary>
    public int Count { get; private set; }

    /// <summary>Remembers a line, unless it is empty, too long, or the same as the newest.</summary>
    /// <param name="line">The line.</param>
    public void Add(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line.Length > _lineLength || (Count != 0 && line.SequenceEqual(this[0])))
        {
            return;
        }

        _newest = (_newest + 1) % _lengths.Length;
        line.CopyTo(_text.AsSpan(_newest * _lineLength));
        _lengths[_newest] = line.Length;
        Count = Math.Min(Count + 1, _lengths.Length);
    }

    /// <summary>A line; empty if it isn't remembered.</summary>
    /// <param name="age">0 for the newest.</param>
    public ReadOnlySpan<byte> this[int age]
    {
        get
        {
            if ((uint)age >= (uint)Count)
            {
                return default;
            }

            int line = (_newest - age + _lengths.Length) % _lengths.Length;
            return _text.AsSpan(line * _lineLength, _lengths[line]);
        }
    }
}
