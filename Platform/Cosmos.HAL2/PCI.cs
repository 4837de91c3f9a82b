using System.Collections.Generic;
using Cosmos.Core;

namespace Cosmos.HAL;

/// <summary>The devices on the PCI buses.</summary>
public static class PCI
{
    private const uint Slots = 32;
    private const uint Functions = 8;
    private const int MostDevices = 64;
    private const int DeepestBridge = 8;

    /// <summary>Every function found. After <see cref="Setup"/>; never changes then.</summary>
    public static List<PCIDevice> Devices { get; private set; } = null!;

    /// <summary>Looks at every slot of every bus that can be reached. Boot context, once.</summary>
    public static void Setup() => Devices = Scan(ProcessorBus.Instance);

    /// <summary>Looks at every slot of every bus that can be reached. Boot context.</summary>
    /// <param name="bus">Where configuration mechanism 1 is.</param>
    /// <returns>Every function found.</returns>
    public static List<PCIDevice> Scan(DeviceBus bus)
    {
        var devices = new List<PCIDevice>(MostDevices);
        ScanBus(bus.OpenPorts(PCIDevice.ConfigAddressPort, PCIDevice.ConfigPorts), devices, 0, 0);
        return devices;
    }

    /// <summary>The first function with a maker and a number that no driver has taken. Boot context.</summary>
    /// <param name="aVendorID">The maker.</param>
    /// <param name="aDeviceID">The number.</param>
    /// <returns>Null if there is none.</returns>
    public static PCIDevice? GetDevice(ushort aVendorID, ushort aDeviceID)
    {
        foreach (PCIDevice device in Devices)
        {
            if (device.VendorID == aVendorID && device.DeviceID == aDeviceID && !device.Claimed)
            {
                return device;
            }
        }

        return null;
    }

    /// <summary>The first function of a class and subclass. Boot context.</summary>
    /// <param name="aClass">The class.</param>
    /// <param name="aSubClass">The subclass.</param>
    /// <returns>Null if there is none.</returns>
    public static PCIDevice? GetDeviceClass(byte aClass, byte aSubClass)
    {
        foreach (PCIDevice device in Devices)
        {
            if (device.ClassCode == aClass && device.Subclass == aSubClass)
            {
                return device;
            }
        }

        return null;
    }

    private static void ScanBus(PortWindow configuration, List<PCIDevice> devices, uint bus, int depth)
    {
        for (uint slot = 0; slot < Slots; slot++)
        {
            uint functions = 1;
            for (uint function = 0; function < functions && devices.Count < MostDevices; function++)
            {
                if (PCIDevice.GetVendorID(configuration, bus, slot, function) == PCIDevice.NoVendor)
                {
                    continue;
                }

                var device = new PCIDevice(configuration, bus, slot, function);
                devices.Add(device);
                functions = device.HasMultipleFunctions ? Functions : functions;
                if (device.IsBridge && device.SecondaryBus > bus && depth < DeepestBridge)
                {
                    ScanBus(configuration, devices, device.SecondaryBus, depth + 1);
                }
            }
        }
    }
}
