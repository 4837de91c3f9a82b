using System;

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
        PlanError error = CheckName(line);
        if (error != PlanError.None)
        {
            return error;
        }

        if (line.Size <= 0)
        {
            return line.Size == 0 ? PlanError.SizeZero : PlanError.SizeNegative;
        }

        if (line.DmaBits != 0 && line.DmaBits is < MemoryManager.MinDmaBits or > 64)
        {
            return PlanError.DmaBitsOutOfRange;
        }

        if (line.Kind != ReservationKind.Pool)
        {
            return line.Size > MemoryManager.MaxRegionBytes ? PlanError.SizeTooLarge : PlanError.None;
        }

        error = CheckPool(line);
        return error == PlanError.None ? CheckRules(line.Rules, line.Count) : error;
    }

    private static PlanError CheckName(in PlanLine line)
    {
        if (string.IsNullOrEmpty(line.Name))
        {
            return PlanError.NameMissing;
        }

        if (line.Name.Length > MemoryManager.MaxNameLength)
        {
            return PlanError.NameTooLong;
        }

        foreach (char character in line.Name)
        {
            if (character is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
            {
                return PlanError.NameNotTypable;
            }
        }

        return PlanError.None;
    }

    private static PlanError CheckPool(in PlanLine line)
    {
        if (line.PoolKind is not (PoolKind.Blocking or PoolKind.NonBlocking))
        {
            return PlanError.UnknownPoolKind;
        }

        if (line.Size > PoolLimits.MaxBufferSize)
        {
            return PlanError.SizeTooLarge;
        }

        if (line.Count <= 0)
        {
            return line.Count == 0 ? PlanError.CountZero : PlanError.CountNegative;
        }

        if (line.Count > PoolLimits.MaxBufferCount)
        {
            return PlanError.CountTooLarge;
        }

        if (line.Alignment < PoolLimits.MinAlignment)
        {
            return PlanError.AlignmentTooSmall;
        }

        if (line.Alignment > PoolLimits.MaxAlignment)
        {
            return PlanError.AlignmentTooLarge;
        }

        if ((line.Alignment & (line.Alignment - 1)) != 0)
        {
            return PlanError.AlignmentNotPowerOfTwo;
        }

        long bytes = (long)PoolLayout.SlotBytes(line.Size, line.Alignment) * line.Count;
        return bytes > MemoryManager.MaxRegionBytes ? PlanError.ProductTooLarge : PlanError.None;
    }

    private static PlanError CheckRules(in PoolRules rules, int count)
    {
        if (rules.Reserve < 0 || rules.Reserve >= count)
        {
            return PlanError.ReserveOutOfRange;
        }

        if (rules.Cap < 0 || rules.Cap > count)
        {
            return PlanError.CapOutOfRange;
        }

        if (rules.HighWatermark < 0 || rules.HighWatermark > count)
        {
            return PlanError.WatermarkOutOfRange;
        }

        bool ordered = rules.LowWatermark == 0 || (rules.LowWatermark > 0 && rules.LowWatermark < rules.HighWatermark);
        return ordered ? PlanError.None : PlanError.WatermarksOutOfOrder;
    }
}
