using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Cosmos.Build.Symbols;

/// <summary>Reads the symbol table of a 64-bit little-endian ELF file (System V ABI, chapters 4 and 5).</summary>
internal static class ElfSymbols
{
    private const int SectionHeaderTableOffset = 0x28;
    private const int SectionHeaderCount = 0x3C;
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const uint SymbolTableSection = 2;
    private const ulong ExecutableSection = 4;
    private const int FirstReservedSection = 0xFF00;

    /// <summary>Function and type-table symbols by address; of several at one address, the most telling name.</summary>
    /// <param name="image">The whole file.</param>
    public static SortedDictionary<uint, string> Read(ReadOnlySpan<byte> image)
    {
        var symbols = new SortedDictionary<uint, string>();
        int headers = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(image[SectionHeaderTableOffset..]));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(image[SectionHeaderCount..]);
        bool[] executable = new bool[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = image.Slice(headers + i * SectionHeaderSize, SectionHeaderSize);
            executable[i] = (BinaryPrimitives.ReadUInt64LittleEndian(header[8..]) & ExecutableSection) != 0;
        }

        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = image.Slice(headers + i * SectionHeaderSize, SectionHeaderSize);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == SymbolTableSection)
            {
                int link = BinaryPrimitives.ReadInt32LittleEndian(header[40..]);
                ReadOnlySpan<byte> strings = Section(image, image.Slice(headers + link * SectionHeaderSize, SectionHeaderSize));
                Collect(Section(image, header), strings, executable, symbols);
            }
        }

        return symbols;
    }

    private static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> image, ReadOnlySpan<byte> header)
    {
        int offset = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..]));
        int size = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));
        return image.Slice(offset, size);
    }

    private static void Collect(ReadOnlySpan<byte> table, ReadOnlySpan<byte> strings, bool[] executable, SortedDictionary<uint,
        string> symbols)
    {
        for (int at = 0; at + SymbolSize <= table.Length; at += SymbolSize)
        {
            ReadOnlySpan<byte> symbol = table.Slice(at, SymbolSize);
            int section = BinaryPrimitives.ReadUInt16LittleEndian(symbol[6..]);
            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(symbol[8..]);
            ReadOnlySpan<byte> tail = strings[BinaryPrimitives.ReadInt32LittleEndian(symbol)..];
            string name = Encoding.UTF8.GetString(tail[..tail.IndexOf((byte)0)]);
            bool isCode = section < FirstReservedSection && executable[section] && !IsLocalLabel(name);
            bool isTypeTable = name.StartsWith("_ZTV", StringComparison.Ordinal);
            if (address is 0 or > uint.MaxValue || name.Length == 0 || !(isCode || isTypeTable))
            {
                continue;
            }

            // Folded bodies share an address: the shortest name is the least instantiated one.
            if (!symbols.TryGetValue((uint)address, out string? known) || name.Length < known.Length)
            {
                symbols[(uint)address] = name;
            }
        }
    }

    /// <summary>NASM's labels within a routine: <c>routine.label</c>. ILC never puts a full stop into a name.</summary>
    private static bool IsLocalLabel(string name) => name.Contains('.');
}
