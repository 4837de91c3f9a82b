using Cosmos.Common;
using Cosmos.HAL;

namespace Reservoir.Drivers.Nic;

/// <summary>A member of the family: everything in which the members differ.</summary>
internal readonly struct E1000Model
{
    private const ushort Intel = 0x8086;

    private E1000Model(ushort deviceId, string name)
    {
        DeviceId = deviceId;
        Name = name;
    }

    /// <summary>PCI's number for it.</summary>
    public ushort DeviceId { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Finds the first card of the family that no driver has taken. Boot context.</summary>
    /// <param name="model">Which member it is.</param>
    /// <returns>Null if there is none.</returns>
    [MayAllocate("boot")]
    public static PCIDevice? Find(out E1000Model model)
    {
        E1000Model[] models =
        [
            new(0x100E, "82540EM"),     // QEMU's e1000
            new(0x100F, "82545EM"),     // VMware's e1000
        ];
        foreach (E1000Model candidate in models)
        {
            PCIDevice? device = PCI.GetDevice(Intel, candidate.DeviceId);
            if (device is not null)
            {
                model = candidate;
                return device;
            }
        }

        model = default;
        return null;
    }
}
