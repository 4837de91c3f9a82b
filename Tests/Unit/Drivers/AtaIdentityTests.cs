using Reservoir.Drivers.Ata;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

public sealed class AtaIdentityTests
{
    private readonly IdentifyAnswer _answer = new();

    [Fact]
    public void TheModelIsReadInOrderAndWithoutItsPadding() => Assert.Equal("QEMU HARDDISK", _answer.Parse().Model);

    [Fact]
    public void AModelOfFullLengthLosesNothing()
    {
        const string model = "0123456789ABCDEFGHIJ0123456789ABCDEFGHIJ";
        _answer.SetModel(model);
        Assert.Equal(model, _answer.Parse().Model);
    }

    [Fact]
    public void ControlCharactersInAModelDoNotReachTheScreen()
    {
        _answer.SetModel("BAD\u001b[2J\u0000DISK");
        Assert.Equal("BAD?[2J?DISK", _answer.Parse().Model);
    }

    [Fact]
    public void ANarrowDriveHasTheCapacityOfItsNarrowWords()
    {
        AtaIdentity identity = _answer.Parse();
        Assert.Equal(IdentifyAnswer.Gibibyte, identity.BlockCount);
        Assert.False(identity.HasExtendedAddresses);
    }

    [Fact]
    public void AWideDriveHasTheCapacityOfItsWideWords()
    {
        _answer.SetCapacity(0x0FFFFFFF);
        _answer.SetWideCapacity(0x1_2345_6789);
        AtaIdentity identity = _answer.Parse();
        Assert.Equal(0x1_2345_6789ul, identity.BlockCount);
        Assert.True(identity.HasExtendedAddresses);
    }

    [Fact]
    public void WideCapacityOfADriveWithoutWideAddressesDoesNotCount()
    {
        _answer.SetWideCapacity(0x1_2345_6789);
        _answer[IdentifyAnswer.CommandSets] = IdentifyAnswer.WordIsValid;
        Assert.Equal(IdentifyAnswer.Gibibyte, _answer.Parse().BlockCount);
    }

    [Fact]
    public void AWideFlushIsKnownByItsOwnBit()
    {
        Assert.False(_answer.Parse().HasExtendedFlush);
        _answer[IdentifyAnswer.CommandSets] = IdentifyAnswer.WordIsValid | IdentifyAnswer.WideFlush;
        Assert.True(_answer.Parse().HasExtendedFlush);
    }

    [Theory]
    [InlineData(0x8010, 16)]
    [InlineData(0x8000, 0)]
    [InlineData(0x0000, 0)]
    public void OnlyTheLowerHalfOfItsWordCountsBlocksPerInterrupt(ushort word, int blocks)
    {
        _answer[IdentifyAnswer.Multiple] = word;
        Assert.Equal(blocks, _answer.Parse().MostBlocksPerInterrupt);
    }

    [Theory]
    [InlineData(0xFFFF)]
    [InlineData(0x2400)]
    [InlineData(0x0000)]
    public void AWordThatDoesNotSayThatItIsValidPromisesNothing(ushort word)
    {
        _answer.SetWideCapacity(0x1_2345_6789);
        _answer[IdentifyAnswer.CommandSets] = word;
        AtaIdentity identity = _answer.Parse();
        Assert.False(identity.HasExtendedAddresses);
        Assert.False(identity.HasExtendedFlush);
        Assert.Equal(IdentifyAnswer.Gibibyte, identity.BlockCount);
    }

    [Fact]
    public void NoDriveHasMoreBlocksThanItsAddressesCanName()
    {
        _answer.SetCapacity(uint.MaxValue);
        Assert.Equal(0x0FFFFFFFul, _answer.Parse().BlockCount);
        _answer.SetWideCapacity(ulong.MaxValue);
        Assert.Equal(0xFFFF_FFFF_FFFFul, _answer.Parse().BlockCount);
    }

    [Theory]
    [InlineData(0, 0x0407, 0, true)] // multiword mode 2 is selected
    [InlineData(4, 0x0007, 0x203F, true)] // Ultra mode 5 is selected
    [InlineData(4, 0x0007, 0x003F, false)] // nothing is selected
    [InlineData(0, 0x0007, 0x203F, false)] // the Ultra word doesn't count
    public void DmaTakesAModeThatTheFirmwareHasSelected(ushort validity, ushort multiword, ushort ultra, bool hasDma)
    {
        _answer[IdentifyAnswer.Capabilities] = IdentifyAnswer.Lba | IdentifyAnswer.Dma;
        _answer[IdentifyAnswer.Validity] = validity;
        _answer[IdentifyAnswer.MultiwordDma] = multiword;
        _answer[IdentifyAnswer.UltraDma] = ultra;
        Assert.Equal(hasDma, _answer.Parse().HasDma);
        _answer[IdentifyAnswer.Capabilities] = IdentifyAnswer.Lba;
        Assert.False(_answer.Parse().HasDma);
    }

    [Theory]
    [InlineData(0x0020, 0x4000, true)]
    [InlineData(0x0000, 0x4000, false)]
    [InlineData(0x0020, 0x0000, false)]
    [InlineData(0xFFFF, 0xFFFF, false)]
    public void TheWriteCacheIsOnIfAValidWordSaysSo(ushort enabled, ushort defaults, bool isOn)
    {
        _answer[IdentifyAnswer.Enabled] = enabled;
        _answer[IdentifyAnswer.Defaults] = defaults;
        Assert.Equal(isOn, _answer.Parse().HasWriteCache);
    }

    [Fact]
    public void AnAnswerThatIsTooShortIsRefused()
    {
        Assert.False(AtaIdentity.TryParse(_answer.Bytes[..^1], out AtaIdentity identity));
        Assert.Equal(0ul, identity.BlockCount);
        Assert.False(AtaIdentity.TryParse(default, out _));
    }

    [Fact]
    public void ADriveWithoutBlockAddressesIsRefused()
    {
        _answer[IdentifyAnswer.Capabilities] = unchecked((ushort)~IdentifyAnswer.Lba);
        Assert.False(AtaIdentity.TryParse(_answer.Bytes, out _));
    }

    [Fact]
    public void ADriveWithoutBlocksIsRefused()
    {
        _answer.SetCapacity(0);
        Assert.False(AtaIdentity.TryParse(_answer.Bytes, out _));
    }

    [Fact]
    public void AnAnswerOfZerosIsRefused() => Assert.False(AtaIdentity.TryParse(new byte[AtaIdentity.Bytes], out _));
}
