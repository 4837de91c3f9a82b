namespace Cosmos.Core;

/// <summary>One range of the firmware's memory map.</summary>
public sealed class MemoryMapBlock
{
    /// <summary>The type of memory that is free to use (Multiboot2 specification, 3.6.8).</summary>
    public const uint Available = 1;

    /// <summary>First physical address.</summary>
    public ulong Address;

    /// <summary>Length in bytes.</summary>
    public ulong Length;

    /// <summary>1 available, 3 ACPI tables, 4 to be preserved, 5 defective, anything else reserved.</summary>
    public uint Type;
}
