using Cosmos.Common;
using Cosmos.Core;
using Cosmos.HAL;

namespace Reservoir.Drivers.Ata;

/// <summary>Where a channel is: its ports and its interrupt line.</summary>
internal readonly struct AtaPlace
{
    private const int FirstCommand = 0x1F0;
    private const int FirstControl = 0x3F6;
    private const byte FirstLine = 14;
    private const int SecondCommand = 0x170;
    private const int SecondControl = 0x376;
    private const byte SecondLine = 15;
    private const int ControlOffset = 2;
    private const int BarsOfAChannel = 2;
    private const int CommandPorts = 8;

    private AtaPlace(int command, int control, byte line, bool isNative)
    {
        Command = command;
        Control = control;
        Line = line;
        IsNative = isNative;
    }

    /// <summary>First port of the command block.</summary>
    public int Command { get; }

    /// <summary>Port of the device control register.</summary>
    public int Control { get; }

    /// <summary>The interrupt line.</summary>
    public byte Line { get; }

    /// <summary>Whether the place was assigned as for any PCI device, with a line that may be shared.</summary>
    public bool IsNative { get; }

    /// <summary>Opens the windows on it. Boot context.</summary>
    /// <param name="bus">Where it is.</param>
    /// <param name="busMaster">The channel's half of the bus master; null if there is none.</param>
    [MayAllocate("boot")]
    public AtaWindows Open(DeviceBus bus, PortWindow? busMaster) =>
        new(bus.OpenPorts(Command, CommandPorts), bus.OpenPorts(Control, 1), busMaster);

    /// <summary>Finds a channel: at the PC/AT's addresses (compatibility mode), or where the controller says (native mode; PCI IDE
    /// controller specification 1.0, 2.2 to 2.5). Boot context.</summary>
    /// <param name="controller">The controller; null for a machine without PCI.</param>
    /// <param name="isSecond">Which channel.</param>
    [MayAllocate("boot")]
    public static AtaPlace Of(PCIDevice? controller, bool isSecond)
    {
        int native = BusMasterRegisters.InterfaceNative << (isSecond ? 2 : 0);
        if (controller is not null && (controller.ProgIF & native) != 0)
        {
            int bar = isSecond ? BarsOfAChannel : 0;
            int command = (int)controller.BaseAddressBar[bar].BaseAddress;
            return new AtaPlace(command, (int)controller.BaseAddressBar[bar + 1].BaseAddress + ControlOffset, controller.InterruptLine,
                isNative: true);
        }

        return isSecond
            ? new AtaPlace(SecondCommand, SecondControl, SecondLine, isNative: false)
            : new AtaPlace(FirstCommand, FirstControl, FirstLine, isNative: false);
    }
}
