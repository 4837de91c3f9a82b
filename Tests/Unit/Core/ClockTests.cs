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

    [Theory]
    [InlineData(1_000_000_000UL)]
    [InlineData(999_999_937UL)]
    [InlineData(3_999_999_999UL)]
    [InlineData(2_394_374_123UL)]
    [InlineData(14_318_180UL)]
    [InlineData(1_000_000UL)]
    public void AMomentThatIsSoMuchLaterIsNeverTooEarlyAndHardlyTooLate(ulong frequency)
    {
        using var processor = new HostProcessor(frequency);
        var clock = new Clock(processor, 0);
        ulong count = Clock.NanosecondsPerSecond / frequency + 1;
        int precision = frequency > Clock.NanosecondsPerSecond / 4 ? 30 : 20;
        for (ulong nanoseconds = 1; nanoseconds < 1UL << 50; nanoseconds = (nanoseconds * 7 / 4) + 1)
        {
            ulong later = clock.After(5000, nanoseconds) - 5000;
            ulong told = clock.ToNanoseconds(later);
            Assert.InRange(told, nanoseconds, nanoseconds + count + (nanoseconds >> precision));
        }
    }

    [Theory]
    [InlineData(1_000_000_000UL)]
    [InlineData(3_999_999_999UL)]
    public void AMomentThatTheCounterCannotTellNeverComes(ulong frequency)
    {
        using var processor = new HostProcessor(frequency);
        var clock = new Clock(processor, 0);
        Assert.Equal(Clock.Forever, clock.After(ulong.MaxValue - 5, Clock.NanosecondsPerSecond));
        Assert.Equal(Clock.Forever, clock.After(1UL << 62, Clock.Forever));
        Assert.Equal(Clock.Forever, clock.After(1UL << 63, frequency > Clock.NanosecondsPerSecond ? 1UL << 62 : Clock.Forever));
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
