namespace Cosmos.HAL.BlockDevice;

/// <summary>A drive on an ATA channel: where it sits.</summary>
public abstract class Ata : BlockDevice
{
    /// <summary>Describes the place.</summary>
    /// <param name="controller">The channel.</param>
    /// <param name="position">The place on it.</param>
    protected Ata(ControllerIdEnum controller, BusPositionEnum position)
    {
        ControllerID = controller;
        BusPosition = position;
    }

    /// <summary>The channels of a controller.</summary>
    public enum ControllerIdEnum
    {
        /// <summary>The first.</summary>
        Primary,

        /// <summary>The second.</summary>
        Secondary,
    }

    /// <summary>The places on a channel.</summary>
    public enum BusPositionEnum
    {
        /// <summary>Device 0.</summary>
        Master,

        /// <summary>Device 1.</summary>
        Slave,
    }

    /// <summary>The channel.</summary>
    public ControllerIdEnum ControllerID { get; }

    /// <summary>The place on it.</summary>
    public BusPositionEnum BusPosition { get; }
}
