using System;
using Cosmos.Common;

namespace Reservoir.Memory;

/// <summary>Writes a plan and a map for people.</summary>
internal static class PlanReport
{
    public static void WritePlan(MemoryManager manager, ReadOnlySpan<Reservation> reservations, TextOutput output)
    {
        nuint total = 0;
        nuint missing = 0;
        output.WriteLine("name             for         kind            size  count       bytes  align  dma"u8);
        for (int i = 0; i < manager.LineCount; i++)
        {
            PlanLine line = manager.GetLine(i);
            nuint bytes = PlanLayout.RegionBytes(line) + PlanLayout.RecordBytes(line);
            total += line.Kind == ReservationKind.Placed ? 0 : bytes;
            missing += reservations[i].Missing;
            output.Write($"{line.Name,-16} {line.Subsystem,-11} {PlanText.KindOf(line),-12} ");
            output.Write($"{line.Size,7} {line.Count,6} {bytes,11} {line.Alignment,6} ");
            if (line.DmaBits == 0)
            {
                output.Write("   -"u8);
            }
            else
            {
                output.Write($"{line.DmaBits,4}");
            }

            if (reservations[i].Missing != 0)
            {
                output.Write($"  {reservations[i].Missing} MISSING");
            }

            output.WriteLine();
        }

        output.WriteLine($"reserved by the plan {total} bytes, of {manager.UsableBytes} there were, guard pages not counted");
        if (missing != 0)
        {
            output.WriteLine($"SHORTFALL {missing} bytes: nothing was reserved");
        }
    }

    public static void WriteMap(MemoryManager manager, TextOutput output)
    {
        output.WriteLine("from      to        name"u8);
        nuint shown = 0;
        while (TryFindNext(manager, shown, out Region region, out string name, out bool isRecords))
        {
            output.WriteLine($"{region.Start:X8}  {region.End - 1:X8}  {name}{(isRecords ? " (records)" : "")}");
            shown = region.End;
        }
    }

    /// <summary>The region with the lowest address from here on: a map in order without memory to sort in.</summary>
    private static bool TryFindNext(MemoryManager manager, nuint from, out Region found, out string name, out bool isRecords)
    {
        found = default;
        name = "";
        isRecords = false;
        for (int i = 0; i < manager.LineCount; i++)
        {
            for (int part = 0; part < 2; part++)
            {
                Region region = part == 0 ? manager.GetRegion(i) : manager.GetRecords(i);
                if (!region.IsEmpty && region.Start >= from && (found.IsEmpty || region.Start < found.Start))
                {
                    found = region;
                    name = manager.GetLine(i).Name;
                    isRecords = part == 1;
                }
            }
        }

        return !found.IsEmpty;
    }
}
