using System;
using Reservoir.Pools;

namespace Reservoir.Memory;

/// <summary>Checks a plan's lines one by one, before anything is computed from them.</summary>
internal static class PlanValidation
{
    /// <summary>The first thing that is wrong with a plan.</summary>
    public static PlanError Check(ReadOnlySpan<PlanLine> lines)
    {
        if (lines.Length > MemoryManager.MaxLines)
        {
            return PlanError.TooManyLines;
        }

        int pools = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            PlanError error = CheckLine(lines[i]);
            if (error != PlanError.None)
            {
                return error;
            }

            for (int j = 0; j < i; j++)
            {
                if (string.Equals(lines[j].Name, lines[i].Name))
                {
                    return PlanError.NameTaken;
                }
            }

            if (lines[i].Kind == ReservationKind.Pool && ++pools > PoolLimits.MaxPools)
            {
                return PlanError.TooManyPools;
            }
        }

        return PlanError.None;
    }

    private static PlanError CheckLine(in PlanLine line)
    {
        if (string.IsNullOrEmpty(line.Name))
        {
            return PlanError.NameMissing;
        }

        if (line.Size <= 0)
        {
            return PlanError.SizeNotPositive;
        }

        if (line.Kind != ReservationKind.Pool)
        {
            return line.Size > MemoryManager.MaxRegionBytes ? PlanError.SizeTooLarge : PlanError.None;
        }

        if (line.Size > PoolLimits.MaxBufferSize)
        {
            return PlanError.SizeTooLarge;
        }

        if (line.Count <= 0)
        {
            return PlanError.CountNotPositive;
        }

        if (line.Count > PoolLimits.MaxBufferCount)
        {
            return PlanError.CountTooLarge;
        }

        if (line.Alignment < PoolLimits.MinAlignment || line.Alignment > PoolLimits.MaxAlignment || (line.Alignment & (line.Alignment - 1)) != 0)
        {
            return PlanError.BadAlignment;
        }

        long bytes = (long)PoolLayout.SlotBytes(line.Size, line.Alignment) * line.Count;
        return bytes > MemoryManager.MaxRegionBytes ? PlanError.ProductTooLarge : PlanError.None;
    }
}
