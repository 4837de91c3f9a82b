using Cosmos.Core;
using Cosmos.System;
using Reservoir.Devices;

namespace Reservoir;

/// <summary>The power of the machine that the kernel runs on.</summary>
internal sealed class MachinePower : PowerSwitch
{
    private const uint PassedExitCode = 16;
    private const uint FailedExitCode = 17;

    /// <inheritdoc/>
    public override bool CanShutDown => Power.CanShutDown;

    /// <inheritdoc/>
    public override void ShutDown() => Power.Shutdown();

    /// <inheritdoc/>
    public override void Reboot() => Power.Reboot();

    /// <inheritdoc/>
    public override void Stop(bool passed) => Fault.Stop(passed ? PassedExitCode : FailedExitCode);
}
