using Cosmos.Common;
using Cosmos.HAL;

namespace Reservoir.Drivers.E1000;

/// <summary>A member of the family: everything in which the members differ.</summary>
internal readonly struct E1000Model
{
    private const ushort Intel = 0x8086;

    /// <summary>PCI's number for it.</summary>
    public ushort DeviceId { get; private init; }

    /// <summary>Its name.</summary>
    public string Name { get; private init; }

    /// <summary>How many single addresses it can compare with, its own included (RAL/RAH; the 82574's last one belongs to its management
    /// engine).</summary>
    public int ReceiveAddresses { get; private init; }

    /// <summary>Bits that <see cref="E1000Registers.TXDCTL"/> must have besides what it has after a reset.</summary>
    public uint TransmitDescriptorControl { get; private init; }

    /// <summary>Bits that <see cref="E1000Registers.CTRL_EXT"/> must have besides what it has after a reset.</summary>
    public uint ExtendedControl { get; private init; }

    /// <summary>The table. Boot context.</summary>
    [MayAllocate("boot")]
    public static E1000Model[] CreateTable() =>
    [
        new() { DeviceId = 0x100E, Name = "82540EM", ReceiveAddresses = 16 },   // QEMU's e1000
        new() { DeviceId = 0x100F, Name = "82545EM", ReceiveAddresses = 16 },   // VMware's e1000
        new()
        {
            DeviceId = 0x10D3,      // QEMU's e1000e
            Name = "82574L",
            ReceiveAddresses = 15,
            TransmitDescriptorControl = E1000Registers.TransmitControlReservedOne,
            ExtendedControl = E1000Registers.ExtendedDriverLoaded,
        },
    ];

    /// <summary>Finds the first card of the family that no driver has taken. Boot context.</summary>
    /// <param name="model">Which member it is.</param>
    /// <returns>Null if there is none.</returns>
    [MayAllocate("boot")]
    public static PCIDevice? Find(out E1000Model model)
    {
        foreach (E1000Model candidate in CreateTable())
        {
            PCIDevice? device = PCI.GetDevice(Intel, candidate.DeviceId);
            if (device is not null && !device.Claimed)
            {
                model = candidate;
                return device;
            }
        }

        model = default;
        return null;
    }
}
