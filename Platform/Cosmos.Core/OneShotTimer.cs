using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>A timer that interrupts once, some time after it was set, and then rests until it is set again.</summary>
[AllocationFree]
public abstract class OneShotTimer
{
    private const int FractionBits = 32;

    /// <summary>What it is, for people.</summary>
    public abstract string Description { get; }

    /// <summary>How fast it counts, in Hz.</summary>
    public abstract ulong Frequency { get; }

    /// <summary>The smallest step of time that it knows, in nanoseconds, rounded.</summary>
    public ulong GrainNanoseconds => System.Math.Max((1_000_000_000 + Frequency / 2) / Frequency, 1);

    /// <summary>The vector or line by which it interrupts gets this handler. Boot context, once.</summary>
    /// <param name="handler">Called at each of its interrupts.</param>
    /// <returns>False if somebody else has the line.</returns>
    [MayAllocate("boot")]
    public abstract bool Start(INTs.IRQDelegate handler);

    /// <summary>Sets it anew. Any context, interrupts masked. Constant time.</summary>
    /// <param name="nanoseconds">How long from now, rounded up to its grain; what is too long for it is cut short.</param>
    public abstract void Set(ulong nanoseconds);

    /// <summary>Counts in a nanosecond, with 32 binary places, rounded up.</summary>
    /// <param name="frequency">Counts in a second, below 2^32.</param>
    protected static ulong CountsPerNanosecond(ulong frequency) => ((frequency << FractionBits) + 999_999_999) / 1_000_000_000;

    /// <summary>Turns a time into counts, rounded up.</summary>
    /// <param name="nanoseconds">The time; below the longest that fits <paramref name="longest"/> nothing overflows.</param>
    /// <param name="factor">From <see cref="CountsPerNanosecond"/>.</param>
    /// <param name="longest">The most counts that the timer can do.</param>
    protected static uint ToCounts(ulong nanoseconds, ulong factor, uint longest)
    {
        ulong high = System.Math.BigMul(nanoseconds, factor, out ulong low);
        ulong counts = (high << FractionBits | low >> FractionBits) + 1;
        return high >> FractionBits != 0 || counts > longest ? longest : (uint)counts;
    }
}
