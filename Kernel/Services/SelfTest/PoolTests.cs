using System;
using System.Runtime.InteropServices;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.SelfTest;

/// <summary>What a pool promises to those who never wait.</summary>
internal static class PoolTests
{
    public static string? RentedBufferHasItsFullSize(ThreadContext context, SelfTestFixture fixture)
    {
        RentResult rented = fixture.NonBlocking.TryRent();
        int length = fixture.NonBlocking.GetSpan(rented.Buffer).Length;
        fixture.NonBlocking.Return(rented.Buffer);
        return length == SelfTestFixture.BufferBytes ? null : "another size";
    }

    public static string? EveryBufferIsRentedToOneOwnerOnly(ThreadContext context, SelfTestFixture fixture)
    {
        Span<ulong> words = stackalloc ulong[SelfTestFixture.NonBlockingCount];
        string? found = null;
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = fixture.NonBlocking.TryRent().Buffer.Word;
            found = words[i] == 0 ? "a buffer is missing" : words.Slice(0, i).Contains(words[i]) ? "a buffer was given twice" : found;
        }

        found ??= fixture.NonBlocking.TryRent().Error == RentError.Empty ? null : "the empty pool gave a buffer";
        foreach (ulong word in words)
        {
            fixture.NonBlocking.Return(BufferHandle.FromWord(word));
        }

