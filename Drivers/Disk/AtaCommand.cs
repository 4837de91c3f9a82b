namespace Reservoir.Drivers.Disk;

/// <summary>One command to a drive: the values of the command block's registers.</summary>
internal readonly struct AtaCommand
{
    /// <summary>The most blocks that the short form can count, written as 0.</summary>
    public const int ShortCountLimit = 256;

    /// <summary>The short form's capacity ends one block before its 28 bits do (ATA/ATAPI-6, 6.2.1): drives refuse the last address.</summary>
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

    /// <summary>A command that transfers blocks: in the short form if address and count allow it, in the wide form otherwise.</summary>
    public static AtaCommand Transfer(bool isWrite, bool isMultiple, ulong block, int count)
    {
        bool extended = block + (ulong)count > ShortAddressLimit || count > ShortCountLimit;
        byte code = (isWrite, isMultiple, extended) switch
        {
            (false, false, false) => AtaRegisters.ReadSectors,
            (false, false, true) => AtaRegisters.ReadSectorsExt,
            (false, true, false) => AtaRegisters.ReadMultiple,
            (false, true, true) => AtaRegisters.ReadMultipleExt,
            (true, false, false) => AtaRegisters.WriteSectors,
            (true, false, true) => AtaRegisters.WriteSectorsExt,
            (true, true, false) => AtaRegisters.WriteMultiple,
            (true, true, true) => AtaRegisters.WriteMultipleExt,
        };
        return new AtaCommand(code, extended, block, count);
    }

    /// <summary>A command without an address.</summary>
    public static AtaCommand Plain(byte code, int count = 0) => new(code, isExtended: false, 0, count);
}
