using System.Collections.Generic;
using Reservoir.Devices;

namespace Reservoir.Tests.Unit.Shell;

/// <summary>A switch that only counts.</summary>
internal sealed class FakePower : PowerSwitch
{
    public override bool CanShutDown => Works;

    public bool Works { get; set; } = true;

    public int ShutDowns { get; private set; }

    public int Reboots { get; private set; }

    /// <summary>The results with which the machine was stopped.</summary>
    public List<bool> Stops { get; } = [];

    public override void ShutDown() => ShutDowns++;

    public override void Reboot() => Reboots++;

    public override void Stop(bool passed) => Stops.Add(passed);
}
