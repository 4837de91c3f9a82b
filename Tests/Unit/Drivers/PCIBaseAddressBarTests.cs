using Cosmos.HAL;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

public sealed class PCIBaseAddressBarTests
{
    [Fact]
    public void AMemoryAddressIsWithoutItsTypeBits()
    {
        var bar = new PCIBaseAddressBar(0xFEBC0008);
        Assert.Equal(0xFEBC0000ul, bar.BaseAddress);
        Assert.False(bar.IsIO);
        Assert.False(bar.Is64Bit);
    }

    [Fact]
    public void APortIsWithoutItsTypeBits()
    {
        var bar = new PCIBaseAddressBar(0x0000C041);
        Assert.Equal(0xC040ul, bar.BaseAddress);
        Assert.True(bar.IsIO);
    }

    [Fact]
    public void AWideAddressTakesItsUpperHalfFromTheNextRegister()
    {
        var bar = new PCIBaseAddressBar(0xFEBC000C, 0x12);
        Assert.Equal(0x12_FEBC0000ul, bar.BaseAddress);
        Assert.True(bar.Is64Bit);
    }

    [Fact]
    public void ANarrowAddressIgnoresTheNextRegister() =>
        Assert.Equal(0xFEBC0000ul, new PCIBaseAddressBar(0xFEBC0000, 0xFFFFFFFF).BaseAddress);

    [Fact]
    public void APortIsNeverWideAndIgnoresTheNextRegister()
    {
        var bar = new PCIBaseAddressBar(0x0000C045, 0xFFFFFFFF);
        Assert.False(bar.Is64Bit);
        Assert.Equal(0xC044ul, bar.BaseAddress);
    }

    [Fact]
    public void AnAddressBelowOneMegabyteIsNotWide() => Assert.False(new PCIBaseAddressBar(0x000C0002, 0xFFFFFFFF).Is64Bit);

    [Fact]
    public void AnUnusedRegisterHasNoAddress()
    {
        var bar = new PCIBaseAddressBar(0);
        Assert.Equal(0ul, bar.BaseAddress);
        Assert.False(bar.IsIO);
        Assert.False(bar.Is64Bit);
    }
}
