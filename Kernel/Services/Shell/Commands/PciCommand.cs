using Cosmos.Common;
using Cosmos.HAL;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>pci</c>: what is on the PCI buses.</summary>
public sealed class PciCommand : ShellCommand
{
    private const byte NoLine = 255;

    /// <summary>Makes the command. Boot context.</summary>
    public PciCommand()
        : base("pci", "pci", "devices on the PCI buses")
    {
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        output.WriteLine("place    maker:device  class    irq  driver  what it is"u8);
        for (int i = 0; i < PCI.Devices.Count; i++)
        {
            PCIDevice device = PCI.Devices[i];
            output.Write($"{device.bus:X2}:{device.slot:X2}.{device.function}  {device.VendorID:X4}:{device.DeviceID:X4}     ");
            output.Write($"{device.ClassCode:X2}.{device.Subclass:X2}.{device.ProgIF:X2} ");
            byte line = device.InterruptLine;
            if (device.InterruptPIN == 0 || line == NoLine)
            {
                output.Write("  -"u8);
            }
            else
            {
                output.Write($"{line,3}");
            }

            output.WriteLine($"  {device.Claimed,-6}  {PCIClassName.Of(device)}");
        }

        return CommandResult.Done;
    }
}
