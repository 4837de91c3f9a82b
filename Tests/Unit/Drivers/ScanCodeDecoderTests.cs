using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

public sealed class ScanCodeDecoderTests
{
    private readonly Keys _keys = new();

    [Theory]
    [InlineData(0x01, "\u001b", "\u001b")]
    [InlineData(0x02, "1234567890-=\b\t", "!@#$%^&*()_+\b\t")]
    [InlineData(0x10, "qwertyuiop[]\r", "QWERTYUIOP{}\r")]
    [InlineData(0x1E, "asdfghjkl;'`", "ASDFGHJKL:\"~")]
    [InlineData(0x2B, "\\zxcvbnm,./", "|ZXCVBNM<>?")]
    [InlineData(0x37, "*", "*")]
    [InlineData(0x39, " ", " ")]
    public void EveryKeyOfARowTypesWhatIsPrintedOnIt(byte first, string plain, string shifted)
    {
        for (int i = 0; i < plain.Length; i++)
        {
            Assert.Equal(plain[i].ToString(), _keys.Tap((byte)(first + i)));
        }

        _keys.Send(Keys.LeftShift);
        for (int i = 0; i < shifted.Length; i++)
        {
            Assert.Equal(shifted[i].ToString(), _keys.Tap((byte)(first + i)));
        }
    }

    [Theory]
    [InlineData(0x48, "\u001b[A")]
    [InlineData(0x50, "\u001b[B")]
    [InlineData(0x4D, "\u001b[C")]
    [InlineData(0x4B, "\u001b[D")]
    [InlineData(0x47, "\u001b[H")]
    [InlineData(0x4F, "\u001b[F")]
    [InlineData(0x53, "\u001b[3~")]
    [InlineData(0x1C, "\r")]
    [InlineData(0x35, "/")]
    public void AnExtendedKeySendsWhatATerminalWould(byte key, string expected)
    {
        Assert.Equal(expected, _keys.Send(Keys.Extended, key));
        Assert.Equal("", _keys.Send(Keys.Extended, (byte)(key | Keys.Released)));
    }

    [Fact]
    public void ControlWithEachLetterSendsItsControlCode()
    {
        const string rows = "qwertyuiop\0\0\0\0asdfghjkl\0\0\0\0\0zxcvbnm";
        _keys.Send(Keys.Control);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] != '\0')
            {
                Assert.Equal(((char)(rows[i] - 'a' + 1)).ToString(), _keys.Tap((byte)(0x10 + i)));
            }
        }
    }

    [Fact]
    public void TheRightControlKeyIsAControlKey() => Assert.Equal("\u0003", _keys.Send(Keys.Extended, Keys.Control, Keys.C));

    [Fact]
    public void CapsLockStaysAfterItsKeyIsReleased()
    {
        _keys.Tap(Keys.CapsLock);
        Assert.Equal("A", _keys.Tap(Keys.A));
        _keys.Tap(Keys.CapsLock);
        Assert.Equal("a", _keys.Tap(Keys.A));
    }

    [Fact]
    public void CapsLockThatIsHeldDoesNotToggleAgain()
    {
        _keys.Send(Keys.CapsLock, Keys.CapsLock);
        Assert.Equal("A", _keys.Tap(Keys.A));
        _keys.Send(Keys.CapsLock | Keys.Released);
        Assert.Equal("A", _keys.Tap(Keys.A));
    }

    [Fact]
    public void CapsLockDoesNotChangeDigits()
    {
        _keys.Tap(Keys.CapsLock);
        Assert.Equal("1", _keys.Tap(Keys.One));
    }

    [Fact]
    public void ShiftUndoesCapsLockForLettersOnly()
    {
        _keys.Tap(Keys.CapsLock);
        _keys.Send(Keys.RightShift);
        Assert.Equal("a", _keys.Tap(Keys.A));
        Assert.Equal("!", _keys.Tap(Keys.One));
    }

    [Fact]
    public void ReleasedShiftShiftsNothing()
    {
        _keys.Tap(Keys.LeftShift);
        Assert.Equal("a", _keys.Tap(Keys.A));
    }

    [Fact]
    public void OneShiftKeyReleasedLeavesTheOtherPressed()
    {
        _keys.Send(Keys.LeftShift, Keys.RightShift, Keys.LeftShift | Keys.Released);
        Assert.Equal("A", _keys.Tap(Keys.A));
        _keys.Send(Keys.RightShift | Keys.Released);
        Assert.Equal("a", _keys.Tap(Keys.A));
    }

    [Fact]
    public void ReleasedControlControlsNothing()
    {
        _keys.Tap(Keys.Control);
        Assert.Equal("c", _keys.Tap(Keys.C));
    }

    [Fact]
    public void ControlWithADigitIsSilent()
    {
        _keys.Send(Keys.Control);
        Assert.Equal("", _keys.Tap(Keys.One));
    }

    [Fact]
    public void AKeyThatIsReleasedIsSilent()
    {
        for (int code = Keys.Released; code <= byte.MaxValue; code++)
        {
            Assert.Equal("", new Keys().Send((byte)code));
        }
    }

    [Fact]
    public void KeysWithoutATextAreSilent()
    {
        byte[] texts = [0x37, 0x39];
        for (byte code = 0x36; code < Keys.Released; code++)
        {
            if (System.Array.IndexOf(texts, code) < 0)
            {
                Assert.Equal("", new Keys().Send(code));
            }
        }

        Assert.Equal("", _keys.Send(0));
    }

    /// <summary>A keyboard sends them around the arrows while Num Lock is on, and before Print Screen.</summary>
    [Fact]
    public void TheShiftsThatAKeyboardAddsByItselfShiftNothing()
    {
        Assert.Equal("\u001b[A", _keys.Send(Keys.Extended, Keys.LeftShift, Keys.Extended, 0x48));
        Assert.Equal("a", _keys.Tap(Keys.A));
        _keys.Send(Keys.Extended, Keys.RightShift);
        Assert.Equal("a", _keys.Tap(Keys.A));
    }

    [Fact]
    public void AnUnknownExtendedKeyIsSilentAndTheNextKeyIsPlain()
    {
        Assert.Equal("", _keys.Send(Keys.Extended, Keys.A));
        Assert.Equal("a", _keys.Tap(Keys.A));
    }

    [Fact]
    public void ThePauseKeyIsSilentAndLeavesNothingPressed()
    {
        Assert.Equal("",
            _keys.Send(Keys.ExtendedPause, Keys.Control, Keys.NumLock, Keys.ExtendedPause, Keys.Control | Keys.Released,
            Keys.NumLock | Keys.Released));
        Assert.Equal("a", _keys.Tap(Keys.A));
    }
}
