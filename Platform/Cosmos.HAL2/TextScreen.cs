using System;
using Cosmos.Common;
using Cosmos.Core;

namespace Cosmos.HAL;

/// <summary>
/// The VGA text screen, 80 by 25 characters (IBM VGA technical reference: text memory at B8000h, CRT controller at 3D4h). Thread and boot
/// context.
/// </summary>
/// <remarks>Text wraps at the right edge and scrolls at the bottom. It knows line feed, carriage return, backspace and tab; any byte that
/// isn't printable ASCII shows as a question mark.</remarks>
[AllocationFree]
public sealed class TextScreen : TextOutput
{
    /// <summary>Characters in a line.</summary>
    public const int Cols = 80;

    /// <summary>Lines.</summary>
    public const int Rows = 25;

    private const nuint TextMemory = 0xB8000;
    private const int ControllerIndex = 0x3D4;
    private const int ControllerData = 0x3D5;
    private const byte CursorStart = 0x0A;
    private const byte CursorEnd = 0x0B;
    private const byte CursorHigh = 0x0E;
    private const byte CursorLow = 0x0F;
    private const byte UnderlineFirstLine = 14;
    private const byte UnderlineLastLine = 15;
    private const int TabWidth = 8;

    private ushort _attribute = 0x0700;
    private int _column;
    private int _row;

    /// <summary>Clears the screen. Only where there is one (<see cref="Core.Multiboot.Multiboot2.HasTextScreen"/>).</summary>
    public TextScreen()
    {
        WriteController(CursorStart, UnderlineFirstLine);
        WriteController(CursorEnd, UnderlineLastLine);
        Clear();
    }

    /// <summary>Sets the colours of what is written from now on.</summary>
    /// <param name="aForeground">Of the characters.</param>
    /// <param name="aBackground">Behind them; only the dark half of the colours.</param>
    public void SetColors(ConsoleColor aForeground, ConsoleColor aBackground)
    {
        _attribute = (ushort)(VgaColour(aForeground) << 8 | (VgaColour(aBackground) & 7) << 12);
    }

    /// <summary>Blanks everything and goes to the top.</summary>
    public void Clear()
    {
        for (int row = 0; row < Rows; row++)
        {
            ClearRow(row);
        }

        _column = 0;
        _row = 0;
        ShowCursor();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> utf8)
    {
        foreach (byte value in utf8)
        {
            Put(value);
        }

        ShowCursor();
    }

    private void Put(byte value)
    {
        switch (value)
        {
            case (byte)'\n':
                NextRow();
                break;
            case (byte)'\r':
                _column = 0;
                break;
            case (byte)'\b':
                _column = Math.Max(0, _column - 1);
                break;
            case (byte)'\t':
                _column = Math.Min(Cols - 1, (_column / TabWidth + 1) * TabWidth);
                break;
            default:
                if (_column == Cols)
                {
                    NextRow();
                }

                Mmio.Write16(Cell(_column++, _row), (ushort)(_attribute | (value is >= 0x20 and < 0x7F ? value : (byte)'?')));
                break;
        }
    }

    private void NextRow()
    {
        _column = 0;
        if (++_row < Rows)
        {
            return;
        }

        _row = Rows - 1;
        for (int i = 0; i < (Rows - 1) * Cols; i += 4)
        {
            nuint to = TextMemory + (nuint)(i * sizeof(ushort));
            Mmio.Write64(to, Mmio.Read64(to + Cols * sizeof(ushort)));
        }

        ClearRow(_row);
    }

    private void ClearRow(int row)
    {
        ulong blank = (ulong)(_attribute | ' ') * 0x0001_0001_0001_0001;
        for (int column = 0; column < Cols; column += 4)
        {
            Mmio.Write64(Cell(column, row), blank);
        }
    }

    private void ShowCursor()
    {
        int position = _row * Cols + Math.Min(_column, Cols - 1);
        WriteController(CursorHigh, (byte)(position >> 8));
        WriteController(CursorLow, (byte)position);
    }

    private static nuint Cell(int column, int row) => TextMemory + (nuint)((row * Cols + column) * sizeof(ushort));

    private static void WriteController(byte register, byte value)
    {
        IOPort.Write8(ControllerIndex, register);
        IOPort.Write8(ControllerData, value);
    }

    /// <summary><see cref="ConsoleColor"/> numbers the colours as the VGA does.</summary>
    private static int VgaColour(ConsoleColor colour) => (int)colour & 0xF;
}
