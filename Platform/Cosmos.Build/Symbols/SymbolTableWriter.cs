using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Cosmos.Build.Symbols;

/// <summary>
/// Writes the table from which the running kernel names methods (stack traces) and types (refused
/// allocations): the symbols of the linked image, sorted by address.
/// </summary>
/// <remarks>
/// Layout, little endian: count (u32); count pairs of address (u32) and offset of the name (u32, from the start of the
/// names); the names, each UTF-8 with a terminating zero. The image lies below 4 GiB, so 32 bits are enough.
/// The table is linked behind everything else, so that a second link with it moves no symbol.
/// </remarks>
internal static class SymbolTableWriter
{
    /// <summary>Reads an ELF image and writes its table.</summary>
    /// <param name="elf">The image after the first link.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="assemblies">The kernel's assemblies.</param>
    /// <returns>0, or 1 with a message on standard error.</returns>
    public static int Run(string elf, string output, IReadOnlyList<string> assemblies)
    {
        SortedDictionary<uint, string> symbols = ElfSymbols.Read(File.ReadAllBytes(elf));
        if (symbols.Count == 0)
        {
            Console.Error.WriteLine($"{elf}: no symbols to name methods by");
            return 1;
        }

        File.WriteAllBytes(output, Encode(symbols, new SymbolNames(assemblies)));
        return 0;
    }

    private static byte[] Encode(SortedDictionary<uint, string> symbols, SymbolNames readable)
    {
        using var names = new MemoryStream();
        byte[] table = new byte[sizeof(uint) + symbols.Count * 2 * sizeof(uint)];
        BinaryPrimitives.WriteInt32LittleEndian(table, symbols.Count);
        int at = sizeof(uint);
        foreach ((uint address, string name) in symbols)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(at), address);
            BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(at + sizeof(uint)), (uint)names.Length);
            at += 2 * sizeof(uint);
            names.Write(Encoding.UTF8.GetBytes(readable.Readable(name)));
            names.WriteByte(0);
        }

        return [.. table, .. names.ToArray()];
    }
}
