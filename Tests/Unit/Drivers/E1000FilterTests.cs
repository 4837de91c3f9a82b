using Reservoir.Drivers.E1000;
using Xunit;
using static Reservoir.Drivers.E1000.E1000Registers;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>Which frames the card is told to let in (8254x manual, 13.5), and what its counters add up to (13.7).</summary>
public sealed class E1000FilterTests
{
    private const ulong Single = 0x020000000077;
    private const ulong Group = 0x01005E000001;

    private readonly FakeE1000 _card = new();
    private readonly E1000Filters _filters;

    public E1000FilterTests()
    {
        _filters = new E1000Filters(_card, places: 16);
    }

    [Fact]
    public void ASingleAddressIsComparedExactly()
    {
        Assert.True(_filters.TryAdd(Single));
        Assert.Equal(0x00000002u, _card.Peek(RAL0 + ReceiveAddressStride));
        Assert.Equal(AddressValid | 0x7700u, _card.Peek(RAH0 + ReceiveAddressStride));
        Assert.Equal(1, _filters.Count);
    }

    [Fact]
    public void AGroupHasItsBitInTheTable()
    {
        Assert.True(_filters.TryAdd(Group));

        // 00 01 are the last bytes: 0x0100 >> 4 = 0x010.
        Assert.Equal(0x010u, E1000Filters.HashOf(Group));
        Assert.Equal(1u << 16, _card.Peek(MTA));
    }

    [Fact]
    public void WhatIsRemovedIsKeptOutAndTheOthersStay()
    {
        Assert.True(_filters.TryAdd(Single));
        Assert.True(_filters.TryAdd(Single + 1));
        Assert.True(_filters.TryAdd(Group));
        Assert.True(_filters.TryRemove(Single));
        Assert.Equal(AddressValid | 0x7800u, _card.Peek(RAH0 + ReceiveAddressStride));
        Assert.Equal(0u, _card.Peek(RAH0 + 2 * ReceiveAddressStride));
        Assert.Equal(1u << 16, _card.Peek(MTA));
        Assert.True(_filters.TryRemove(Group));
        Assert.Equal(0u, _card.Peek(MTA));
        Assert.False(_filters.TryRemove(Group));
    }

    [Fact]
    public void TheCardsOwnAddressIsLeftAlone()
    {
        uint low = _card.Peek(RAL0);
        uint high = _card.Peek(RAH0);
        for (ulong i = 0; i < 40; i++)
        {
            _filters.TryAdd(Single + i);
        }

        Assert.Equal(15, _filters.Count);
        Assert.Equal(low, _card.Peek(RAL0));
        Assert.Equal(high, _card.Peek(RAH0));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0xFFFFFFFFFFFFUL)]
    [InlineData(0x1000000000000UL)]
    public void WhatIsNoAddressIsRefused(ulong address) => Assert.False(_filters.TryAdd(address));

    [Fact]
    public void AnAddressIsAddedOnce()
    {
        Assert.True(_filters.TryAdd(Group));
        Assert.False(_filters.TryAdd(Group));
        Assert.Equal(1, _filters.Count);
    }

    [Fact]
    public void NoMoreAddressesThanThereIsRoomFor()
    {
        for (ulong i = 0; i < E1000Filters.MostAddresses; i++)
        {
            Assert.True(_filters.TryAdd(Group + i));
        }

        Assert.False(_filters.TryAdd(Group + E1000Filters.MostAddresses));
        Assert.Equal(0UL, _filters[E1000Filters.MostAddresses]);
    }

    [Fact]
    public void EverythingIsLetInOnRequestAndNotForEver()
    {
        _card.Poke(RCTL, ReceiveEnable);
        _filters.SetPromiscuous(true);
        Assert.Equal(ReceiveEnable | ReceiveAllSingle | ReceiveAllGroups, _card.Peek(RCTL));
        _filters.SetPromiscuous(false);
        Assert.Equal(ReceiveEnable, _card.Peek(RCTL));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ACounterAddsUpWhetherReadingClearsItOrNot(bool clears)
    {
        if (clears)
        {
            _card.Clearing.Add(MPC);
        }

        var counter = new StatisticsRegister(MPC, "MPC", "missed");
        Assert.Equal(0UL, counter.Read(_card));
        uint[] more = [5, 0, 1, 7, 100, 0, 3];
        ulong total = 0;
        foreach (uint count in more)
        {
            _card.Poke(MPC, _card.Peek(MPC) + count);
            total += count;
            Assert.Equal(total, counter.Read(_card));
        }
    }

    [Fact]
    public void ACounterThatKeepsMayRunOver()
    {
        var counter = new StatisticsRegister(MPC, "MPC", "missed");
        _card.Poke(MPC, 0xFFFFFFFE);
        Assert.Equal(0xFFFFFFFEUL, counter.Read(_card));
        _card.Poke(MPC, 3);
        Assert.Equal(0x100000003UL, counter.Read(_card));
    }
}
