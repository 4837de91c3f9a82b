using System;
using Reservoir.Drivers.Ata;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>Which command a transfer becomes; codes of ATA/ATAPI-6, chapter 8.</summary>
public sealed class AtaCommandTests
{
    private const ulong Far = 1UL << 28;

    [Theory]
    [InlineData(false, AtaProtocol.Single, 0x20)] // READ SECTOR(S)
    [InlineData(false, AtaProtocol.Multiple, 0xC4)] // READ MULTIPLE
    [InlineData(false, AtaProtocol.Dma, 0xC8)] // READ DMA
    [InlineData(true, AtaProtocol.Single, 0x30)] // WRITE SECTOR(S)
    [InlineData(true, AtaProtocol.Multiple, 0xC5)] // WRITE MULTIPLE
    [InlineData(true, AtaProtocol.Dma, 0xCA)] // WRITE DMA
    internal void ANearTransferIsAShortCommand(bool isWrite, AtaProtocol protocol, byte code)
    {
        AtaCommand command = AtaCommand.Transfer(isWrite, protocol, 0, 1);
        Assert.Equal(code, command.Code);
        Assert.False(command.IsExtended);
        Assert.Equal(protocol == AtaProtocol.Dma, command.IsDma);
    }

    [Theory]
    [InlineData(false, AtaProtocol.Single, 0x24)] // READ SECTOR(S) EXT
    [InlineData(false, AtaProtocol.Multiple, 0x29)] // READ MULTIPLE EXT
    [InlineData(false, AtaProtocol.Dma, 0x25)] // READ DMA EXT
    [InlineData(true, AtaProtocol.Single, 0x34)] // WRITE SECTOR(S) EXT
    [InlineData(true, AtaProtocol.Multiple, 0x39)] // WRITE MULTIPLE EXT
    [InlineData(true, AtaProtocol.Dma, 0x35)] // WRITE DMA EXT
    internal void AFarTransferIsAWideCommand(bool isWrite, AtaProtocol protocol, byte code)
    {
        AtaCommand command = AtaCommand.Transfer(isWrite, protocol, Far, 1);
        Assert.Equal(code, command.Code);
        Assert.True(command.IsExtended);
        Assert.Equal(protocol == AtaProtocol.Dma, command.IsDma);
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(115, 115)]
    [InlineData(116, 100)]
    [InlineData(99, 100)]
    [InlineData(0, 100)]
    [InlineData(ulong.MaxValue, 100)]
    public void AnAddressThatIsNoneOfTheCommandsIsNotReportedAsBad(ulong shown, ulong reported)
    {
        Assert.Equal(reported, AtaCommand.Transfer(isWrite: false, AtaProtocol.Dma, 100, 16).FailedBlock(shown));
    }

    [Fact]
    public void TheMostBlocksOfAShortCommandAreWrittenAsZero()
    {
        AtaCommand command = AtaCommand.Transfer(isWrite: false, AtaProtocol.Single, 0, 256);
        Assert.False(command.IsExtended);
        Assert.Equal(0, (byte)command.Count);
    }

    [Fact]
    public void OneBlockMoreThanAShortCommandCanCountIsWide() =>
        Assert.True(AtaCommand.Transfer(isWrite: false, AtaProtocol.Single, 0, 257).IsExtended);

    [Fact]
    public void ATransferThatOnlyEndsFarIsWide() =>
        Assert.True(AtaCommand.Transfer(isWrite: true, AtaProtocol.Multiple, Far - 8, 16).IsExtended);

    [Fact]
    public void TheLastAddressOf28BitsIsNotForAShortCommand()
    {
        Assert.False(AtaCommand.Transfer(isWrite: false, AtaProtocol.Single, Far - 2, 1).IsExtended);
        Assert.True(AtaCommand.Transfer(isWrite: false, AtaProtocol.Single, Far - 1, 1).IsExtended);
        Assert.True(AtaCommand.Transfer(isWrite: false, AtaProtocol.Single, Far - 2, 2).IsExtended);
    }

    [Fact]
    public void ATransferThatEndsNearIsShort() =>
        Assert.False(AtaCommand.Transfer(isWrite: true, AtaProtocol.Multiple, Far - 32, 16).IsExtended);

    [Fact]
    public void AddressAndCountArriveUnchanged()
    {
        AtaCommand command = AtaCommand.Transfer(isWrite: false, AtaProtocol.Multiple, 0x9234_5678_9ABC, 300);
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
            foreach (AtaProtocol protocol in Enum.GetValues<AtaProtocol>())
            {
                byte read = AtaCommand.Transfer(isWrite: false, protocol, block, 1).Code;
                byte write = AtaCommand.Transfer(isWrite: true, protocol, block, 1).Code;
                Assert.NotEqual(read, write);
            }
        }
    }
}
