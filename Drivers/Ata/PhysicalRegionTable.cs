using System.Runtime.InteropServices;
using Reservoir.Memory;

namespace Reservoir.Drivers.Ata;

/// <summary>
/// The table from which a bus master takes where data lies (SFF-8038i, 1.2): descriptors of 8 bytes, each an even address and an even
/// length within one 64 KiB of memory, the last one marked.
/// </summary>
/// <remarks>The table itself may not cross 64 KiB either; a part of a page doesn't. Boot context to make it; then the thread that has the
/// channel.</remarks>
public sealed class PhysicalRegionTable
{
    /// <summary>Bytes of a descriptor.</summary>
    public const int EntryBytes = 8;

    private const ulong BoundaryBytes = 64 * 1024;
    private const ulong Reach = 1UL << 32;
    private const uint EndOfTable = 0x8000_0000;

    private readonly Region _memory;

    /// <summary>Makes a table.</summary>
    /// <param name="memory">Where it lies: device memory within one page.</param>
    public PhysicalRegionTable(Region memory)
    {
        _memory = memory;
    }

    /// <summary>Its address for the controller.</summary>
    public uint BusAddress => (uint)_memory.Start;

    /// <summary>How many descriptors it has.</summary>
    public int Count { get; private set; }

    private int Capacity => (int)(_memory.Bytes / EntryBytes);

    /// <summary>Forgets everything.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a piece of memory, in as many descriptors as it takes, and moves the mark.</summary>
    /// <param name="address">Its address for the controller; even, below 4 GiB.</param>
    /// <param name="bytes">Its length; even, at least 2.</param>
    /// <returns>False if address or length can't be described or the table is full; then nothing has changed.</returns>
    public bool TryAdd(ulong address, int bytes)
    {
        if (bytes <= 0 || ((address | (uint)bytes) & 1) != 0 || address == 0 || address + (uint)bytes > Reach)
        {
            return false;
        }

        ulong end = address + (uint)bytes;
        ulong pieces = (end - 1) / BoundaryBytes - address / BoundaryBytes + 1;
        if (pieces > (ulong)(Capacity - Count))
        {
            return false;
        }

        System.Span<uint> words = MemoryMarshal.Cast<byte, uint>(_memory.AsSpan());
        if (Count != 0)
        {
            words[Count * 2 - 1] &= ~EndOfTable;
        }

        while (address < end)
        {
            ulong pieceEnd = System.Math.Min(end, (address / BoundaryBytes + 1) * BoundaryBytes);
            words[Count * 2] = (uint)address;

            // A whole 64 KiB is written as 0.
            words[Count * 2 + 1] = (ushort)(pieceEnd - address);
            Count++;
            address = pieceEnd;
        }

        words[Count * 2 - 1] |= EndOfTable;
        return true;
    }
}
