using System;

namespace Reservoir.Devices;

/// <summary>What can be wrong with a network device that otherwise answers.</summary>
[Flags]
public enum NetworkFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Frames have arrived and it has raised no interrupt.</summary>
    NoInterrupts = 1,

    /// <summary>It was given frames and doesn't send them.</summary>
    TransmitterStopped = 2,
}
