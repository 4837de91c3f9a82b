using Cosmos.Core;

namespace Cosmos.HAL;

/// <summary>A function of a PCI device, and its configuration space (PCI Local Bus specification 3.0, chapter 6; access by mechanism 1,
/// 3.2.2.3.2).</summary>
public sealed class PCIDevice : Device
{
    /// <summary>The port that selects a register.</summary>
    public const ushort ConfigAddressPort = 0xCF8;

    /// <summary>The port through which it is read and written.</summary>
    public const ushort ConfigDataPort = 0xCFC;

    /// <summary>Ports of both.</summary>
    internal const int ConfigPorts = 8;

    /// <summary>What a missing device answers for its vendor.</summary>
    public const ushort NoVendor = 0xFFFF;

    private const uint EnableBit = 0x80000000;
    private const byte CommandRegister = 0x04;
    private const byte HeaderRegister = 0x0E;
    private const byte FirstBarRegister = 0x10;
    private const byte SecondaryBusRegister = 0x19;
    private const byte InterruptLineRegister = 0x3C;
    private const byte InterruptPinRegister = 0x3D;
    private const int BarCount = 6;
    private const int BridgeBarCount = 2;
    private const byte BridgeHeader = 1;
    private const byte MultipleFunctions = 0x80;
    private const int Data = ConfigDataPort - ConfigAddressPort;

    private readonly PortWindow _configuration;

    /// <summary>Reads what identifies a function. Boot context.</summary>
    /// <param name="configuration">Both ports of configuration mechanism 1.</param>
    /// <param name="bus">0 to 255.</param>
    /// <param name="slot">0 to 31.</param>
    /// <param name="function">0 to 7.</param>
    public PCIDevice(PortWindow configuration, uint bus, uint slot, uint function)
    {
        _configuration = configuration;
        this.bus = bus;
        this.slot = slot;
        this.function = function;
        VendorID = ReadRegister16(0x00);
        DeviceID = ReadRegister16(0x02);
        RevisionID = ReadRegister8(0x08);
        ProgIF = ReadRegister8(0x09);
        Subclass = ReadRegister8(0x0A);
        ClassCode = ReadRegister8(0x0B);
        BaseAddressBar = new PCIBaseAddressBar[BarCount];
        int bars = IsBridge ? BridgeBarCount : BarCount;
        for (int i = 0; i < bars; i++)
        {
            uint next = i + 1 < bars ? ReadRegister32((byte)(FirstBarRegister + (i + 1) * 4)) : 0;
            BaseAddressBar[i] = new PCIBaseAddressBar(ReadRegister32((byte)(FirstBarRegister + i * 4)), next);

            // The upper half of an address is no register of its own.
            i += BaseAddressBar[i].Is64Bit ? 1 : 0;
        }
    }

    /// <summary>What the bits of the command register allow.</summary>
    [global::System.Flags]
    public enum PCICommand : ushort
    {
        /// <summary>Nothing.</summary>
        None = 0,

        /// <summary>Ports are answered.</summary>
        IO = 1,

        /// <summary>Memory is answered.</summary>
        Memory = 2,

        /// <summary>The device may read and write memory by itself.</summary>
        Master = 4,

        /// <summary>The interrupt pin stays quiet.</summary>
        InterruptDisable = 0x400,
    }

    /// <summary>Its bus.</summary>
    public uint bus { get; }

    /// <summary>Its slot on the bus.</summary>
    public uint slot { get; }

    /// <summary>Its function in the slot.</summary>
    public uint function { get; }

    /// <summary>Who made it; <see cref="NoVendor"/> if nothing is there.</summary>
    public ushort VendorID { get; }

    /// <summary>The maker's number for it.</summary>
    public ushort DeviceID { get; }

    /// <summary>Its revision.</summary>
    public byte RevisionID { get; }

    /// <summary>The programming interface within its class.</summary>
    public byte ProgIF { get; }

    /// <summary>Its subclass.</summary>
    public byte Subclass { get; }

    /// <summary>Its class.</summary>
    public byte ClassCode { get; }

    /// <summary>Whether something is there.</summary>
    public bool DeviceExists => VendorID != NoVendor;

    /// <summary>Whether a driver has taken charge of it.</summary>
    public bool Claimed { get; set; }

    /// <summary>Its base address registers.</summary>
    public PCIBaseAddressBar[] BaseAddressBar { get; }

    /// <summary>The line of the interrupt controllers that the firmware gave it; 255 if none.</summary>
    public byte InterruptLine => ReadRegister8(InterruptLineRegister);

    /// <summary>Its interrupt pin, 1 to 4 for A to D; 0 if it has none.</summary>
    public byte InterruptPIN => ReadRegister8(InterruptPinRegister);

    /// <summary>What it is allowed to do.</summary>
    public PCICommand Command
    {
        get => (PCICommand)ReadRegister16(CommandRegister);
        set => WriteRegister16(CommandRegister, (ushort)value);
    }

    internal bool IsBridge => (ReadRegister8(HeaderRegister) & 0x7F) == BridgeHeader;

    internal bool HasMultipleFunctions => (ReadRegister8(HeaderRegister) & MultipleFunctions) != 0;

    internal byte SecondaryBus => ReadRegister8(SecondaryBusRegister);

    /// <summary>Lets the device answer ports and memory and reach memory by itself. Boot context.</summary>
    public void EnableDevice() =>
        Command = (Command | PCICommand.IO | PCICommand.Memory | PCICommand.Master) & ~PCICommand.InterruptDisable;

    /// <summary>Reads 8 bits of configuration space. Boot context.</summary>
    /// <param name="aRegister">0 to 255.</param>
    public byte ReadRegister8(byte aRegister)
    {
        Select(_configuration, bus, slot, function, aRegister);
        return _configuration.Read8(Data + (aRegister & 3));
    }

    /// <summary>Reads 16 bits of configuration space. Boot context.</summary>
    /// <param name="aRegister">0 to 254, even.</param>
    public ushort ReadRegister16(byte aRegister)
    {
        Select(_configuration, bus, slot, function, aRegister);
        return _configuration.Read16(Data + (aRegister & 2));
    }

    /// <summary>Reads 32 bits of configuration space. Boot context.</summary>
    /// <param name="aRegister">0 to 252, a multiple of 4.</param>
    public uint ReadRegister32(byte aRegister)
    {
        Select(_configuration, bus, slot, function, aRegister);
        return _configuration.Read32(Data);
    }

    /// <summary>Writes 16 bits of configuration space. Boot context.</summary>
    /// <param name="aRegister">0 to 254, even.</param>
    /// <param name="value">The value.</param>
    public void WriteRegister16(byte aRegister, ushort value)
    {
        Select(_configuration, bus, slot, function, aRegister);
        _configuration.Write16(Data + (aRegister & 2), value);
    }

    /// <summary>Who made what is in a place, without making an object for it.</summary>
    internal static ushort GetVendorID(PortWindow configuration, uint bus, uint slot, uint function)
    {
        Select(configuration, bus, slot, function, 0);
        return configuration.Read16(Data);
    }

    private static void Select(PortWindow configuration, uint bus, uint slot, uint function, byte register)
    {
        configuration.Write32(0, EnableBit | bus << 16 | slot << 11 | function << 8 | (register & 0xFCu));
    }
}
