using System;

namespace Cosmos.Common;

/// <summary>
/// The last few thousand bytes of text that were written: a ring that forgets whole lines, oldest first.
/// </summary>
/// <remarks>
/// Writing is a copy of constant cost per byte and never fails. It is not synchronised: whoever shares a log between contexts masks
/// interrupts around a write.
/// </remarks>
public sealed class TextLog : TextOutput
{
    private readonly byte[] _ring;
    private ulong _written;

    /// <summary>Makes an empty log. Boot context.</summary>
    /// <param name="capacity">Bytes kept; a power of two, at least 64.</param>
    public TextLog(int capacity)
    {
        if (capacity < 64 || (capacity & (capacity - 1)) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(capacity), "a power of two from 64 up");
        }

        _ring = new byte[capacity];
    }

    /// <summary>All bytes ever written, also those that are forgotten.</summary>
    public ulong Written => _written;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> utf8)
    {
        foreach (byte value in utf8)
        {
            _ring[(int)(_written & (ulong)(_ring.Length - 1))] = value;
            _written++;
        }
    }

    /// <summary>Writes what is remembered; if something was forgotten, from the first complete line on.</summary>
    /// <param name="output">Where to; must not be this log.</param>
    /// <param name="from">Where to begin, as a value of <see cref="Written"/>; 0 for everything.</param>
    public void CopyTo(TextOutput output, ulong from)
    {
        ulong end = _written;
        ulong oldest = end > (ulong)_ring.Length ? end - (ulong)_ring.Length : 0;
        ulong start = Math.Max(from, oldest);
        if (start != from)
        {
            while (start < end && ByteAt(start++) != '\n')
            {
            }
        }

        Span<byte> piece = stackalloc byte[64];
        while (start < end)
        {
            int length = 0;
            while (length < piece.Length && start < end)
            {
                piece[length++] = ByteAt(start++);
            }

            output.Write(piece.Slice(0, length));
        }
    }

    private byte ByteAt(ulong position) => _ring[(int)(position & (ulong)(_ring.Length - 1))];
}
