using Cosmos.HAL.BlockDevice;

namespace Reservoir.Drivers.Ata;

/// <summary>A drive that takes packets, such as a CD drive: known by its model and not used.</summary>
public sealed class AtaPacketDrive : Cosmos.HAL.BlockDevice.Ata
{
    private const ulong CdBlockBytes = 2048;

    /// <summary>Describes a drive. Boot context.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="controller">Its channel.</param>
    /// <param name="position">Its place there.</param>
    /// <param name="model">What it says about itself.</param>
    public AtaPacketDrive(string name, ControllerIdEnum controller, BusPositionEnum position, string model)
        : base(controller, position)
    {
        Name = name;
        Model = model;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Model { get; }

    /// <summary>Zero: the driver does not look for a medium.</summary>
    public override ulong BlockCount => 0;

    /// <inheritdoc/>
    public override ulong BlockSize => CdBlockBytes;

    /// <inheritdoc/>
    public override BlockDeviceType Type => BlockDeviceType.RemovableCD;
}
