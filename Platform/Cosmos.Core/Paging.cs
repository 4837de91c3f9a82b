using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>
/// The page tables. An address means the same to the processor and to a device: what is mapped, is mapped to itself, in pages of 4 KiB;
/// what is not is a fault. (Intel SDM volume 3, 4.5: four-level paging.)
/// </summary>
/// <remarks>
/// Only what was asked for is mapped, so the space around every region is a guard, and the first page, where null references lead, is never
/// mapped. The tables themselves come from a region of fixed size; when it is used up, <see cref="Map"/> refuses. Boot context only, except
/// for <see cref="IsMapped"/>.
/// </remarks>
[AllocationFree]
public static unsafe class Paging
{
    /// <summary>Bytes in a page.</summary>
    public const int PageBytes = 4096;

    /// <summary>Size of the region for tables, in bytes: 64 tables, enough for about 120 MiB in pages of 4 KiB and some device
    /// windows.</summary>
    public const int TableRegionBytes = 64 * PageBytes;

    private const ulong Present = 1;
    private const ulong Writable = 1 << 1;
    private const ulong WriteThrough = 1 << 3;
    private const ulong CacheDisabled = 1 << 4;
    private const ulong NoExecute = 1UL << 63;
    private const ulong AddressMask = 0x000F_FFFF_FFFF_F000;
    private const int Levels = 4;
    private const int BitsPerLevel = 9;
    private const int PageBits = 12;
    private const ulong HighestAddress = 1UL << 46;

    private static nuint s_root;
    private static nuint s_nextTable;
    private static nuint s_tablesEnd;
    private static nuint s_tablesStart;
    private static bool s_active;

    /// <summary>First address of the region for tables.</summary>
    public static nuint TableRegionStart => s_tablesStart;

    /// <summary>Bytes of the region for tables in use.</summary>
    public static nuint TableBytesUsed => s_nextTable - s_tablesStart;

    /// <summary>Whether a page is mapped. Any context.</summary>
    /// <param name="address">Any address in it.</param>
    public static bool IsMapped(nuint address) => address < HighestAddress && (ReadEntry(address) & Present) != 0;

    /// <summary>Whether a page can be written. Any context.</summary>
    /// <param name="address">Any address in it.</param>
    public static bool IsWritable(nuint address) => IsMapped(address) && (ReadEntry(address) & Writable) != 0;

    /// <summary>Whether a page can be executed. Any context.</summary>
    /// <param name="address">Any address in it.</param>
    public static bool IsExecutable(nuint address) => IsMapped(address) && (ReadEntry(address) & NoExecute) == 0;

    /// <summary>
    /// Maps a range to itself. Pages that are mapped already keep the access they have: the first to map a page decides.
    /// </summary>
    /// <param name="start">First address; rounded down to a page.</param>
    /// <param name="bytes">Length in bytes, at least 1; the end is rounded up to a page.</param>
    /// <param name="access">What may be done with it.</param>
    /// <returns>False if the range wraps, lies too high, includes page zero or there is no room for another table.</returns>
    public static bool Map(nuint start, nuint bytes, PageAccess access)
    {
        nuint end = start + bytes;
        if (bytes == 0 || end < start || end > HighestAddress || start < PageBytes)
        {
            return false;
        }

        for (nuint page = start & ~(nuint)(PageBytes - 1); page < end; page += PageBytes)
        {
            ulong* entry = GetOrCreateEntry(page);
            if (entry is null)
            {
                return false;
            }

            if ((*entry & Present) == 0)
            {
                *entry = page | Attributes(access);
                if (s_active)
                {
                    Native.InvalidatePage(page);
                }
            }
        }

        return true;
    }

    internal static void Initialise(nuint tableRegion)
    {
        s_tablesStart = tableRegion;
        s_nextTable = tableRegion;
        s_tablesEnd = tableRegion + TableRegionBytes;
        s_root = TakeTable();
    }

    /// <summary>Replaces the tables of Boot/Entry.asm: from here on everything that was not mapped is gone.</summary>
    internal static void Activate()
    {
        Native.WritePageTableRoot(s_root);
        s_active = true;
    }

    private static ulong Attributes(PageAccess access) => access switch
    {
        PageAccess.Execute => Present,
        PageAccess.ReadOnly => Present | NoExecute,
        PageAccess.Device => Present | Writable | WriteThrough | CacheDisabled | NoExecute,
        _ => Present | Writable | NoExecute,
    };

    private static ulong* GetOrCreateEntry(nuint address)
    {
        ulong* table = (ulong*)s_root;
        for (int level = Levels - 1; level > 0; level--)
        {
            ulong* entry = table + Index(address, level);
            if ((*entry & Present) == 0)
            {
                nuint next = TakeTable();
                if (next == 0)
                {
                    return null;
                }

                *entry = next | Present | Writable;
            }

            table = (ulong*)(nuint)(*entry & AddressMask);
        }

        return table + Index(address, 0);
    }

    private static ulong ReadEntry(nuint address)
    {
        ulong entry = s_root | Present;
        for (int level = Levels - 1; level >= 0 && (entry & Present) != 0; level--)
        {
            entry = ((ulong*)(nuint)(entry & AddressMask))[Index(address, level)];
        }

        return entry;
    }

    private static int Index(nuint address, int level)
    {
        return (int)(address >> (PageBits + level * BitsPerLevel)) & ((1 << BitsPerLevel) - 1);
    }

    private static nuint TakeTable()
    {
        if (s_nextTable == s_tablesEnd)
        {
            return 0;
        }

        nuint table = s_nextTable;
        s_nextTable += PageBytes;
        Native.Fill((void*)table, 0, PageBytes);
        return table;
    }
}