        return found;
    }

    public static string? EmptyPoolCountsTheRefusal(ThreadContext context, SelfTestFixture fixture)
    {
        ulong before = fixture.NonBlocking.TakeSnapshot().Failures;
        EveryBufferIsRentedToOneOwnerOnly(context, fixture);
        return fixture.NonBlocking.TakeSnapshot().Failures == before + 1 ? null : "not counted once";
    }

    public static string? SecondReturnIsRefused(ThreadContext context, SelfTestFixture fixture)
    {
        RentResult rented = fixture.NonBlocking.TryRent();
        ReturnError first = fixture.NonBlocking.Return(rented.Buffer);
        ReturnError second = fixture.NonBlocking.Return(rented.Buffer);
        return first == ReturnError.None && second == ReturnError.StaleHandle ? null : "accepted";
    }

    public static string? HandleOfAnEarlierRentalIsRefused(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle old = fixture.NonBlocking.TryRent().Buffer;
        fixture.NonBlocking.Return(old);
        BufferHandle current = fixture.NonBlocking.TryRent().Buffer;
        bool refused = fixture.NonBlocking.Return(old) == ReturnError.StaleHandle && fixture.NonBlocking.IsRented(current);
        bool sameBuffer = old.Index == current.Index;
        fixture.NonBlocking.Return(current);
        return refused && sameBuffer ? null : "accepted, or another buffer came";
    }

    public static string? ForeignHandleIsRefused(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle foreign = fixture.Blocking.TryRent().Buffer;
        ReturnError error = fixture.NonBlocking.Return(foreign);
        fixture.Blocking.Return(foreign);
        return error == ReturnError.ForeignPool ? null : "not recognised";
    }

    public static string? ForgedHandleIsRefused(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle real = fixture.NonBlocking.TryRent().Buffer;
        ReturnError otherGeneration = fixture.NonBlocking.Return(BufferHandle.FromWord(real.Word + BufferHandle.NextGeneration));
        ReturnError otherIndex = fixture.NonBlocking.Return(BufferHandle.FromWord(real.Word | 0xFFFF));
        ReturnError none = fixture.NonBlocking.Return(default);
        ReturnError itself = fixture.NonBlocking.Return(real);
        bool refused = otherGeneration == ReturnError.StaleHandle && otherIndex == ReturnError.NoSuchBuffer && none == ReturnError.NoHandle;
        return refused && itself == ReturnError.None ? null : "accepted, or the real one was refused";
    }

    public static string? FreeBufferCannotBeReachedByAForgedHandle(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle last = fixture.NonBlocking.TryRent().Buffer;
        fixture.NonBlocking.Return(last);
        for (int bit = 63; bit >= 0; bit--)
        {
            // The next rental's word, and each that differs in one bit: what the book-keeping may contain while the buffer is free.
            BufferHandle forged = BufferHandle.FromWord((last.Word + BufferHandle.NextGeneration) ^ (1UL << bit));
            if (fixture.NonBlocking.IsRented(forged) || fixture.NonBlocking.Return(forged) == ReturnError.None)
            {
                return "it was";
            }
        }

        return fixture.NonBlocking.Return(BufferHandle.FromWord(last.Word + BufferHandle.NextGeneration)) == ReturnError.StaleHandle
            ? null : "by its next handle";
    }

    public static string? ReturnedHandleHasNoPayload(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle handle = fixture.NonBlocking.TryRent().Buffer;
        fixture.NonBlocking.Return(handle);
        return fixture.NonBlocking.GetSpan(handle).IsEmpty && fixture.NonBlocking.GetBusAddress(handle) == 0 ? null : "still reachable";
    }

    public static string? NumbersAlwaysAddUp(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle handle = fixture.NonBlocking.TryRent().Buffer;
        bool first = AddsUp(fixture.NonBlocking.TakeSnapshot(), inUse: 1);
        fixture.NonBlocking.Return(handle);
        return first && AddsUp(fixture.NonBlocking.TakeSnapshot(), inUse: 0) ? null : "they don't";
    }

    public static string? PlantedOverrunIsDetectedAtReturn(ThreadContext context, SelfTestFixture fixture)
    {
        return PlantAndReturn(fixture.Damage, offset: SelfTestFixture.BufferBytes, ReturnError.Overrun);
    }

    public static string? PlantedUnderrunIsDetectedAtReturn(ThreadContext context, SelfTestFixture fixture)
    {
        return PlantAndReturn(fixture.Damage, offset: -1, ReturnError.Underrun);
    }

    public static string? PlantedDamageOfAFreeBufferIsDetectedByTheAudit(ThreadContext context, SelfTestFixture fixture)
    {
        BufferHandle handle = fixture.NonBlocking.TryRent().Buffer;
        ref byte behind = ref ByteAt(fixture.NonBlocking.GetSpan(handle), SelfTestFixture.BufferBytes);
        fixture.NonBlocking.Return(handle);
        bool soundBefore = fixture.NonBlocking.Audit() == PoolAudit.Sound;
        behind ^= 1;
        bool detected = fixture.NonBlocking.Audit() == PoolAudit.DamagedFreeBuffer;
        behind ^= 1;
        bool soundAfter = fixture.NonBlocking.Audit() == PoolAudit.Sound;
        return soundBefore && detected && soundAfter ? null : "not detected";
    }

    public static string? EveryPoolIsSound(ThreadContext context, SelfTestFixture fixture)
    {
        for (int i = 0; i < fixture.Pools.PoolCount; i++)
        {
            if (fixture.Pools.GetPool(i).Audit() != PoolAudit.Sound)
            {
                return fixture.Pools.GetPool(i).Name;
            }
        }

        return null;
    }

    private static string? PlantAndReturn(NonBlockingPool pool, int offset, ReturnError expected)
    {
        RentResult rented = pool.TryRent();
        if (!rented.Succeeded)
        {
            return "buffers are missing";
        }

        int quarantined = pool.TakeSnapshot().Quarantined;
        ByteAt(pool.GetSpan(rented.Buffer), offset) ^= 1;
        bool detected = pool.Return(rented.Buffer) == expected;
        PoolSnapshot after = pool.TakeSnapshot();
        bool isQuarantined = after.Quarantined == quarantined + 1 && AddsUp(after, inUse: 0);
        pool.RepairQuarantined();
        PoolSnapshot repaired = pool.TakeSnapshot();
        return !detected || !isQuarantined ? "not detected, or not quarantined"
            : repaired.Quarantined != 0 || !AddsUp(repaired, inUse: 0) ? "the repair failed" : null;
    }

    private static bool AddsUp(in PoolSnapshot snapshot, int inUse)
    {
        return snapshot.InUse == inUse && snapshot.InUse + snapshot.Free + snapshot.Quarantined == snapshot.Count;
    }

    /// <summary>A byte at, before or behind a payload: the defect that a correct program can't have.</summary>
    private static ref byte ByteAt(Span<byte> payload, int offset)
    {
        return ref System.Runtime.CompilerServices.Unsafe.Add(ref MemoryMarshal.GetReference(payload), offset);
    }
}
