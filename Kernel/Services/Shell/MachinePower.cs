using Cosmos.System;

namespace Reservoir.Shell;

/// <summary>The power of the machine that the kernel runs on.</summary>
public sealed class MachinePower : PowerSwitch
{
    /// <inheritdoc/>
    public override bool CanShutDown => Power.CanShutDown;

    /// <inheritdoc/>
    public override void ShutDown() => Power.Shutdown();

    /// <inheritdoc/>
    public override void Reboot() => Power.Reboot();
}
