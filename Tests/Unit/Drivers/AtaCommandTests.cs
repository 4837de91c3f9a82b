using Reservoir.Drivers.Disk;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>Which command a transfer becomes; codes of ATA/ATAPI-6, chapter 8.</summary>
public sealed class AtaCommandTests
{
    private const ulong Far = 1UL << 28;

    [Theory]
    [InlineData(false, false, 0x20)] // READ SECTOR(S)
    [InlineData(false, true, 0xC4)] // READ MULTIPLE
    [InlineData(true, false, 0x30)] // WRITE SECTOR(S)
    [InlineData(true, true, 0xC5)] // WRITE MULTIPLE
    public void ANearTransferIsAShortCommand(bool isWrite, bool isMultiple, byte code)
    {
        AtaCommand command = AtaCommand.Transfer(isWrite, isMultiple, 0, 1);
        Assert.Equal(code, command.Code);
        Assert.False(command.IsExtended);
    }

    [Theory]
    [InlineData(false, false, 0x24)] // READ SECTOR(S) EXT
    [InlineData(false, true, 0x29)] // READ MULTIPLE EXT
    [InlineData(true, false, 0x34)] // WRITE SECTOR(S) EXT
    [InlineData(true, true, 0x39)] // WRITE MULTIPLE EXT
    public void AFarTransferIsAWideCommand(bool isWrite, bool isMultiple, byte code)
    {
        AtaCommand command = AtaCommand.Transfer(isWrite, isMultiple, Far, 1);
        Assert.Equal(code, command.Code);
        Assert.True(command.IsExtended);
    }

    [Fact]
    public void TheMostBlocksOfAShortCommandAreWrittenAsZero()
    {
        AtaCommand command = AtaCommand.Transfer(isWrite: false, isMultiple: false, 0, 256);
        Assert.False(command.IsExtended);
        Assert.Equal(0, (byte)command.Count);
    }

    [Fact]
    public void OneBlockMoreThanAShortCommandCanCountIsWide() => Assert.True(AtaCommand.Transfer(isWrite: false, isMultiple: false, 0, 257).IsExtended);

    [Fact]
    public void ATransferThatOnlyEndsFarIsWide() => Assert.True(AtaCommand.Transfer(isWrite: true, isMultiple: true, Far - 8, 16).IsExtended);

    [Fact]
    public void TheLastAddressOf28BitsIsNotForAShortCommand()
    {
        Assert.False(AtaCommand.Transfer(isWrite: false, isMultiple: false, Far - 2, 1).IsExtended);
        Assert.True(AtaCommand.Transfer(isWrite: false, isMultiple: false, Far - 1, 1).IsExtended);
        Assert.True(AtaCommand.Transfer(isWrite: false, isMultiple: false, Far - 2, 2).IsExtended);
    }

    [Fact]
    public void ATransferThatEndsNearIsShort() => Assert.False(AtaCommand.Transfer(isWrite: true, isMultiple: true, Far - 32, 16).IsExtended);

    [Fact]
    public void AddressAndCountArriveUnchanged()
    {
        AtaCommand command = AtaCommand.Transfer(isWrite: false, isMultiple: true, 0x9234_5678_9ABC, 300);
        Assert.Equal(0x9234_5678_9ABCul, command.Block);
        Assert.Equal(300, command.Count);
    }

    [Fact]
    public void ACommandWithoutDataHasNoAddressAndIsNotWide()
    {
        AtaCommand command = AtaCommand.Plain(AtaRegisters.FlushCacheExt);
        Assert.Equal(0xEA, command.Code);
        Assert.Equal(0ul, command.Block);
        Assert.Equal(0, command.Count);
        Assert.False(command.IsExtended);
    }

    [Fact]
    public void NoReadIsMistakenForAWrite()
    {
        foreach (ulong block in new[] { 0ul, Far })
        {
            foreach (bool isMultiple in new[] { false, true })
            {
                byte read = AtaCommand.Transfer(isWrite: false, isMultiple, block, 1).Code;
                byte write = AtaCommand.Transfer(isWrite: true, isMultiple, block, 1).Code;
                Assert.NotEqual(read, write);
            }
        }
    }
}
