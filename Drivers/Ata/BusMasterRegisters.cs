namespace Reservoir.Drivers.Ata;

/// <summary>
/// Ports of a channel's bus master, named as in SFF-8038i, chapter 3 (the same in Intel's 82371AB data sheet, 4.1). Offsets from the
/// channel's first; the second channel's are 8 further.
/// </summary>
internal static class BusMasterRegisters
{
    /// <summary>Command, 8 bits.</summary>
    public const int Command = 0;

    /// <summary>Status, 8 bits; interrupt and error are cleared by writing ones.</summary>
    public const int Status = 2;

    /// <summary>Address of the descriptor table, 32 bits.</summary>
    public const int DescriptorTable = 4;

    /// <summary>Ports of a channel.</summary>
    public const int Ports = 8;

    /// <summary>Command: transfer.</summary>
    public const byte CommandStart = 0x01;

    /// <summary>Command: from the drive to memory.</summary>
    public const byte CommandToMemory = 0x08;

    /// <summary>Status: descriptors are left.</summary>
    public const byte StatusActive = 0x01;

    /// <summary>Status: the controller could not reach memory.</summary>
    public const byte StatusError = 0x02;

    /// <summary>Status: the drive has interrupted, and its data is in memory.</summary>
    public const byte StatusInterrupt = 0x04;

    /// <summary>Status: one channel at a time.</summary>
    public const byte StatusSimplex = 0x80;

    /// <summary>Status: the bits that say what the drives can, which every write has to repeat.</summary>
    public const byte StatusCapable = 0x60;

    /// <summary>Programming interface (PCI IDE controller specification 1.0, 2.4): the first channel is in native mode; the second's bit is
    /// two further.</summary>
    public const int InterfaceNative = 0x01;

    /// <summary>Programming interface: there is a bus master.</summary>
    public const int InterfaceBusMaster = 0x80;
}
