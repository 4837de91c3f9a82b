using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Cosmos.Build.Symbols;

namespace Cosmos.Build.Proof;

/// <summary>
/// The linked image as the proof sees it: code split into functions, and data that can be read by address.
/// </summary>
/// <remarks>
/// System V ABI, chapters 4 and 5. A function begins at every symbol in an executable section, whatever its type, and ends where the next
/// begins: no
/// byte of code belongs to none. NASM's labels within a routine (with a full stop) begin nothing.
/// </remarks>
internal sealed class KernelImage
{
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const uint SymbolTableSection = 2;
    private const uint SectionWithoutBytes = 8;
    private const ulong Allocated = 2;
    private const ulong Executable = 4;
    private const int FirstReservedSection = 0xFF00;

    private readonly byte[] _file;
    private readonly SymbolNames _readable;
    private readonly List<Section> _sections = [];
    private readonly Dictionary<ulong, CodeFunction> _byStart = [];

    /// <summary>Reads an image.</summary>
    /// <param name="file">The ELF file: 64 bits, little endian.</param>
    /// <param name="names">How its symbols become readable.</param>
    public KernelImage(byte[] file, SymbolNames names)
    {
        _file = file;
        _readable = names;
        int headers = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(0x28)));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(0x3C));
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = file.AsSpan(headers + i * SectionHeaderSize, SectionHeaderSize);
            _sections.Add(new Section(
                BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
                BinaryPrimitives.ReadUInt64LittleEndian(header[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(header[16..]),
                checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..])),
                checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..])),
                BinaryPrimitives.ReadInt32LittleEndian(header[40..])));
        }

        foreach (Section section in _sections)
        {
            if (section.Type == SymbolTableSection)
            {
                ReadSymbols(section, _sections[section.Link]);
            }
        }

        SplitCode();
    }

    /// <summary>Every function, by address.</summary>
    public List<CodeFunction> Functions { get; } = [];

    /// <summary>Addresses by name.</summary>
    public Dictionary<string, ulong> Addresses { get; } = new(StringComparer.Ordinal);

    /// <summary>Names by address.</summary>
    public SortedDictionary<ulong, List<string>> Names { get; } = [];

    /// <summary>The function that begins at an address; null if none does.</summary>
    /// <param name="address">The address.</param>
    public CodeFunction? FunctionAt(ulong address) => _byStart.GetValueOrDefault(address);

    /// <summary>Whether an address lies in code.</summary>
    /// <param name="address">The address.</param>
    public bool IsCode(ulong address) => _sections.Exists(s => (s.Flags & Executable) != 0 && address - s.Address < (ulong)s.Size);

    /// <summary>Reads eight bytes of data.</summary>
    /// <param name="address">Their address.</param>
    /// <param name="value">What they hold.</param>
    /// <returns>False if the file has no bytes there.</returns>
    public bool TryReadWord(ulong address, out ulong value)
    {
        bool found = TryRead(address, sizeof(ulong), out ReadOnlySpan<byte> bytes);
        value = found ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
        return found;
    }

    /// <summary>Reads four bytes of data.</summary>
    /// <param name="address">Their address.</param>
    /// <param name="value">What they hold.</param>
    /// <returns>False if the file has no bytes there.</returns>
    public bool TryReadHalf(ulong address, out uint value)
    {
        bool found = TryRead(address, sizeof(uint), out ReadOnlySpan<byte> bytes);
        value = found ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
        return found;
    }

    /// <summary>Every aligned word of the data that the file holds, with its address.</summary>
    public IEnumerable<(ulong Address, ulong Value)> DataWords()
    {
        foreach (Section section in _sections)
        {
            if ((section.Flags & Allocated) == 0 || (section.Flags & Executable) != 0 || section.Type == SectionWithoutBytes)
            {
                continue;
            }

            for (int at = 0; at + sizeof(ulong) <= section.Size; at += sizeof(ulong))
            {
                yield return (section.Address + (ulong)at, BinaryPrimitives.ReadUInt64LittleEndian(_file.AsSpan(section.Offset + at)));
            }
        }
    }

    private bool TryRead(ulong address, int bytes, out ReadOnlySpan<byte> value)
    {
        foreach (Section section in _sections)
        {
            if ((section.Flags & Allocated) != 0 && section.Type != SectionWithoutBytes && address >= section.Address
                && address - section.Address + (ulong)bytes <= (ulong)section.Size)
            {
                value = _file.AsSpan(section.Offset + (int)(address - section.Address), bytes);
                return true;
            }
        }

        value = default;
        return false;
    }

    private void ReadSymbols(Section table, Section strings)
    {
        for (int at = 0; at + SymbolSize <= table.Size; at += SymbolSize)
        {
            ReadOnlySpan<byte> symbol = _file.AsSpan(table.Offset + at, SymbolSize);
            int section = BinaryPrimitives.ReadUInt16LittleEndian(symbol[6..]);
            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(symbol[8..]);
            ReadOnlySpan<byte> tail = _file.AsSpan(strings.Offset + BinaryPrimitives.ReadInt32LittleEndian(symbol));
            string name = Encoding.UTF8.GetString(tail[..tail.IndexOf((byte)0)]);
            if (section == 0 || section >= FirstReservedSection || name.Length == 0 || (_sections[section].Flags & Allocated) == 0)
            {
                continue;
            }

            bool isLocalLabel = (_sections[section].Flags & Executable) != 0 && name.Contains('.', StringComparison.Ordinal);
            if (!isLocalLabel)
            {
                Addresses[name] = address;
                if (!Names.TryGetValue(address, out List<string>? names))
                {
                    Names[address] = names = [];
                }

                names.Add(name);
            }
        }
    }

    private void SplitCode()
    {
        foreach (Section section in _sections)
        {
            if ((section.Flags & Executable) == 0)
            {
                continue;
            }

            ulong end = section.Address + (ulong)section.Size;
            CodeFunction? last = null;
            foreach ((ulong address, List<string> names) in Names)
            {
                if (address < section.Address || address >= end)
                {
                    continue;
                }

                last?.Decode(Bytes(section, last.Start, address));
                last = new CodeFunction(address, names, _readable);
                Functions.Add(last);
                _byStart.Add(address, last);
            }

            last?.Decode(Bytes(section, last.Start, end));
        }
    }

    private byte[] Bytes(Section section, ulong start, ulong end) =>
        _file.AsSpan(section.Offset + (int)(start - section.Address), (int)(end - start)).ToArray();

    private sealed record Section(uint Type, ulong Flags, ulong Address, int Offset, int Size, int Link);
}
