using System;
using Cosmos.Common;

namespace Cosmos.HAL;

/// <summary>
/// Turns a keyboard's scan codes (set 1, as the controller translates them) into the bytes that a terminal would send, for a US layout.
/// </summary>
/// <remarks>Letters and signs with Shift and Caps Lock, Ctrl with a letter as its control code, Enter as <c>\r</c>, arrows and Home, End,
/// Delete as ANSI escape sequences. Everything else is silent. Constant time, no hardware: it is tested on the host.</remarks>
[AllocationFree]
public sealed class ScanCodeDecoder
{
    private const byte Extended = 0xE0;
    private const byte Released = 0x80;
    private const byte LeftShift = 0x2A;
    private const byte RightShift = 0x36;
    private const byte Control = 0x1D;
    private const byte CapsLockKey = 0x3A;

    private bool _extended;
    private bool _leftShift;
    private bool _rightShift;
    private bool _control;
    private bool _capsLock;
    private bool _capsLockHeld;

    private static ReadOnlySpan<byte> Plain => "\0\u001b1234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 "u8;

    private static ReadOnlySpan<byte> Shifted => "\0\u001b!@#$%^&*()_+\b\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 "u8;

    /// <summary>Takes one code.</summary>
    /// <param name="code">The code.</param>
    /// <returns>The bytes it stands for; empty for most. Valid for ever.</returns>
    public ReadOnlySpan<byte> Decode(byte code)
    {
        if (code == Extended)
        {
            _extended = true;
            return default;
        }

        bool extended = _extended;
        _extended = false;
        bool pressed = (code & Released) == 0;
        byte key = (byte)(code & ~Released);
        switch (key)
        {
            case LeftShift when !extended:
                _leftShift = pressed;
                return default;
            case RightShift when !extended:
                _rightShift = pressed;
                return default;
            case Control:
                _control = pressed;
                return default;
            case CapsLockKey:
                // A key that is held repeats its code.
                _capsLock ^= pressed && !_capsLockHeld;
                _capsLockHeld = pressed;
                return default;
        }

        if (!pressed)
        {
            return default;
        }

        return extended ? DecodeExtended(key) : DecodePlain(key);
    }

    private static ReadOnlySpan<byte> DecodeExtended(byte key) => key switch
    {
        0x1C => "\r"u8,
        0x35 => "/"u8,
        0x48 => "\u001b[A"u8,
        0x50 => "\u001b[B"u8,
        0x4D => "\u001b[C"u8,
        0x4B => "\u001b[D"u8,
        0x47 => "\u001b[H"u8,
        0x4F => "\u001b[F"u8,
        0x53 => "\u001b[3~"u8,
        _ => default,
    };

    private ReadOnlySpan<byte> DecodePlain(byte key)
    {
        if (key >= Plain.Length || Plain[key] == 0)
        {
            return default;
        }

        byte plain = Plain[key];
        bool isLetter = plain is >= (byte)'a' and <= (byte)'z';
        if (_control)
        {
            return isLetter ? ControlCodes.Slice(plain - 'a', 1) : default;
        }

        bool shift = (_leftShift || _rightShift) ^ (isLetter && _capsLock);
        return (shift ? Shifted : Plain).Slice(key, 1);
    }

    private static ReadOnlySpan<byte> ControlCodes =>
    [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
    ];
}
