using Cosmos.HAL.BlockDevice;

namespace Reservoir.Drivers.Ata;

/// <summary>A disk in the list that Cosmos keeps of block devices (<see cref="BlockDevice.Devices"/>): what it is, and the way to its
/// blocks.</summary>
/// <remarks>
/// The driver's <see cref="AtaDrive"/> is the kernel's <see cref="Reservoir.Devices.IBlockStorage"/> and nothing else; this class shows it
/// in Cosmos' shape and holds no state of its own. The members that move data in Cosmos' shape (<c>ReadBlock</c>, <c>WriteBlock</c>,
/// <c>NewBlockArray</c>) take a thread's right to wait, which no object may keep: a thread makes a
/// <see cref="Reservoir.Devices.BlockAccess"/> of <see cref="Drive"/> for them.
/// </remarks>
public sealed class AtaBlockDevice : Cosmos.HAL.BlockDevice.Ata
{
    /// <summary>Shows a disk. Boot context.</summary>
    /// <param name="drive">The disk.</param>
    /// <param name="controller">Its channel.</param>
    /// <param name="position">Its place there.</param>
    public AtaBlockDevice(AtaDrive drive, ControllerIdEnum controller, BusPositionEnum position)
        : base(controller, position)
    {
        Drive = drive;
    }

    /// <summary>The disk.</summary>
    public AtaDrive Drive { get; }

    /// <inheritdoc/>
    public override string Name => Drive.Name;

    /// <inheritdoc/>
    public override string Model => Drive.Model;

    /// <inheritdoc/>
    public override ulong BlockCount => Drive.BlockCount;

    /// <inheritdoc/>
    public override ulong BlockSize => (ulong)Drive.BlockSize;

    /// <inheritdoc/>
    public override BlockDeviceType Type => BlockDeviceType.HardDrive;
}
