namespace Reservoir.Devices;

/// <summary>Who moves the data between a device and memory.</summary>
public enum TransferMode : byte
{
    /// <summary>The processor, word by word (PIO).</summary>
    Programmed,

    /// <summary>The controller (bus-master DMA).</summary>
    BusMaster,
}
