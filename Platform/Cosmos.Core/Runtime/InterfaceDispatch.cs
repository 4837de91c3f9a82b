using System.Runtime;
using System.Runtime.InteropServices;

namespace Cosmos.Core.Runtime;

/// <summary>
/// Finds the method behind an interface call the first time that a call site meets a type, and remembers it.
/// </summary>
/// <remarks>
/// <para>Each call site (or group of them) has a <em>dispatch cell</em>: a code pointer, here always the assembly routine
/// <c>RhpInitialDynamicInterfaceDispatch</c>, and a word that tells the interface type. The routine looks the pair of cell and type up in a
/// table; on a miss the class library searches the type's dispatch map and <see cref="Update"/> enters the answer.</para>
/// <para>The table has a fixed size and an entry, once made, never changes: a reader that has matched cell and type may be interrupted
/// before it reads the target, and still jumps to the right place. The cell is written last. A pair whose place is taken is resolved the
/// slow way at each call.</para>
/// </remarks>
internal static unsafe class InterfaceDispatch
{
    /// <summary>Entries of the table, a power of two; the same number stands in Boot/Runtime.asm.</summary>
    public const int CacheEntries = 2048;

    private const nuint KindMask = 3;
    private const nuint PointsToInterface = 1;
    private const nuint IndirectedRelative = 2;
    private const nuint Relative = 3;
    private const nuint LargestVTableOffset = 0x1000;

    private enum CellKind
    {
        InterfaceAndSlot = 0,
        MetadataToken = 1,
        VTableOffset = 2,
    }

    [RuntimeExport("RhpGetDispatchCellInfo")]
    private static void GetCellInfo(Cell* cell, CellInfo* info)
    {
        *info = default;
        nuint word = cell->Word;
        if (word < LargestVTableOffset && (word & KindMask) == 0)
        {
            info->Kind = CellKind.VTableOffset;
            info->VTableOffset = (uint)word;
            return;
        }

        // The kind and the slot stand once for a run of cells, in the one with no code that ends the run.
        Cell* last = cell;
        while (last->Code != 0)
        {
            last++;
        }

        info->Kind = (CellKind)(last->Word >> 16);
        info->Slot = (ushort)last->Word;
        nuint relative = ((nuint)(&cell->Word) + (nuint)(nint)(int)word) & ~KindMask;
        switch (word & KindMask)
        {
            case PointsToInterface:
                info->InterfaceType = (MethodTable*)(word & ~KindMask);
                break;
            case IndirectedRelative:
                info->InterfaceType = *(MethodTable**)relative;
                break;
            case Relative:
                info->InterfaceType = (MethodTable*)relative;
                break;
            default:
                ManagedFault.Raise("InvalidProgram"u8, "an interface dispatch cell of unknown kind"u8, (nuint)cell);
                break;
        }
    }

    [RuntimeExport("RhpSearchDispatchCellCache")]
    private static nuint Search(Cell* cell, MethodTable* type)
    {
        Entry* entry = EntryFor(cell, type);
        return entry->Cell == cell && entry->Type == type ? entry->Target : 0;
    }

    [RuntimeExport("RhpUpdateDispatchCellCache")]
    private static nuint Update(Cell* cell, nuint target, MethodTable* type, CellInfo* info)
    {
        nuint state = Native.MaskInterrupts();
        Entry* entry = EntryFor(cell, type);
        if (entry->Cell is null)
        {
            entry->Target = target;
            entry->Type = type;
            entry->Cell = cell;
        }

        Native.RestoreInterrupts(state);
        return target;
    }

    private static Entry* EntryFor(Cell* cell, MethodTable* type)
    {
        nuint hash = ((nuint)cell >> 4) ^ (nuint)type ^ ((nuint)type >> 3);
        return (Entry*)Native.InterfaceDispatchCacheAddress() + (hash & (CacheEntries - 1));
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Cell
    {
        public nuint Code;
        public nuint Word;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public Cell* Cell;
        public MethodTable* Type;
        public nuint Target;
    }

    /// <summary>The class library's <c>DispatchCellInfo</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CellInfo
    {
        public CellKind Kind;
        public MethodTable* InterfaceType;
        public ushort Slot;
        public byte HasCache;
        public uint MetadataToken;
        public uint VTableOffset;
    }
}
