using Cosmos.Common;

namespace Reservoir.Lab.Storms;

/// <summary>A sequence of numbers without pattern, the same for the same seed (xorshift, Marsaglia 2003). Not for secrets. Each user has
/// its own.</summary>
[AllocationFree]
internal struct RandomSequence
{
    private uint _state;

    /// <summary>Begins a sequence.</summary>
    /// <param name="seed">Any number; 0 counts as 1, for the sequence of 0 would be nothing but zeros.</param>
    public RandomSequence(uint seed)
    {
        _state = seed == 0 ? 1 : seed;
    }

    /// <summary>The next number.</summary>
    /// <param name="limit">At least 1.</param>
    /// <returns>0 to <paramref name="limit"/> - 1.</returns>
    public int Next(int limit)
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (int)(_state % (uint)limit);
    }
}
