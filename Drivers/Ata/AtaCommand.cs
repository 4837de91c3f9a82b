namespace Reservoir.Drivers.Ata;

/// <summary>One command to a drive: the values of the command block's registers.</summary>
internal readonly struct AtaCommand
{
    /// <summary>The most blocks that the short form can count, written as 0.</summary>
    public const int ShortCountLimit = 256;

    /// <summary>The most blocks that the wide form can count.</summary>
    public const int WideCountLimit = 65536;

    /// <summary>The short form's capacity ends one block before its 28 bits do (ATA/ATAPI-6, 6.2.1): drives refuse the last
    /// address.</summary>
    private const ulong ShortAddressLimit = 0x0FFF_FFFF;

    private AtaCommand(byte code, bool isExtended, ulong block, int count)
    {
        Code = code;
        IsExtended = isExtended;
        Block = block;
        Count = count;
    }

    /// <summary>The command register.</summary>
    public byte Code { get; }

    /// <summary>Whether address and count have the wide form.</summary>
    public bool IsExtended { get; }

    /// <summary>The first block.</summary>
    public ulong Block { get; }

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>Whether the controller moves its data.</summary>
    public bool IsDma => Code is AtaRegisters.ReadDma or AtaRegisters.ReadDmaExt or AtaRegisters.WriteDma or AtaRegisters.WriteDmaExt;

    /// <summary>A command that transfers blocks: in the short form if address and count allow it, in the wide form otherwise.</summary>
    public static AtaCommand Transfer(bool isWrite, AtaProtocol protocol, ulong block, int count)
    {
        bool extended = block + (ulong)count > ShortAddressLimit || count > ShortCountLimit;
        byte code = (protocol, isWrite, extended) switch
        {
            (AtaProtocol.Single, false, false) => AtaRegisters.ReadSectors,
            (AtaProtocol.Single, false, true) => AtaRegisters.ReadSectorsExt,
            (AtaProtocol.Single, true, false) => AtaRegisters.WriteSectors,
            (AtaProtocol.Single, true, true) => AtaRegisters.WriteSectorsExt,
            (AtaProtocol.Multiple, false, false) => AtaRegisters.ReadMultiple,
            (AtaProtocol.Multiple, false, true) => AtaRegisters.ReadMultipleExt,
            (AtaProtocol.Multiple, true, false) => AtaRegisters.WriteMultiple,
            (AtaProtocol.Multiple, true, true) => AtaRegisters.WriteMultipleExt,
            (_, false, false) => AtaRegisters.ReadDma,
            (_, false, true) => AtaRegisters.ReadDmaExt,
            (_, true, false) => AtaRegisters.WriteDma,
            (_, true, true) => AtaRegisters.WriteDmaExt,
        };
        return new AtaCommand(code, extended, block, count);
    }

    /// <summary>Where it failed: the address that the drive shows, if it is one of the command's; otherwise, as after a refusal, its first
    /// block.</summary>
    /// <param name="shown">The address in the drive's registers.</param>
    public ulong FailedBlock(ulong shown) => shown - Block < (ulong)Count ? shown : Block;

    /// <summary>A command without an address.</summary>
    public static AtaCommand Plain(byte code, int count = 0) => new(code, isExtended: false, 0, count);
}
