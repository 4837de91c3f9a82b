using System;

namespace Reservoir.Memory;

/// <summary>
/// Computes where each line of a plan lies: one after the other in the first range with room, with an unused page between any two, and
/// clear of what is placed already.
/// </summary>
internal static class PlanLayout
{
    /// <summary>Fills in the places.</summary>
    /// <returns>False if something didn't fit; <see cref="Reservation.Missing"/> then tells how much of which line.</returns>
    public static bool Place(ReadOnlySpan<PlanLine> lines, ReadOnlySpan<MemoryRange> usable, Span<Reservation> reservations)
    {
        Span<nuint> next = stackalloc nuint[usable.Length];
        for (int i = 0; i < usable.Length; i++)
        {
            next[i] = RoundUp(usable[i].Start);
        }

        bool fits = true;
        for (int i = 0; i < lines.Length; i++)
        {
            reservations[i] = default;
            if (lines[i].Kind == ReservationKind.Placed)
            {
                reservations[i].Region = lines[i].PlacedRegion;
                continue;
            }

            nuint bytes = RegionBytes(lines[i]);
            nuint records = RecordBytes(lines[i]);
            bool placed = TryPlace(bytes, ReachOf(lines[i]), lines, usable, next, out reservations[i].Region);
            bool recordsPlaced = records == 0 || TryPlace(records, nuint.MaxValue, lines, usable, next, out reservations[i].Records);
            reservations[i].Missing = (placed ? 0 : bytes) + (recordsPlaced ? 0 : records);
            fits &= placed && recordsPlaced;
        }

        return fits;
    }

    /// <summary>What a line takes, in whole pages, without its guard pages.</summary>
    public static nuint RegionBytes(in PlanLine line)
    {
        return line.Kind == ReservationKind.Pool
            ? RoundUp((nuint)PoolLayout.SlotBytes(line.Size, line.Alignment) * (nuint)line.Count)
            : RoundUp((nuint)line.Size);
    }

    /// <summary>What a pool's records take, in whole pages; 0 for other lines.</summary>
    public static nuint RecordBytes(in PlanLine line)
    {
        return line.Kind == ReservationKind.Pool ? RoundUp((nuint)(PoolLayout.RecordBytes * line.Count)) : 0;
    }

    /// <summary>The last address that the line's device can reach.</summary>
    private static nuint ReachOf(in PlanLine line) => line.DmaBits is 0 or 64 ? nuint.MaxValue : ((nuint)1 << line.DmaBits) - 1;

    private static bool TryPlace(nuint bytes, nuint reach, ReadOnlySpan<PlanLine> lines, ReadOnlySpan<MemoryRange> usable, Span<nuint> next,
        out Region region)
    {
        const nuint guard = MemoryManager.PageBytes;
        for (int i = 0; i < usable.Length; i++)
        {
            nuint end = usable[i].Start + usable[i].Bytes;
            nuint start = next[i] + guard;
            while (TryFindPlaced(lines, new Region(start - guard, bytes + (2 * guard)), out Region placed))
            {
                start = RoundUp(placed.End) + guard;
            }

            if (start + bytes + guard <= end && start + bytes - 1 <= reach)
            {
                region = new Region(start, bytes);
                next[i] = start + bytes;
                return true;
            }
        }

        region = default;
        return false;
    }

    /// <summary>Something that the boot code has placed where a region and its guard pages would lie.</summary>
    private static bool TryFindPlaced(ReadOnlySpan<PlanLine> lines, Region wanted, out Region placed)
    {
        foreach (PlanLine line in lines)
        {
            if (line.Kind == ReservationKind.Placed && line.PlacedRegion.Overlaps(wanted))
            {
                placed = line.PlacedRegion;
                return true;
            }
        }

        placed = default;
        return false;
    }

    private static nuint RoundUp(nuint bytes) => (bytes + (MemoryManager.PageBytes - 1)) & ~(nuint)(MemoryManager.PageBytes - 1);
}
