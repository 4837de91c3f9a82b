using System;
using System.Text;
using Cosmos.HAL;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>Scan codes of set 1 (IBM PS/2 technical reference, keyboard), and a keyboard to press them on.</summary>
internal sealed class Keys
{
    public const byte Extended = 0xE0;
    public const byte ExtendedPause = 0xE1;
    public const byte Released = 0x80;
    public const byte A = 0x1E;
    public const byte C = 0x2E;
    public const byte One = 0x02;
    public const byte Control = 0x1D;
    public const byte LeftShift = 0x2A;
    public const byte RightShift = 0x36;
    public const byte CapsLock = 0x3A;
    public const byte NumLock = 0x45;

    private readonly ScanCodeDecoder _decoder = new();

    /// <summary>What a sequence of codes types, control characters included.</summary>
    public string Send(params ReadOnlySpan<byte> codes)
    {
        var text = new StringBuilder();
        foreach (byte code in codes)
        {
            text.Append(Encoding.ASCII.GetString(_decoder.Decode(code)));
        }

        return text.ToString();
    }

    /// <summary>What pressing and releasing a key types.</summary>
    public string Tap(byte key) => Send(key, (byte)(key | Released));
}
