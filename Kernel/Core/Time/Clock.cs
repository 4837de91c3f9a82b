using Cosmos.Common;

namespace Reservoir.Time;

/// <summary>
/// Time since boot in nanoseconds, from the processor's counter. Never runs backwards; any context; a few instructions.
/// </summary>
/// <remarks>What is late by a rounding is late by less than 2^-30 of the time: a hundredth of what a crystal is off
/// (<see cref="ClockRatio"/>).</remarks>
[AllocationFree]
public sealed class Clock
{
    /// <summary>Nanoseconds in a second.</summary>
    public const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds in a millisecond.</summary>
    public const ulong NanosecondsPerMillisecond = 1_000_000;

    /// <summary>As a timeout: for ever.</summary>
    public const ulong Forever = ulong.MaxValue;

    private readonly Processor _processor;
    private readonly ulong _origin;
    private readonly ClockRatio _nanosecondsPerCount;
    private readonly ClockRatio _countsPerNanosecond;

    /// <summary>Starts a clock at zero. Boot context, after the processor's counter has been calibrated.</summary>
    /// <param name="processor">Whose counter; one that isn't calibrated tells no time.</param>
    /// <param name="origin">The count that means zero; not later than now.</param>
    public Clock(Processor processor, ulong origin)
    {
        _processor = processor;
        _origin = origin;
        ulong frequency = processor.TimestampFrequency;
        if (frequency != 0)
        {
            _nanosecondsPerCount = new ClockRatio(NanosecondsPerSecond, frequency);
            _countsPerNanosecond = _nanosecondsPerCount.Inverse;
        }
    }

    /// <summary>Nanoseconds since the origin.</summary>
    public ulong Nanoseconds => At(_processor.Timestamp);

    /// <summary>Nanoseconds from the origin to a moment.</summary>
    /// <param name="timestamp">A reading of the processor's counter, not before the origin.</param>
    public ulong At(ulong timestamp) => ToNanoseconds(timestamp - _origin);

    /// <summary>Turns a number of counts into nanoseconds, rounded down.</summary>
    /// <param name="counts">A difference of two readings of the processor's counter.</param>
    public ulong ToNanoseconds(ulong counts) => _nanosecondsPerCount.Times(counts);

    /// <summary>The first moment that is so much later than another, as this clock tells it.</summary>
    /// <param name="timestamp">A reading of the processor's counter.</param>
    /// <param name="nanoseconds">How much later.</param>
    /// <returns>The count at that moment; <see cref="Forever"/> if the counter can't tell it.</returns>
    public ulong After(ulong timestamp, ulong nanoseconds)
    {
        ulong later = timestamp + _countsPerNanosecond.TimesUp(nanoseconds);
        return nanoseconds > _countsPerNanosecond.Most || later < timestamp ? Forever : later;
    }
}
