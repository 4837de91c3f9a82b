namespace Reservoir.Devices;

/// <summary>How a block device can be made to misbehave, behind its driver's back, to show what comes of it.</summary>
public enum DeviceFault : byte
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>It does what it is told and raises no interrupt.</summary>
    Silent,

    /// <summary>Whoever moves its data without the processor stops half-way.</summary>
    ShortTransfer,

    /// <summary>Nobody answers in its place.</summary>
    Gone,
}
