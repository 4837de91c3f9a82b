using Cosmos.Common;
using Cosmos.Core;

namespace Cosmos.HAL;

/// <summary>Channel 0 of the <see cref="PIT"/> as the kernel's timer, where the processor has none of its own.</summary>
/// <remarks>Its 16-bit counter waits 54 ms at most: until a later time it interrupts several times.</remarks>
[AllocationFree]
public sealed class PitTimer : OneShotTimer
{
    private const byte Line = 0;

    private readonly ulong _factor = CountsPerNanosecond(PIT.PITFrequency);

    /// <inheritdoc/>
    public override string Description => "8254";

    /// <inheritdoc/>
    public override ulong Frequency => PIT.PITFrequency;

    /// <inheritdoc/>
    [MayAllocate("boot")]
    public override bool Start(INTs.IRQDelegate handler) => INTs.SetIrqHandler(Line, handler);

    /// <inheritdoc/>
    public override void Set(ulong nanoseconds) => PIT.StartOneShot((ushort)ToCounts(nanoseconds, _factor, ushort.MaxValue));
}
