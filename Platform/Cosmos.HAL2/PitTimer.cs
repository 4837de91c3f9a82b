using Cosmos.Common;
using Cosmos.Core;

namespace Cosmos.HAL;

/// <summary>Channel 0 of the <see cref="PIT"/> as the kernel's timer, where the processor has none of its own.</summary>
/// <remarks>Its 16-bit counter waits 54 ms at most: until a later time it interrupts several times.</remarks>
[AllocationFree]
public sealed class PitTimer : OneShotTimer
{
    private const byte Line = 0;

    private readonly PIT _pit = new();
    private InterruptHook _handler = null!;

    /// <summary>It does nothing before it is set. Boot context, after the processor's counter was calibrated.</summary>
    [MayAllocate("boot")]
    public PitTimer()
        : base(PIT.PITFrequency, ushort.MaxValue)
    {
    }

    /// <inheritdoc/>
    public override string Description => "8254";

    /// <inheritdoc/>
    [MayAllocate("boot")]
    public override bool Start(InterruptHook handler)
    {
        _handler = handler;
        return INTs.SetIrqHandler(Line, HandleInterrupt);
    }

    /// <inheritdoc/>
    public override void Set(ulong counts) => _pit.StartOneShot((ushort)ToTicks(counts));

    private void HandleInterrupt(ref INTs.IRQContext context)
    {
        ulong timestamp = X86Processor.Instance.Timestamp;
        _handler(timestamp);
    }
}
