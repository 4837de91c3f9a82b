namespace Reservoir.Drivers.Ata;

/// <summary>
/// Registers, commands and bits of an ATA channel, named as in the ATA/ATAPI-6 standard (T13 1410D), chapters 7 and 8. Offsets from the
/// command block's first port.
/// </summary>
internal static class AtaRegisters
{
    /// <summary>Data, 16 bits wide.</summary>
    public const int Data = 0;

    /// <summary>Error, when read.</summary>
    public const int Error = 1;

    /// <summary>Number of sectors.</summary>
    public const int SectorCount = 2;

    /// <summary>Bits 0-7 of the block address.</summary>
    public const int LbaLow = 3;

    /// <summary>Bits 8-15 of the block address.</summary>
    public const int LbaMid = 4;

    /// <summary>Bits 16-23 of the block address.</summary>
    public const int LbaHigh = 5;

    /// <summary>Selects the drive; bits 24-27 of a short block address.</summary>
    public const int Device = 6;

    /// <summary>Status, when read; reading acknowledges the interrupt.</summary>
    public const int Status = 7;

    /// <summary>Command, when written.</summary>
    public const int Command = 7;

    /// <summary>Device: addresses are block numbers; two obsolete bits are set for old drives.</summary>
    public const byte DeviceLba = 0xE0;

    /// <summary>Device: the second drive.</summary>
    public const byte DeviceSlave = 0x10;

    /// <summary>Device control: no interrupts.</summary>
    public const byte NoInterrupt = 0x02;

    /// <summary>Device control: the registers show the upper bytes of a wide address (6.20).</summary>
    public const byte HighOrderByte = 0x80;

    /// <summary>Device control: reset both drives.</summary>
    public const byte SoftReset = 0x04;

    /// <summary>Error: the data was damaged on the cable (ICRC), in an Ultra DMA transfer.</summary>
    public const byte ErrorInterfaceCrc = 0x80;

    /// <summary>Status: an error; the error register tells which.</summary>
    public const byte StatusError = 0x01;

    /// <summary>Status: data can be transferred.</summary>
    public const byte StatusData = 0x08;

    /// <summary>Status: the drive itself has a fault.</summary>
    public const byte StatusFault = 0x20;

    /// <summary>Status: the drive is ready for a command.</summary>
    public const byte StatusReady = 0x40;

    /// <summary>Status: the drive is busy; the other bits don't count.</summary>
    public const byte StatusBusy = 0x80;

    /// <summary>What an empty channel answers.</summary>
    public const byte StatusNothing = 0xFF;

    /// <summary>READ SECTOR(S).</summary>
    public const byte ReadSectors = 0x20;

    /// <summary>READ SECTOR(S) EXT.</summary>
    public const byte ReadSectorsExt = 0x24;

    /// <summary>READ MULTIPLE EXT.</summary>
    public const byte ReadMultipleExt = 0x29;

    /// <summary>READ DMA EXT.</summary>
    public const byte ReadDmaExt = 0x25;

    /// <summary>WRITE SECTOR(S).</summary>
    public const byte WriteSectors = 0x30;

    /// <summary>WRITE SECTOR(S) EXT.</summary>
    public const byte WriteSectorsExt = 0x34;

    /// <summary>WRITE DMA EXT.</summary>
    public const byte WriteDmaExt = 0x35;

    /// <summary>WRITE MULTIPLE EXT.</summary>
    public const byte WriteMultipleExt = 0x39;

    /// <summary>READ MULTIPLE.</summary>
    public const byte ReadMultiple = 0xC4;

    /// <summary>WRITE MULTIPLE.</summary>
    public const byte WriteMultiple = 0xC5;

    /// <summary>SET MULTIPLE MODE.</summary>
    public const byte SetMultipleMode = 0xC6;

    /// <summary>READ DMA.</summary>
    public const byte ReadDma = 0xC8;

    /// <summary>WRITE DMA.</summary>
    public const byte WriteDma = 0xCA;

    /// <summary>FLUSH CACHE.</summary>
    public const byte FlushCache = 0xE7;

    /// <summary>FLUSH CACHE EXT.</summary>
    public const byte FlushCacheExt = 0xEA;

    /// <summary>IDENTIFY PACKET DEVICE.</summary>
    public const byte IdentifyPacketDevice = 0xA1;

    /// <summary>IDENTIFY DEVICE.</summary>
    public const byte IdentifyDevice = 0xEC;

    /// <summary>Signature of a packet device (a CD drive) in LBA mid after a reset or a refused IDENTIFY.</summary>
    public const byte PacketSignatureMid = 0x14;

    /// <summary>The same, in LBA high.</summary>
    public const byte PacketSignatureHigh = 0xEB;
}
