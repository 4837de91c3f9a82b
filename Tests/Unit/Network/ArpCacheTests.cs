using System;
using Reservoir.Network;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

public sealed class ArpCacheTests
{
    private readonly ArpCache _cache = new(4);

    [Fact]
    public void ANeighbourThatAskedIsKnown()
    {
        _cache.LearnFromRequest(Host(1), Station(1));
        Assert.True(_cache.TryLookUp(Host(1), out MacAddress hardware));
        Assert.Equal(Station(1), hardware);
        Assert.Equal(1, _cache.Known);
    }

    [Fact]
    public void ANeighbourThatChangedItsCardIsKnownByTheNewOne()
    {
        _cache.LearnFromRequest(Host(1), Station(1));
        _cache.LearnFromRequest(Host(1), Station(2));
        Assert.True(_cache.TryLookUp(Host(1), out MacAddress hardware));
        Assert.Equal(Station(2), hardware);
        Assert.Equal(1, _cache.Known);
    }

    [Fact]
    public void AnExpectedReplyIsTakenOnce()
    {
        _cache.Expect(Host(1));
        Assert.False(_cache.TryLookUp(Host(1), out _));
        Assert.True(_cache.TryLearnFromReply(Host(1), Station(1)));
        Assert.False(_cache.TryLearnFromReply(Host(1), Station(2)));
        Assert.True(_cache.TryLookUp(Host(1), out MacAddress hardware));
        Assert.Equal(Station(1), hardware);
    }

    [Fact]
    public void AnUnexpectedReplyChangesNothing()
    {
        _cache.LearnFromRequest(Host(1), Station(1));
        Assert.False(_cache.TryLearnFromReply(Host(1), Station(66)));
        Assert.False(_cache.TryLearnFromReply(Host(2), Station(66)));
        Assert.True(_cache.TryLookUp(Host(1), out MacAddress hardware));
        Assert.Equal(Station(1), hardware);
        Assert.False(_cache.TryLookUp(Host(2), out _));
    }

    [Fact]
    public void ExpectingAKnownNeighbourDoesNotForgetIt()
    {
        _cache.LearnFromRequest(Host(1), Station(1));
        _cache.Expect(Host(1));
        Assert.True(_cache.TryLookUp(Host(1), out _));
    }

    [Fact]
    public void AFloodOfNeighboursNeitherGrowsTheTableNorLeavesIt()
    {
        for (uint i = 1; i <= 100_000; i++)
        {
            _cache.LearnFromRequest(Host(i), Station(i));
            Assert.InRange(_cache.Known, 1, _cache.Capacity);
        }

        Assert.Equal(4, _cache.Known);
        Assert.True(_cache.TryLookUp(Host(100_000), out _));
        Assert.False(_cache.TryLookUp(Host(1), out _));
    }

    [Fact]
    public void TheNeighbourUsedLongestAgoMakesRoom()
    {
        for (uint i = 1; i <= 4; i++)
        {
            _cache.LearnFromRequest(Host(i), Station(i));
        }

        Assert.True(_cache.TryLookUp(Host(1), out _));
        _cache.LearnFromRequest(Host(5), Station(5));
        Assert.True(_cache.TryLookUp(Host(1), out _));
        Assert.False(_cache.TryLookUp(Host(2), out _));
    }

    [Fact]
    public void PlacesOutsideTheTableHoldNobody()
    {
        Assert.False(_cache.TryRead(-1, out _, out _));
        Assert.False(_cache.TryRead(4, out _, out _));
        Assert.False(_cache.TryRead(0, out _, out _));
    }

    [Fact]
    public void ATableWithoutPlacesIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ArpCache(0));
    }

    private static Ipv4Address Host(uint number) => new(0x0A000000 + number);

    private static MacAddress Station(uint number) => new(0x525400000000UL + number);
}
