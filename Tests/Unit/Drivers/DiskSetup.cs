namespace Reservoir.Tests.Unit.Drivers;

/// <summary>The drives and the controller of a machine made of code.</summary>
internal sealed class DiskSetup
{
    public FakeAtaDrive? Master { get; init; }

    public FakeAtaDrive? Slave { get; init; }

    public FakeAtaDrive? SecondMaster { get; init; }

    /// <summary>Whether there is a PCI controller; the channels are there in any case.</summary>
    public bool HasController { get; init; } = true;

    /// <summary>Whether both channels are where the controller's base address registers say.</summary>
    public bool IsNative { get; init; }
}
