using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What the clock promises.</summary>
public sealed class ClockTests
{
    [Theory]
    [InlineData(1_000_000_000UL)]
    [InlineData(3_000_000_000UL)]
    [InlineData(2_394_374_123UL)]
    [InlineData(14_318_180UL)]
    [InlineData(3_579_545UL)]
    [InlineData(1_000_000UL)]
    public void ADayIsExactToAMicrosecond(ulong frequency)
    {
        using var processor = new HostProcessor(frequency);
        var clock = new Clock(processor, 0);
        const ulong day = 86_400;
        processor.Now = day * frequency;
        ulong expected = day * Clock.NanosecondsPerSecond;
        Assert.InRange(clock.Nanoseconds, expected - (expected >> 26) - 1000, expected);
    }

    [Fact]
    public void ACounterOfNanosecondsIsTakenAsItIs()
    {
        using var processor = new HostProcessor(1_000_000_000);
        var clock = new Clock(processor, 0);
        foreach (ulong count in new ulong[] { 0, 1, 999, 1_000_000_007, 1UL << 40, (1UL << 62) + 12345, ulong.MaxValue })
        {
            Assert.Equal(count, clock.ToNanoseconds(count));
        }
    }

    [Fact]
    public void TimeBeginsAtTheOrigin()
    {
        using var processor = new HostProcessor(1_000_000_000) { Now = 5000 };
        var clock = new Clock(processor, 3000);
        Assert.Equal(2000UL, clock.Nanoseconds);
    }

    [Fact]
    public void TimeNeverRunsBackwards()
    {
        using var processor = new HostProcessor(2_394_374_123);
        var clock = new Clock(processor, 0);
        ulong last = 0;
        for (ulong now = 0; now < 1UL << 45; now = (now * 3 / 2) + 1)
        {
            processor.Now = now;
            Assert.True(clock.Nanoseconds >= last);
            last = clock.Nanoseconds;
        }
    }

    [Fact]
    public void ACounterThatIsNotCalibratedTellsNoTime()
    {
        using var processor = new HostProcessor(0) { Now = 1UL << 50 };
        Assert.Equal(0UL, new Clock(processor, 0).Nanoseconds);
    }
}
