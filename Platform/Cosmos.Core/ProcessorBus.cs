using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>The machine itself: the processor's ports (<see cref="IOPort"/>) and the lines of the interrupt controllers
/// (<see cref="INTs"/>). Boot context.</summary>
public sealed class ProcessorBus : DeviceBus
{
    private ProcessorBus()
    {
    }

    /// <summary>The only one.</summary>
    public static ProcessorBus Instance { get; } = new();

    /// <inheritdoc/>
    [MayAllocate("boot")]
    public override PortWindow OpenPorts(int first, int ports) => new IOPortWindow(first);

    /// <inheritdoc/>
    [MayAllocate("boot")]
    public override bool SetIrqHandler(byte line, INTs.IRQDelegate handler) => INTs.SetIrqHandler(line, handler);
}
