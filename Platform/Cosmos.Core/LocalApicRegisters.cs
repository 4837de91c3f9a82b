namespace Cosmos.Core;

/// <summary>The local APIC's registers in xAPIC mode (Intel SDM volume 3, table 11-1), as offsets from its base, and their bits.</summary>
internal static class LocalApicRegisters
{
    /// <summary>Model specific register IA32_APIC_BASE (11.4.4).</summary>
    public const uint BaseRegister = 0x1B;

    /// <summary>IA32_APIC_BASE: the APIC is in x2APIC mode and can't be reached as memory.</summary>
    public const ulong BaseExtended = 1 << 10;

    /// <summary>IA32_APIC_BASE: the APIC is switched on.</summary>
    public const ulong BaseEnable = 1 << 11;

    /// <summary>IA32_APIC_BASE: where the registers lie.</summary>
    public const ulong BaseAddressMask = 0x000F_FFFF_FFFF_F000;

    /// <summary>Bytes of the register window.</summary>
    public const int WindowBytes = 4096;

    /// <summary>Task priority register.</summary>
    public const int TaskPriority = 0x80;

    /// <summary>End of interrupt register; any write.</summary>
    public const int EndOfInterrupt = 0xB0;

    /// <summary>Spurious interrupt vector register (11.9).</summary>
    public const int SpuriousVector = 0xF0;

    /// <summary>Spurious interrupt vector register: software enable.</summary>
    public const uint SoftwareEnable = 1 << 8;

    /// <summary>Local vector table: timer (11.5.1); its mode 00b is one-shot.</summary>
    public const int LvtTimer = 0x320;

    /// <summary>Local vector table: pin LINT0, to which the 8259A is wired.</summary>
    public const int LvtLint0 = 0x350;

    /// <summary>Local vector table: pin LINT1, to which the NMI is wired.</summary>
    public const int LvtLint1 = 0x360;

    /// <summary>Local vector table: error.</summary>
    public const int LvtError = 0x370;

    /// <summary>Local vector table: masked.</summary>
    public const uint LvtMasked = 1 << 16;

    /// <summary>Local vector table, delivery mode: NMI.</summary>
    public const uint DeliverNmi = 4 << 8;

    /// <summary>Local vector table, delivery mode: the vector comes from the 8259A.</summary>
    public const uint DeliverExternal = 7 << 8;

    /// <summary>Initial count register: writing it starts the timer, 0 stops it (11.5.4).</summary>
    public const int InitialCount = 0x380;

    /// <summary>Current count register.</summary>
    public const int CurrentCount = 0x390;

    /// <summary>Divide configuration register.</summary>
    public const int DivideConfiguration = 0x3E0;

    /// <summary>Divide configuration register: by 1.</summary>
    public const uint DivideByOne = 0xB;
}
