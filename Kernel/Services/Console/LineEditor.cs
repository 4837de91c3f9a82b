using System;
using Cosmos.Common;

namespace Reservoir.Console;

/// <summary>
/// Turns keystrokes into lines: takes one byte at a time and echoes what it does with it.
/// </summary>
/// <remarks>
/// Backspace takes the last character away, Ctrl-U all of them, Ctrl-C throws the line away, Ctrl-L shows it again, arrow up and down bring
/// earlier lines back. Carriage return, line feed and both in a row end a line. Other control characters and escape sequences are
/// swallowed. Only the last character can be taken away, so that the echo needs nothing of the terminal but the backspace. A byte from 80h
/// up belongs to a character of UTF-8 and is kept as it is. Never waits, never allocates; shell thread only.
/// </remarks>
public sealed class LineEditor
{
    /// <summary>Bytes of the longest line.</summary>
    public const int MaximumLength = 160;

    /// <summary>Lines that can be brought back.</summary>
    public const int RememberedLines = 16;

    private const byte ControlC = 0x03;
    private const byte Backspace = 0x08;
    private const byte ControlL = 0x0C;
    private const byte ControlU = 0x15;
    private const byte Escape = 0x1B;
    private const byte Delete = 0x7F;

    private readonly TextOutput _echo;
    private readonly byte[] _line = new byte[MaximumLength];
    private readonly LineHistory _history = new(RememberedLines, MaximumLength);
    private SequenceState _sequence;
    private int _length;
    private int _recalled;
    private bool _ended;
    private bool _overflowed;
    private bool _afterReturn;

    /// <summary>Makes an editor with an empty line. Boot context.</summary>
    /// <param name="echo">Where the typing shows.</param>
    public LineEditor(TextOutput echo)
    {
        _echo = echo;
    }

    private enum SequenceState : byte
    {
        None,
        AfterEscape,
        InSequence,
    }

    /// <summary>What has been typed; after <see cref="LineEvent.Submitted"/> the complete line, until the next byte.</summary>
    public ReadOnlySpan<byte> Line => _line.AsSpan(0, _length);

    /// <summary>Takes one byte.</summary>
    /// <param name="value">The byte.</param>
    public LineEvent Accept(byte value)
    {
        if (_ended)
        {
            StartLine();
        }

        bool isSecondOfPair = value == '\n' && _afterReturn;
        _afterReturn = value == '\r';
        if (isSecondOfPair)
        {
            return LineEvent.None;
        }

        if (_sequence != SequenceState.None)
        {
            ContinueSequence(value);
            return LineEvent.None;
        }

        switch (value)
        {
            case (byte)'\r':
            case (byte)'\n':
                return EndLine(_overflowed ? LineEvent.TooLong : LineEvent.Submitted);
            case ControlC:
                _echo.Write("^C"u8);
                return EndLine(LineEvent.Cancelled);
            case ControlU:
                Erase();
                break;
            case ControlL:
                return LineEvent.Redraw;
            case Backspace:
            case Delete:
                TakeBack();
                break;
            case Escape:
                _sequence = SequenceState.AfterEscape;
                break;
            case (byte)'\t':
                Append((byte)' ');
                break;
            default:
                if (value >= (byte)' ')
                {
                    Append(value);
                }

                break;
        }

        return LineEvent.None;
    }

    private void StartLine()
    {
        _length = 0;
        _recalled = 0;
        _ended = false;
        _overflowed = false;
    }

    private LineEvent EndLine(LineEvent result)
    {
        _echo.WriteLine();
        _ended = true;
        if (result == LineEvent.Submitted)
        {
            _history.Add(Line);
        }

        return result;
    }

    private void Append(byte value)
    {
        if (_length == MaximumLength)
        {
            _overflowed = true;
            return;
        }

        _line[_length++] = value;
        _echo.Write(_line.AsSpan(_length - 1, 1));
    }

    // What was typed behind the end is not known any more, so that nothing but starting again makes an overflowed line good.
    private void Erase()
    {
        while (_length > 0)
        {
            TakeBack();
        }

        _overflowed = false;
    }

    private void TakeBack()
    {
        if (_length == 0)
        {
            return;
        }

        while (--_length > 0 && IsContinuation(_line[_length]))
        {
        }

        _echo.Write("\b \b"u8);
    }

    private void ContinueSequence(byte value)
    {
        if (_sequence == SequenceState.AfterEscape)
        {
            _sequence = value is (byte)'[' or (byte)'O' ? SequenceState.InSequence : SequenceState.None;
            return;
        }

        // ECMA-48 section 5.4: parameters and intermediates up to 3Fh, then one final byte.
        if (value is >= 0x20 and < 0x40)
        {
            return;
        }

        _sequence = SequenceState.None;
        if (value == 'A')
        {
            Recall(_recalled + 1);
        }
        else if (value == 'B')
        {
            Recall(_recalled - 1);
        }
    }

    private void Recall(int age)
    {
        if (age < 0 || age > _history.Count)
        {
            return;
        }

        Erase();
        _recalled = age;
        ReadOnlySpan<byte> line = age == 0 ? default : _history[age - 1];
        line.CopyTo(_line);
        _length = line.Length;
        _echo.Write(line);
    }

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;
}
