using System.Runtime.CompilerServices;
using Cosmos.Common;

namespace Reservoir.Time;

/// <summary>
/// How many units of one clock make a unit of another: multiplies without a division and without 128 bits.
/// </summary>
/// <remarks>
/// The factor has as many binary places as low bits of what it multiplies are split off, and is so small that their product fits 64 bits:
/// 32 places for a factor up to 1, one less for each further factor of 4. The high bits are multiplied by themselves, which is exact. So
/// the error is the factor's, below 2^-30 of the product for factors from 1/4 on, and the product never falls when what is multiplied
/// grows.
/// </remarks>
[AllocationFree]
internal readonly struct ClockRatio
{
    private const int MostPlaces = 32;

    private readonly ulong _factor;
    private readonly ulong _lowMask;
    private readonly int _places;

    /// <summary>Makes the ratio of two frequencies, rounded down. Boot context.</summary>
    /// <param name="numerator">At least 1, below 2^33.</param>
    /// <param name="denominator">At least 1, below 2^33.</param>
    public ClockRatio(ulong numerator, ulong denominator)
        : this(numerator, denominator, roundUp: false)
    {
    }

    private ClockRatio(ulong numerator, ulong denominator, bool roundUp)
    {
        _places = MostPlaces;
        while (numerator >> (MostPlaces - _places) * 2 >= denominator && _places > 1)
        {
            _places--;
        }

        _lowMask = (1UL << _places) - 1;
        _factor = Divide(numerator, denominator, _places, roundUp);
        Most = ulong.MaxValue / (numerator / denominator + 1);
    }

    /// <summary>How many of the other clock's units make one of this: so much that multiplying it by the ratio gives at least what was
    /// asked for.</summary>
    public ClockRatio Inverse => new(_lowMask + 1, _factor, roundUp: true);

    /// <summary>What can be multiplied without an overflow.</summary>
    public ulong Most { get; }

    /// <summary>Multiplies, rounding down.</summary>
    /// <param name="value">At most <see cref="Most"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Times(ulong value) => (value >> _places) * _factor + ((value & _lowMask) * _factor >> _places);

    /// <summary>Multiplies, rounding up.</summary>
    /// <param name="value">At most <see cref="Most"/>.</param>
    public ulong TimesUp(ulong value)
    {
        ulong low = (value & _lowMask) * _factor;
        return (value >> _places) * _factor + (low >> _places) + ((low & _lowMask) == 0 ? 0UL : 1);
    }

    /// <summary>(numerator * 2^places) / denominator, without losing the high bits.</summary>
    private static ulong Divide(ulong numerator, ulong denominator, int places, bool roundUp)
    {
        ulong result = numerator / denominator << places;
        ulong rest = numerator % denominator;
        for (int bit = places - 1; bit >= 0; bit--)
        {
            rest <<= 1;
            if (rest >= denominator)
            {
                rest -= denominator;
                result |= 1UL << bit;
            }
        }

        return roundUp && rest != 0 ? result + 1 : result;
    }
}
