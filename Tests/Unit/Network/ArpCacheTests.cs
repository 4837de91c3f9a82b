using System;
using Reservoir.Devices;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

public sealed class ArpCacheTests
{
    private const ulong Now = 5 * Clock.NanosecondsPerSecond;
    private readonly ArpCache _cache = new(4);

    [Fact]
    public void ANeighbourThatAskedIsKnown()
    {
        _cache.LearnFromRequest(Host(1), Station(1), Now);
        Assert.True(_cache.TryLookUp(Host(1), Now, out MacAddress hardware));
        Assert.Equal(Station(1), hardware);
        Assert.Equal(1, _cache.Known);
    }

    [Fact]
    public void ANeighbourThatChangedItsCardIsKnownByTheNewOne()
    {
        _cache.LearnFromRequest(Host(1), Station(1), Now);
        _cache.LearnFromRequest(Host(1), Station(2), Now);
        Assert.True(_cache.TryLookUp(Host(1), Now, out MacAddress hardware));
        Assert.Equal(Station(2), hardware);
        Assert.Equal(1, _cache.Known);
    }

    [Fact]
    public void AnExpectedReplyIsTakenOnce()
    {
        _cache.Expect(Host(1), Now);
        Assert.False(_cache.TryLookUp(Host(1), Now, out _));
        Assert.True(_cache.TryLearnFromReply(Host(1), Station(1), Now));
        Assert.False(_cache.TryLearnFromReply(Host(1), Station(2), Now));
        Assert.True(_cache.TryLookUp(Host(1), Now, out MacAddress hardware));
        Assert.Equal(Station(1), hardware);
    }

    [Fact]
    public void AnUnexpectedReplyChangesNothing()
    {
        _cache.LearnFromRequest(Host(1), Station(1), Now);
        Assert.False(_cache.TryLearnFromReply(Host(1), Station(66), Now));
        Assert.False(_cache.TryLearnFromReply(Host(2), Station(66), Now));
        Assert.True(_cache.TryLookUp(Host(1), Now, out MacAddress hardware));
        Assert.Equal(Station(1), hardware);
        Assert.False(_cache.TryLookUp(Host(2), Now, out _));
    }

    [Fact]
    public void ExpectingAKnownNeighbourDoesNotForgetIt()
    {
        _cache.LearnFromRequest(Host(1), Station(1), Now);
        _cache.Expect(Host(1), Now);
        Assert.True(_cache.TryLookUp(Host(1), Now, out _));
    }

    [Fact]
    public void AFloodOfNeighboursNeitherGrowsTheTableNorLeavesIt()
    {
        for (uint i = 1; i <= 100_000; i++)
        {
            _cache.LearnFromRequest(Host(i), Station(i), Now);
            Assert.InRange(_cache.Known, 1, _cache.Capacity);
        }

        Assert.Equal(4, _cache.Known);
        Assert.True(_cache.TryLookUp(Host(100_000), Now, out _));
        Assert.False(_cache.TryLookUp(Host(1), Now, out _));
    }

    [Fact]
    public void TheNeighbourUsedLongestAgoMakesRoom()
    {
        for (uint i = 1; i <= 4; i++)
        {
            _cache.LearnFromRequest(Host(i), Station(i), Now);
        }

        Assert.True(_cache.TryLookUp(Host(1), Now, out _));
        _cache.LearnFromRequest(Host(5), Station(5), Now);
        Assert.True(_cache.TryLookUp(Host(1), Now, out _));
        Assert.False(_cache.TryLookUp(Host(2), Now, out _));
    }

    [Fact]
    public void AnAddressIsBelievedForAMinute()
    {
        _cache.LearnFromRequest(Host(1), Station(1), Now);
        Assert.True(_cache.TryLookUp(Host(1), Now + ArpCache.LifetimeNanoseconds - 1, out _));
        Assert.False(_cache.TryLookUp(Host(1), Now + ArpCache.LifetimeNanoseconds, out _));
    }

    [Fact]
    public void ARequestDoesNotChangeAnAddressThatWasAskedFor()
    {
        _cache.Expect(Host(1), Now);
        Assert.True(_cache.TryLearnFromReply(Host(1), Station(1), Now));
        Assert.False(_cache.LearnFromRequest(Host(1), Station(66), Now));
        Assert.True(_cache.TryLookUp(Host(1), Now, out MacAddress hardware));
        Assert.Equal(Station(1), hardware);
        Assert.Equal(1UL, _cache.ChangesRefused);

        Assert.True(_cache.LearnFromRequest(Host(1), Station(2), Now + ArpCache.LifetimeNanoseconds));
    }

    [Fact]
    public void AFloodOfRequestsDisplacesNobodyThatWasAskedFor()
    {
        _cache.Expect(Host(1), Now);
        Assert.True(_cache.TryLearnFromReply(Host(1), Station(1), Now));
        _cache.Expect(Host(2), Now);
        for (uint i = 10; i <= 1000; i++)
        {
            _cache.LearnFromRequest(Host(i), Station(i), Now);
        }

        Assert.True(_cache.TryLookUp(Host(1), Now, out _));
        Assert.True(_cache.TryLearnFromReply(Host(2), Station(2), Now));
    }

    [Fact]
    public void ATableFullOfExpectedNeighboursTakesNoMore()
    {
        for (uint i = 1; i <= 4; i++)
        {
            Assert.True(_cache.Expect(Host(i), Now));
        }

        Assert.False(_cache.Expect(Host(5), Now));
        Assert.False(_cache.LearnFromRequest(Host(6), Station(6), Now));
        Assert.False(_cache.TryLearnFromReply(Host(5), Station(5), Now));
    }

    [Fact]
    public void AnExpectedNeighbourIsAskedAgainAndThenForgotten()
    {
        Assert.True(_cache.Expect(Host(1), Now));
        Assert.False(_cache.Expect(Host(1), Now));
        ulong time = Now;
        for (int request = 1; request < ArpCache.MostRequests; request++)
        {
            Assert.Equal(time + ArpCache.RequestIntervalNanoseconds, _cache.NextDeadline);
            Assert.False(_cache.TryTakeDue(_cache.NextDeadline - 1, out _, out _));
            time = _cache.NextDeadline;
            Assert.True(_cache.TryTakeDue(time, out Ipv4Address address, out bool isGivenUp));
            Assert.Equal(Host(1), address);
            Assert.False(isGivenUp);
        }

        Assert.True(_cache.TryTakeDue(_cache.NextDeadline, out _, out bool isLast));
        Assert.True(isLast);
        Assert.Equal(Clock.Forever, _cache.NextDeadline);
        Assert.False(_cache.TryLearnFromReply(Host(1), Station(1), Now));
    }

    [Fact]
    public void PlacesOutsideTheTableHoldNobody()
    {
        Assert.False(_cache.TryRead(-1, out _));
        Assert.False(_cache.TryRead(4, out _));
        Assert.False(_cache.TryRead(0, out _));
    }

    [Fact]
    public void ATableWithoutPlacesIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ArpCache(0));
    }

    private static Ipv4Address Host(uint number) => new(0x0A000000 + number);

    private static MacAddress Station(uint number) => new(0x525400000000UL + number);
}
