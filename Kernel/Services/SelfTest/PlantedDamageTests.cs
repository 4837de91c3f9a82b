using System;
using System.Runtime.InteropServices;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.SelfTest;

/// <summary>
/// Damage planted in a pool's own records, which no correct program can reach: the audit names each kind, and finds nothing once it was
/// mended.
/// </summary>
internal static class PlantedDamageTests
{
    // The layout of Kernel/Core/Pools/BufferRecord.cs.
    private const int RecordBytes = 64;
    private const int WordOffset = 0;
    private const int OwnerOffset = 8;
    private const int NextFreeOffset = 16;
    private const uint NotRented = 1u << 15;

    public static string? PlantedBrokenLinkIsNamedByTheAudit(ThreadContext context, SelfTestFixture fixture)
    {
        Span<byte> record = FreeRecord(fixture);
        return Plant(ref MemoryMarshal.Cast<byte, ulong>(record.Slice(NextFreeOffset))[0], 1UL << 40, fixture.NonBlocking,
            PoolAudit.BrokenLink);
    }

    public static string? PlantedWrongCountIsNamedByTheAudit(ThreadContext context, SelfTestFixture fixture)
    {
        Span<byte> record = FreeRecord(fixture);
        return Plant(ref MemoryMarshal.Cast<byte, uint>(record.Slice(WordOffset))[0], NotRented, fixture.NonBlocking,
            PoolAudit.WrongInUseCount);
    }

    public static string? PlantedWrongOwnerIsNamedByTheAudit(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle handle = fixture.NonBlocking.TryRent().Buffer;
        string? found = Plant(ref Record(fixture, handle.Index)[OwnerOffset], 1, fixture.NonBlocking, PoolAudit.WrongOwnerCount);
        fixture.NonBlocking.Return(handle);
        return found;
    }

    private static Span<byte> FreeRecord(SelfTestFixture fixture)
    {
        BufferHandle handle = fixture.NonBlocking.TryRent().Buffer;
        fixture.NonBlocking.Return(handle);
        return Record(fixture, handle.Index);
    }

    private static Span<byte> Record(SelfTestFixture fixture, int index)
    {
        MemoryManager memory = fixture.Memory;
        for (int i = 0; i < memory.LineCount; i++)
        {
            if (string.Equals(memory.GetLine(i).Name, fixture.NonBlocking.Name))
            {
                return memory.GetRecords(i).AsSpan().Slice(index * RecordBytes, RecordBytes);
            }
        }

        return default;
    }

    private static string? Plant(ref ulong place, ulong bits, NonBlockingPool pool, PoolAudit expected)
    {
        place ^= bits;
        PoolAudit found = pool.Audit();
        place ^= bits;
        return Judge(found, pool, expected);
    }

    private static string? Plant(ref uint place, uint bits, NonBlockingPool pool, PoolAudit expected)
    {
        place ^= bits;
        PoolAudit found = pool.Audit();
        place ^= bits;
        return Judge(found, pool, expected);
    }

    private static string? Plant(ref byte place, byte bits, NonBlockingPool pool, PoolAudit expected)
    {
        place ^= bits;
        PoolAudit found = pool.Audit();
        place ^= bits;
        return Judge(found, pool, expected);
    }

    private static string? Judge(PoolAudit found, NonBlockingPool pool, PoolAudit expected)
    {
        return found != expected ? "named wrongly, or not at all" : pool.Audit() != PoolAudit.Sound
            ? "still found when it was mended" : null;
    }
}
