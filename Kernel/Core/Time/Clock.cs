using System;
using Cosmos.Common;

namespace Reservoir.Time;

/// <summary>
/// Time since boot in nanoseconds, from the processor's counter. Never runs backwards; any context; a few instructions.
/// </summary>
/// <remarks>
/// Nanoseconds are counts times a factor of 32 binary places, in 128 bits, so that nothing overflows or drifts: the rounding error of the factor is below 2^-32
/// of the elapsed time for counters faster than 1 MHz.
/// </remarks>
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
    private readonly ulong _factor;

    /// <summary>Starts a clock at zero. Boot context, after the processor's counter has been calibrated.</summary>
    /// <param name="processor">Whose counter.</param>
    /// <param name="origin">The count that means zero; not later than now.</param>
    public Clock(Processor processor, ulong origin)
    {
        _processor = processor;
        _origin = origin;
        ulong frequency = processor.TimestampFrequency;
        _factor = frequency == 0 ? 0 : DivideShifted(NanosecondsPerSecond, frequency);
    }

    /// <summary>Nanoseconds since the origin.</summary>
    public ulong Nanoseconds => ToNanoseconds(_processor.Timestamp - _origin);

    /// <summary>Turns a number of counts into nanoseconds.</summary>
    /// <param name="counts">A difference of two readings of the processor's counter.</param>
    public ulong ToNanoseconds(ulong counts)
    {
        ulong high = Math.BigMul(counts, _factor, out ulong low);
        return (high << 32) | (low >> 32);
    }

    /// <summary>(numerator * 2^32) / denominator, without losing the high bits.</summary>
    private static ulong DivideShifted(ulong numerator, ulong denominator)
    {
        ulong whole = numerator / denominator;
        ulong rest = numerator % denominator;
        ulong result = whole << 32;
        for (int bit = 31; bit >= 0; bit--)
        {
            rest <<= 1;
            if (rest >= denominator)
            {
                rest -= denominator;
                result |= 1UL << bit;
            }
        }

        return result;
    }
}
