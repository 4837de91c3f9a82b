using System;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>
/// The console of last resort: text straight to the first serial port and, where there is one, the VGA text screen. Needs no heap, no
/// interrupts and no driver; any context, also before the first object exists and inside a panic.
/// </summary>
/// <remarks>
/// It only ever writes. Line speed and format are set, but the receive side is left as it is: what was typed during boot belongs to the
/// serial driver.
/// </remarks>
[AllocationFree]
public sealed unsafe class BootConsole : TextOutput
{
    private const int SerialBase = 0x3F8;
    private const int LineControl = SerialBase + 3;
    private const int LineStatus = SerialBase + 5;
    private const byte DivisorLatch = 0x80;
    private const byte EightBitsNoParity = 0x03;
    private const byte TransmitEmpty = 0x20;
    private const int LongestWait = 100_000;
    private const nuint TextMemory = 0xB8000;
    private const int Columns = 80;
    private const int Rows = 25;
    private const ushort Attribute = 0x0700;

    private static bool s_usesScreen;
    private static int s_column;
    private static int s_row;

    private BootConsole()
    {
    }

    /// <summary>The console as a <see cref="TextOutput"/>; null before the managed heap exists.</summary>
    public static BootConsole Instance { get; private set; } = null!;

    /// <summary>Whether there is a VGA text screen for <see cref="TakeScreen"/>; false until the boot loader has been asked.</summary>
    internal static bool HasScreen { get; set; }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> utf8) => WriteBytes(utf8);

    /// <summary>Writes text, from wherever.</summary>
    /// <param name="utf8">The text; a line feed becomes carriage return and line feed on the serial line.</param>
    public static void WriteBytes(ReadOnlySpan<byte> utf8)
    {
        foreach (byte value in utf8)
        {
            if (value == '\n')
            {
                WriteSerial((byte)'\r');
            }

            WriteSerial(value);
            if (s_usesScreen)
            {
                WriteScreen(value);
            }
        }
    }

    /// <summary>
    /// From now on text also goes to the VGA text screen, from its top line on. Called when a panic is the only thing left to show, so that
    /// it does not fight with the screen's driver before.
    /// </summary>
    [MayAllocate("boot")]
    internal static void TakeScreen()
    {
        s_usesScreen = HasScreen;
        s_row = 0;
        s_column = 0;
    }

    internal static void InitialiseSerial()
    {
        IOPort.Write8(LineControl, DivisorLatch);
        IOPort.Write8(SerialBase, 1);
        IOPort.Write8(SerialBase + 1, 0);
        IOPort.Write8(LineControl, EightBitsNoParity);
    }

    [MayAllocate("boot")]
    internal static void CreateInstance() => Instance = new BootConsole();

    private static void WriteSerial(byte value)
    {
        for (int i = 0; i < LongestWait; i++)
        {
            if ((IOPort.Read8(LineStatus) & TransmitEmpty) != 0)
            {
                IOPort.Write8(SerialBase, value);
                return;
            }
        }
    }

    private static void WriteScreen(byte value)
    {
        if (value == '\n' || s_column == Columns)
        {
            s_column = 0;
            s_row++;
        }

        if (value < ' ' || s_row >= Rows)
        {
            return;
        }

        ushort* line = (ushort*)TextMemory + s_row * Columns;
        if (s_column == 0)
        {
            new Span<ushort>(line, Columns).Fill(Attribute | ' ');
        }

        line[s_column++] = (ushort)(Attribute | value);
    }
}
