using System;
using System.Buffers.Binary;
using Cosmos.Common;

namespace Reservoir.Drivers.Ata;

/// <summary>What a drive says about itself: the 512 bytes of IDENTIFY DEVICE (ATA/ATAPI-6, 8.15), as far as the driver needs
/// them.</summary>
public readonly struct AtaIdentity
{
    /// <summary>Bytes of the answer.</summary>
    public const int Bytes = 512;

    private const int ModelWord = 27;
    private const int ModelBytes = 40;
    private const int MultipleWord = 47;
    private const int CapabilityWord = 49;
    private const int ValidityWord = 53;
    private const int CapacityWord = 60;
    private const int MultiwordDmaWord = 63;
    private const int CommandSetWord = 83;
    private const int EnabledWord = 85;
    private const int DefaultsWord = 87;
    private const int UltraDmaWord = 88;
    private const int ExtendedCapacityWord = 100;
    private const int DmaSupported = 1 << 8;
    private const int LbaSupported = 1 << 9;
    private const int UltraDmaIsValid = 1 << 2;
    private const int MultiwordModeSelected = 7 << 8;
    private const int UltraModeSelected = 0x7F << 8;
    private const int WriteCacheEnabled = 1 << 5;
    private const int ExtendedAddresses = 1 << 10;
    private const int ExtendedFlush = 1 << 13;
    private const int ValidityBits = 3 << 14;
    private const int WordIsValid = 1 << 14;
    private const ulong LargestShortCapacity = 0x0FFF_FFFF;
    private const ulong LargestCapacity = 0xFFFF_FFFF_FFFF;

    private AtaIdentity(string model, ulong blocks, bool extended, bool extendedFlush, int multiple, bool dma, bool writeCache)
    {
        Model = model;
        BlockCount = blocks;
        HasExtendedAddresses = extended;
        HasExtendedFlush = extendedFlush;
        MostBlocksPerInterrupt = multiple;
        HasDma = dma;
        HasWriteCache = writeCache;
    }

    /// <summary>The drive's model.</summary>
    public string Model { get; }

    /// <summary>How many blocks of 512 bytes it has.</summary>
    public ulong BlockCount { get; }

    /// <summary>Whether it takes addresses of 48 bits.</summary>
    public bool HasExtendedAddresses { get; }

    /// <summary>Whether it has FLUSH CACHE EXT.</summary>
    public bool HasExtendedFlush { get; }

    /// <summary>The most blocks it can transfer for one interrupt; 0 if it has no READ MULTIPLE.</summary>
    public int MostBlocksPerInterrupt { get; }

    /// <summary>Whether it can be the device of a bus master: it knows DMA, and the firmware has chosen a mode for it and its timing for
    /// the controller.</summary>
    public bool HasDma { get; }

    /// <summary>Whether it keeps written blocks in a cache that is switched on.</summary>
    public bool HasWriteCache { get; }

    /// <summary>Reads the answer. Boot context.</summary>
    /// <param name="answer">The 512 bytes.</param>
    /// <param name="identity">What they say.</param>
    /// <returns>False if the drive can't be used: it is too short an answer, or the drive has no block addresses or no blocks.</returns>
    [MayAllocate("boot")]
    public static bool TryParse(ReadOnlySpan<byte> answer, out AtaIdentity identity)
    {
        identity = default;
        if (answer.Length < Bytes || (Word(answer, CapabilityWord) & LbaSupported) == 0)
        {
            return false;
        }

        // An old drive leaves the word all zeros or all ones; it means something only if it says so itself (8.15, words 82 to 84).
        ushort commandSets = Word(answer, CommandSetWord);
        commandSets = (commandSets & ValidityBits) == WordIsValid ? commandSets : (ushort)0;
        bool extended = (commandSets & ExtendedAddresses) != 0;
        ulong blocks = BinaryPrimitives.ReadUInt32LittleEndian(answer.Slice(CapacityWord * 2));
        if (extended)
        {
            blocks = Math.Max(blocks, BinaryPrimitives.ReadUInt64LittleEndian(answer.Slice(ExtendedCapacityWord * 2)));
        }

        // A block that its address can't name would be taken for another one: the upper bits don't fit into the registers.
        blocks = Math.Min(blocks, extended ? LargestCapacity : LargestShortCapacity);
        bool extendedFlush = (commandSets & ExtendedFlush) != 0;
        identity = new AtaIdentity(ReadModel(answer), blocks, extended, extendedFlush, (byte)Word(answer, MultipleWord), IsDmaReady(answer),
            IsWriteCacheOn(answer));
        return blocks != 0;
    }

    private static bool IsDmaReady(ReadOnlySpan<byte> answer)
    {
        bool hasUltra = (Word(answer, ValidityWord) & UltraDmaIsValid) != 0 && (Word(answer, UltraDmaWord) & UltraModeSelected) != 0;
        bool hasMultiword = (Word(answer, MultiwordDmaWord) & MultiwordModeSelected) != 0;
        return (Word(answer, CapabilityWord) & DmaSupported) != 0 && (hasUltra || hasMultiword);
    }

    /// <summary>Words 85 to 87 count only if the last of them says so.</summary>
    private static bool IsWriteCacheOn(ReadOnlySpan<byte> answer)
    {
        return (Word(answer, DefaultsWord) & ValidityBits) == WordIsValid && (Word(answer, EnabledWord) & WriteCacheEnabled) != 0;
    }

    private static ushort Word(ReadOnlySpan<byte> answer, int index) => BinaryPrimitives.ReadUInt16LittleEndian(answer.Slice(index * 2));

    /// <summary>The model, which IDENTIFY DEVICE and IDENTIFY PACKET DEVICE have in the same place (8.15, 8.16). Each word holds two
    /// characters, the first in its upper half; spaces fill the end. Boot context.</summary>
    /// <param name="answer">The 512 bytes.</param>
    [MayAllocate("boot")]
    public static string ReadModel(ReadOnlySpan<byte> answer)
    {
        Span<char> text = stackalloc char[ModelBytes];
        for (int i = 0; i < ModelBytes; i++)
        {
            byte value = answer[ModelWord * 2 + (i ^ 1)];
            text[i] = value is >= 0x20 and < 0x7F ? (char)value : '?';
        }

        return new string(text.TrimEnd(' '));
    }
}
