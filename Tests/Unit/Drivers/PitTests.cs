using Cosmos.HAL;
using Reservoir.Tests.Unit.Core;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>The 8254's driver on one made of code.</summary>
public sealed class PitTests
{
    /// <summary>Processor counts for one of the timer's: about 1.2 GHz.</summary>
    private const ulong Ratio = 1000;
    private readonly CountingProcessor _processor = new();
    private readonly Fake8254 _timer;
    private readonly PIT _pit;

    public PitTests()
    {
        _timer = new Fake8254(() => _processor.Now / Ratio);
        var bus = new FakeBus();
        bus.Plug(PIT.Data0, 4, _timer);
        bus.Plug(0x61, 1, _timer.Control);
        _pit = new PIT(bus, _processor);
    }

    [Fact]
    public void TheProcessorsCounterIsMeasuredAgainstChannel2()
    {
        double measured = _pit.MeasureTimestampFrequency();
        Assert.InRange(measured, PIT.PITFrequency * Ratio * 0.999, PIT.PITFrequency * Ratio * 1.001);
        Assert.False(_timer.IsSpeakerOn);
    }

    [Fact]
    public void ADisturbedRunDoesNotCount()
    {
        // Each run takes some 2 ms; one of them is held up.
        _processor.HoldUpAt = 3_000_000;
        double measured = _pit.MeasureTimestampFrequency();
        Assert.True(_processor.HoldUpAt == ulong.MaxValue);
        Assert.InRange(measured, PIT.PITFrequency * Ratio * 0.999, PIT.PITFrequency * Ratio * 1.001);
    }

    [Fact]
    public void ATimerThatDoesNotRunIsNoFrequency()
    {
        _timer.IsRunning = false;
        Assert.Equal(0ul, _pit.MeasureTimestampFrequency());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0x1234)]
    [InlineData(0xFFFF)]
    public void AOneShotIsLoadedLowByteFirst(ushort counts)
    {
        _pit.StartOneShot(counts);
        Assert.Equal([counts], _timer.Loaded);
    }

    /// <summary>Time passes by being looked at.</summary>
    private sealed class CountingProcessor : ClockProcessor
    {
        private ulong _now;

        public ulong HoldUpAt { get; set; } = ulong.MaxValue;

        public override ulong Now
        {
            get
            {
                _now += 100;
                if (_now >= HoldUpAt)
                {
                    HoldUpAt = ulong.MaxValue;
                    _now += 50_000_000;
                }

                return _now;
            }
        }
    }
}
