using System;
using System.Collections.Generic;

namespace Cosmos.Build.Proof;

/// <summary>The compiler's descriptions of types (MethodTable) in the image: who derives from whom, and which method stands in which
/// slot.</summary>
/// <remarks>Layout as in .NET 10's NativeAOT, <c>src/coreclr/nativeaot/Runtime/inc/MethodTable.h</c>: flags at 0, the base type at 8, the
/// slots from 24 on.
/// Arrays and strings have a component size, and at 8 something else than a base.</remarks>
internal sealed class TypeTables
{
    private const string Prefix = "_ZTV";
    private const uint HasComponentSize = 0x80000000;
    private const ulong BaseOffset = 8;
    private const ulong FirstSlot = 24;

    private readonly KernelImage _image;
    private readonly Dictionary<ulong, ulong> _ends = [];
    private readonly Dictionary<string, ulong> _byName = new(StringComparer.Ordinal);

    /// <summary>Finds the types of an image by their symbols.</summary>
    /// <param name="image">The image.</param>
    public TypeTables(KernelImage image)
    {
        _image = image;
        ulong open = 0;
        foreach ((ulong address, List<string> names) in image.Names)
        {
            if (open != 0)
            {
                _ends[open] = address;
                open = 0;
            }

            foreach (string name in names)
            {
                if (name.StartsWith(Prefix, StringComparison.Ordinal))
                {
                    open = address;
                    _byName[name[Prefix.Length..].TrimStart("0123456789".ToCharArray())] = address;
                }
            }
        }
    }

    /// <summary>The address of a type's table.</summary>
    /// <param name="name">The mangled name, without the prefix and its length.</param>
    /// <param name="type">The address.</param>
    public bool TryFind(string name, out ulong type) => _byName.TryGetValue(name, out type);

    /// <summary>Whether a table stands at an address.</summary>
    /// <param name="address">The address.</param>
    public bool IsType(ulong address) => _ends.ContainsKey(address);

    /// <summary>Whether a type is another or derives from it.</summary>
    /// <param name="type">The type.</param>
    /// <param name="ancestor">The other.</param>
    public bool IsOrDerives(ulong type, ulong ancestor)
    {
        for (ulong at = type; at != 0; at = BaseOf(at))
        {
            if (at == ancestor)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The functions that stand in one slot of all types that are or derive from one, by type.</summary>
    /// <param name="offset">Where the slot is in the table, in bytes.</param>
    /// <param name="ancestor">The type; 0 for any type.</param>
    public IEnumerable<CodeFunction> Slot(ulong offset, ulong ancestor)
    {
        foreach ((ulong type, ulong end) in _ends)
        {
            if (offset >= FirstSlot && type + offset + sizeof(ulong) <= end && (ancestor == 0 || IsOrDerives(type, ancestor))
                && _image.TryReadWord(type + offset, out ulong code) && _image.FunctionAt(code) is CodeFunction function)
            {
                yield return function;
            }
        }
    }

    /// <summary>Every type that is or derives from one.</summary>
    /// <param name="ancestor">The type.</param>
    public IEnumerable<ulong> Family(ulong ancestor)
    {
        foreach (ulong type in _ends.Keys)
        {
            if (IsOrDerives(type, ancestor))
            {
                yield return type;
            }
        }
    }

    private ulong BaseOf(ulong type)
    {
        bool hasBase = _image.TryReadHalf(type, out uint flags) && (flags & HasComponentSize) == 0;
        return hasBase && _image.TryReadWord(type + BaseOffset, out ulong parent) && IsType(parent) ? parent : 0;
    }
}
