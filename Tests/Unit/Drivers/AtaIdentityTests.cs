using Reservoir.Drivers.Disk;
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
