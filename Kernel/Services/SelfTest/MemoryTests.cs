using Cosmos.Core;
using Cosmos.Core.Runtime;
using Reservoir.Memory;
using Reservoir.Threads;

namespace Reservoir.SelfTest;

/// <summary>What the memory manager, the page tables and the sealed heap promise.</summary>
internal static class MemoryTests
{
    public static string? PlanIsWhatWasAdmitted(ThreadContext context, SelfTestFixture fixture)
    {
        return fixture.Memory.VerifyPlanHash() ? null : "the hash differs";
    }

    public static string? ReservationAfterTheSealIsRefused(ThreadContext context, SelfTestFixture fixture)
    {
        PlanError admit = fixture.Memory.Admit(default);
        PlanError pool = fixture.Pools.CreateNonBlockingPool("disk", out _);
        PlanError region = fixture.Memory.TakeRegion("shell", ReservationKind.Stack, out Region taken);
        return admit == PlanError.Sealed && pool == PlanError.Sealed && region == PlanError.Sealed && taken.IsEmpty ? null : "accepted";
    }

    public static string? HeapIsSealed(ThreadContext context, SelfTestFixture fixture)
    {
        return ManagedHeap.IsSealed ? null : "it is open";
    }

    public static string? NoTwoRegionsOverlap(ThreadContext context, SelfTestFixture fixture)
    {
        for (int i = 0; i < fixture.Memory.LineCount; i++)
        {
            for (int j = 0; j < fixture.Memory.LineCount; j++)
            {
                Region region = fixture.Memory.GetRegion(i);
                Region records = fixture.Memory.GetRecords(i);
                bool same = i != j && (region.Overlaps(fixture.Memory.GetRegion(j)) || records.Overlaps(fixture.Memory.GetRecords(j)));
                if (same || region.Overlaps(fixture.Memory.GetRecords(j)))
                {
                    return fixture.Memory.GetLine(i).Name;
                }
            }
        }

        return null;
    }

    public static string? EveryRegionLiesBetweenUnmappedPages(ThreadContext context, SelfTestFixture fixture)
    {
        for (int i = 0; i < fixture.Memory.LineCount; i++)
        {
            Region region = fixture.Memory.GetRegion(i);
            if (fixture.Memory.GetLine(i).Kind != ReservationKind.Placed && !IsGuarded(region))
            {
                return fixture.Memory.GetLine(i).Name;
            }
        }

        return null;
    }

    public static string? PageZeroIsNotMapped(ThreadContext context, SelfTestFixture fixture)
    {
        return Paging.IsMapped(0) ? "it is" : null;
    }

    public static string? NothingIsBothWritableAndExecutable(ThreadContext context, SelfTestFixture fixture)
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        if (!Are(image.TextStart, image.TextEnd, writable: false, executable: true))
        {
            return "the code";
        }

        if (!Are(image.ReadOnlyStart, image.ReadOnlyEnd, writable: false, executable: false))
        {
            return "the constants";
        }

        if (!Are(image.DataStart, image.BootStackBottom - Paging.PageBytes, writable: true, executable: false))
        {
            return "the data";
        }

        for (int i = 0; i < fixture.Memory.LineCount; i++)
        {
            Region region = fixture.Memory.GetRegion(i);
            if (fixture.Memory.GetLine(i).Kind != ReservationKind.Placed
                && !Are(region.Start, region.End, writable: true, executable: false))
            {
                return fixture.Memory.GetLine(i).Name;
            }
        }

        return null;
    }

    private static bool Are(nuint start, nuint end, bool writable, bool executable)
    {
        for (nuint page = start; page < end; page += Paging.PageBytes)
        {
            if (Paging.IsWritable(page) != writable || Paging.IsExecutable(page) != executable)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsGuarded(Region region)
    {
        return !Paging.IsMapped(region.Start - 1) && !Paging.IsMapped(region.End) && Paging.IsMapped(region.Start)
            && Paging.IsMapped(region.End - 1);
    }
}
