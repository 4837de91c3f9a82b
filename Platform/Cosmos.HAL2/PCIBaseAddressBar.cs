namespace Cosmos.HAL;

/// <summary>Where a PCI device's registers are (PCI Local Bus specification 3.0, 6.2.5.1).</summary>
public readonly struct PCIBaseAddressBar
{
    private const uint IoSpace = 1;
    private const uint Type64 = 4;

    /// <summary>Takes a base address register apart.</summary>
    /// <param name="raw">The register.</param>
    /// <param name="next">The register behind it: the upper half of a 64-bit address.</param>
    public PCIBaseAddressBar(uint raw, uint next = 0)
    {
        IsIO = (raw & IoSpace) != 0;
        Is64Bit = !IsIO && (raw & 6) == Type64;
        BaseAddress = IsIO ? raw & ~3u : (raw & ~0xFul) | (Is64Bit ? (ulong)next << 32 : 0);
    }

    /// <summary>The first port or memory address; 0 if the register isn't used.</summary>
    public ulong BaseAddress { get; }

    /// <summary>Whether it is a port.</summary>
    public bool IsIO { get; }

    /// <summary>Whether the next register belongs to it.</summary>
    public bool Is64Bit { get; }
}
