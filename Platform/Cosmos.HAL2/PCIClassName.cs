using System;

namespace Cosmos.HAL;

/// <summary>Names of PCI classes (PCI Code and ID Assignment specification 1.11, chapter 1), as far as the machines at hand have
/// them.</summary>
public static class PCIClassName
{
    /// <summary>A name for a class and subclass.</summary>
    /// <param name="device">The device.</param>
    public static ReadOnlySpan<byte> Of(PCIDevice device) => (device.ClassCode, device.Subclass) switch
    {
        (0x01, 0x01) => "IDE controller"u8,
        (0x01, 0x06) => "SATA controller"u8,
        (0x01, 0x08) => "NVM controller"u8,
        (0x01, _) => "storage controller"u8,
        (0x02, 0x00) => "Ethernet controller"u8,
        (0x02, _) => "network controller"u8,
        (0x03, _) => "display controller"u8,
        (0x04, _) => "multimedia device"u8,
        (0x05, _) => "memory controller"u8,
        (0x06, 0x00) => "host bridge"u8,
        (0x06, 0x01) => "ISA bridge"u8,
        (0x06, 0x04) => "PCI bridge"u8,
        (0x06, _) => "bridge"u8,
        (0x08, _) => "system peripheral"u8,
        (0x0C, 0x03) => "USB controller"u8,
        (0x0C, 0x05) => "SMBus controller"u8,
        _ => "other device"u8,
    };
}
