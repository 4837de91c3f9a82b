using System.Runtime.CompilerServices;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>A timer that interrupts once, some time after it was set, and then rests until it is set again.</summary>
[AllocationFree]
public abstract class OneShotTimer
{
    /// <summary>For how much of the processor's time it can be set: 2^32 times a factor below 2^32 fit 64 bits.</summary>
    private const ulong LongestSetting = uint.MaxValue;
    private const int FractionBits = 30;

    private readonly ulong _factor;
    private readonly ulong _longest;

    /// <summary>A timer that is not set.</summary>
    /// <param name="frequency">How fast it counts, in Hz: less than four times as fast as the processor's counter, which has been
    /// calibrated.</param>
    /// <param name="mostTicks">The most that it can count.</param>
    protected OneShotTimer(ulong frequency, uint mostTicks)
    {
        ulong processor = X86Processor.Instance.TimestampFrequency;
        Frequency = frequency;
        _factor = ((frequency << FractionBits) + processor - 1) / processor;
        _longest = System.Math.Min((((ulong)mostTicks - 1) << FractionBits) / _factor, LongestSetting);
    }

    /// <summary>What it is, for people.</summary>
    public abstract string Description { get; }

    /// <summary>How fast it counts, in Hz.</summary>
    public ulong Frequency { get; }

    /// <summary>The smallest step of time that it knows, in nanoseconds, rounded.</summary>
    public ulong GrainNanoseconds => System.Math.Max((1_000_000_000 + Frequency / 2) / Frequency, 1);

    /// <summary>Each of its interrupts calls this. Boot context, once.</summary>
    /// <param name="handler">The handler: interrupt context, interrupts masked, may not allocate or wait. It is given the time of the
    /// interrupt.</param>
    /// <returns>False if somebody else has the line.</returns>
    [MayAllocate("boot")]
    public abstract bool Start(InterruptHook handler);

    /// <summary>Sets it anew. Any context, interrupts masked. Constant time.</summary>
    /// <param name="counts">How long from now, in counts of <see cref="X86Processor.Timestamp"/>; what is too long for it is cut
    /// short.</param>
    public abstract void Set(ulong counts);

    /// <summary>Turns a time into its own ticks, rounded up.</summary>
    /// <param name="counts">The time, in counts of <see cref="X86Processor.Timestamp"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected uint ToTicks(ulong counts) => (uint)((System.Math.Min(counts, _longest) * _factor >> FractionBits) + 1);
}
