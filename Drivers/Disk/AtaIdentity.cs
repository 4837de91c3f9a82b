using System;
using System.Buffers.Binary;
using Cosmos.Common;

namespace Reservoir.Drivers.Disk;

/// <summary>What a drive says about itself: the 512 bytes of IDENTIFY DEVICE (ATA/ATAPI-6, 8.15), as far as the driver needs them.</summary>
public readonly struct AtaIdentity
{
    /// <summary>Bytes of the answer.</summary>
    public const int Bytes = 512;

    private const int ModelWord = 27;
    private const int ModelBytes = 40;
    private const int MultipleWord = 47;
    private const int CapabilityWord = 49;
    private const int CapacityWord = 60;
    private const int CommandSetWord = 83;
    private const int ExtendedCapacityWord = 100;
    private const int LbaSupported = 1 << 9;
    private const int ExtendedAddresses = 1 << 10;
    private const int ExtendedFlush = 1 << 13;
    private const int ValidityBits = 3 << 14;
    private const int WordIsValid = 1 << 14;
    private const ulong LargestShortCapacity = 0x0FFF_FFFF;
    private const ulong LargestCapacity = 0xFFFF_FFFF_FFFF;

    private AtaIdentity(string model, ulong blocks, bool extended, bool extendedFlush, int multiple)
    {
        Model = model;
        BlockCount = blocks;
        HasExtendedAddresses = extended;
        HasExtendedFlush = extendedFlush;
        MostBlocksPerInterrupt = multiple;
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
        identity = new AtaIdentity(ReadModel(answer), blocks, extended, extendedFlush, (byte)Word(answer, MultipleWord));
        return blocks != 0;
    }

    private static ushort Word(ReadOnlySpan<byte> answer, int index) => BinaryPrimitives.ReadUInt16LittleEndian(answer.Slice(index * 2));

    /// <summary>Each word holds two characters, the first in its upper half; spaces fill the end.</summary>
    [MayAllocate("boot")]
    private static string ReadModel(ReadOnlySpan<byte> answer)
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
