using System;
using System.Collections.Generic;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What every pool promises to whoever rents and returns, seen through one that never waits.</summary>
public sealed class BufferPoolTests
{
    [Theory]
    [InlineData(1, 16)]
    [InlineData(60, 16)]
    [InlineData(64, 64)]
    [InlineData(1514, 16)]
    [InlineData(2048, 512)]
    [InlineData(4096, 4096)]
    public void ARentedBufferHasItsFullSizeAndAlignment(int size, int alignment)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(3, out NonBlockingPool pool, size, alignment);
        for (int i = 0; i < 3; i++)
        {
            BufferHandle buffer = pool.TryRent().Buffer;
            Assert.Equal(size, pool.GetSpan(buffer).Length);
            Assert.Equal(0UL, pool.GetBusAddress(buffer) % (ulong)alignment);
        }
    }

    [Fact]
    public unsafe void TheBusAddressIsThePayloads()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        fixed (byte* payload = pool.GetSpan(buffer))
        {
            Assert.Equal((ulong)payload, pool.GetBusAddress(buffer));
        }
    }

    [Theory]
    [InlineData(64, 16)]
    [InlineData(33, 16)]
    [InlineData(100, 128)]
    public void FullBuffersDoNotDisturbEachOther(int size, int alignment)
    {
        const int count = 9;
        using KernelBench bench = KernelBench.WithNonBlocking(count, out NonBlockingPool pool, size, alignment);
        var buffers = new List<BufferHandle>();
        for (int i = 0; i < count; i++)
        {
            buffers.Add(pool.TryRent().Buffer);
            pool.GetSpan(buffers[i]).Fill((byte)(i + 1));
        }

        for (int i = 0; i < count; i++)
        {
            Assert.Equal(-1, pool.GetSpan(buffers[i]).IndexOfAnyExcept((byte)(i + 1)));
            Assert.Equal(ReturnError.None, pool.Return(buffers[i]));
        }
    }

    [Fact]
    public void BuffersLieInTheRegionOfTheirLine()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(5, out NonBlockingPool pool);
        Region region = bench.Memory.GetRegion(0);
        for (int i = 0; i < 5; i++)
        {
            ulong start = pool.GetBusAddress(pool.TryRent().Buffer);
            Assert.InRange(start - PoolLimits.MinAlignment, region.Start, region.End);
            Assert.InRange(start + KernelBench.BufferSize + sizeof(ulong), region.Start, region.End);
        }
    }

    [Fact]
    public void EveryBufferIsRentedToOneOwnerAndThenThePoolIsEmpty()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, out NonBlockingPool pool);
        var seen = new HashSet<int>();
        for (int i = 0; i < 4; i++)
        {
            RentResult result = pool.TryRent();
            Assert.True(result.Succeeded);
            Assert.Equal(RentError.None, result.Error);
            Assert.True(seen.Add(result.Buffer.Index));
        }

        RentResult refused = pool.TryRent();
        Assert.False(refused.Succeeded);
        Assert.Equal(RentError.Empty, refused.Error);
        Assert.True(refused.Buffer.IsNone);
    }

    [Fact]
    public void AReturnedBufferCanBeRentedAgain()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        for (int i = 0; i < 10; i++)
        {
            BufferHandle buffer = pool.TryRent().Buffer;
            Assert.Equal(RentError.Empty, pool.TryRent().Error);
            Assert.Equal(ReturnError.None, pool.Return(buffer));
        }
    }

    [Fact]
    public void AHandleTellsItsPoolItsBufferAndItsRental()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        BufferHandle first = pool.TryRent().Buffer;
        Assert.Equal(ReturnError.None, pool.Return(first));
        BufferHandle second = pool.TryRent().Buffer;
        Assert.Equal(pool.Number, first.PoolNumber);
        Assert.Equal(0, first.Index);
        Assert.Equal(first.Index, second.Index);
        Assert.NotEqual(first.Generation, second.Generation);
        Assert.Equal(second.Word, BufferHandle.FromWord(second.Word).Word);
    }

    [Fact]
    public void TheSecondReturnIsRefused()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        Assert.Equal(ReturnError.None, pool.Return(buffer));
        RefusedWithoutATrace(pool, buffer, ReturnError.StaleHandle);
    }

    [Fact]
    public void AHandleOfAnEarlierRentalIsRefused()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        BufferHandle old = pool.TryRent().Buffer;
        Assert.Equal(ReturnError.None, pool.Return(old));
        BufferHandle current = pool.TryRent().Buffer;
        RefusedWithoutATrace(pool, old, ReturnError.StaleHandle);
        Assert.True(pool.IsRented(current));
    }

    [Fact]
    public void NoHandleIsRefused()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        Assert.True(default(BufferHandle).IsNone);
        RefusedWithoutATrace(pool, default, ReturnError.NoHandle);
    }

    [Fact]
    public void AForeignHandleIsRefusedByThePoolThatDidNotMakeIt()
    {
        using var bench = new KernelBench(
            PlanLine.Pool("one", "test", PoolKind.NonBlocking, 64, 2),
            PlanLine.Pool("two", "test", PoolKind.NonBlocking, 64, 2));
        NonBlockingPool one = bench.NonBlocking("one");
        NonBlockingPool two = bench.NonBlocking("two");
        BufferHandle foreign = one.TryRent().Buffer;
        BufferHandle own = two.TryRent().Buffer;
        Assert.Equal(foreign.Index, own.Index);
        Assert.Equal(foreign.Generation, own.Generation);
        RefusedWithoutATrace(two, foreign, ReturnError.ForeignPool);
        Assert.True(two.IsRented(own));
        Assert.Equal(ReturnError.None, one.Return(foreign));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(255)]
    [InlineData(65535)]
    public void AnIndexBeyondThePoolIsRefused(int index)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, out NonBlockingPool pool);
        ulong word = pool.TryRent().Buffer.Word;
        BufferHandle forged = BufferHandle.FromWord((word & ~0xFFFFUL) | (uint)index);
        RefusedWithoutATrace(pool, forged, ReturnError.NoSuchBuffer);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(1000)]
    public void AnInventedGenerationIsRefused(long difference)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, out NonBlockingPool pool);
        BufferHandle real = pool.TryRent().Buffer;
        BufferHandle forged = BufferHandle.FromWord(real.Word + ((ulong)difference * BufferHandle.NextGeneration));
        RefusedWithoutATrace(pool, forged, ReturnError.StaleHandle);
        Assert.True(pool.IsRented(real));
    }

    [Fact]
    public void NoBitOfAHandleMayBeChanged()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, out NonBlockingPool pool);
        BufferHandle real = pool.TryRent().Buffer;
        for (int bit = 0; bit < 64; bit++)
        {
            RefusedWithoutATrace(pool, BufferHandle.FromWord(real.Word ^ (1UL << bit)), expected: null);
        }

        Assert.Equal(ReturnError.None, pool.Return(real));
    }

    [Fact]
    public void AFreeBufferCannotBeReachedByAnyHandle()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle last = pool.TryRent().Buffer;
        Assert.Equal(ReturnError.None, pool.Return(last));
        for (ulong generation = 0; generation < 8; generation++)
        {
            for (ulong place = 0; place < 1 << 10; place++)
            {
                // Every index whose lower half is the right one, with every bit beyond the indices, in this pool and in the next ones.
                ulong word = (generation * BufferHandle.NextGeneration) | (last.Word & 0xFF_00FF) | (place << 8);
                RefusedWithoutATrace(pool, BufferHandle.FromWord(word), expected: null);
            }
        }
    }

    [Fact]
    public void ARefusedReturnIsCounted()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        pool.Return(buffer);
        pool.Return(buffer);
        pool.Return(default);
        Assert.Equal(2UL, pool.TakeSnapshot().RefusedReturns);
    }

    [Fact]
    public void TheGenerationComesRoundWithoutTouchingTheIndex()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        ulong lastGeneration = buffer.Word | ~(BufferHandle.NextGeneration - 1);
        BitConverter.TryWriteBytes(bench.Memory.GetRecords(0).AsSpan().Slice(buffer.Index * 32), lastGeneration);
        Assert.Equal(ReturnError.None, pool.Return(BufferHandle.FromWord(lastGeneration)));
        BufferHandle next = pool.TryRent().Buffer;
        Assert.Equal(buffer.Index, next.Index);
        Assert.Equal(buffer.PoolNumber, next.PoolNumber);
        Assert.Equal(0UL, next.Generation);
        Assert.Equal(ReturnError.None, pool.Return(next));
    }

    [Fact]
    public void AnInterruptHandlerRentsAndReturnsInItsOwnName()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle kept = default;
        int owner = -100;
        bench.Thread("t", 5, _ =>
        {
            bench.Processor.Interrupt(() => kept = pool.TryRent().Buffer);
            owner = pool.GetOwner(kept.Index);
            bench.Processor.Interrupt(() => Assert.Equal(ReturnError.None, pool.Return(kept)));
        });
        bench.Run();
        Assert.Equal(-1, owner);
        Assert.Equal(2, pool.Free);
    }

    [Fact]
    public void AThreadIsOnRecordAsTheOwnerOfWhatItRents()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle buffer = default;
        int id = bench.Thread("t", 5, _ => buffer = pool.TryRent().Buffer).Id;
        bench.Run();
        Assert.Equal(id, pool.GetOwner(buffer.Index));
    }

    [Fact]
    public void AnInterruptedThreadStaysTheOwnerOfWhatItRentsAfterwards()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle buffer = default;
        int id = bench.Thread("t", 5, _ =>
        {
            bench.TickTimer();
            buffer = pool.TryRent().Buffer;
        }).Id;
        bench.Run();
        Assert.Equal(id, pool.GetOwner(buffer.Index));
    }

    [Fact]
    public void WhatTheBootRentsBelongsToNoThread()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        Assert.Equal(-1, pool.GetOwner(buffer.Index));
        Assert.Equal(-1, pool.GetOwner(1));
        Assert.Equal(-1, pool.GetOwner(-1));
    }

    [Fact]
    public void WhatADeadThreadLeavesBehindIsCounted()
    {
        using var bench = new KernelBench(
            PlanLine.Pool("one", "test", PoolKind.NonBlocking, 64, 4),
            PlanLine.Pool("two", "test", PoolKind.Blocking, 64, 4));
        NonBlockingPool one = bench.NonBlocking("one");
        BlockingPool two = bench.Blocking("two");
        one.TryRent();
        KernelThread thread = bench.Thread("t", 5, context =>
        {
            one.TryRent();
            one.Return(one.TryRent().Buffer);
            two.Rent(context);
            two.Rent(context);
            bench.Scheduler.EndCurrent(ThreadEnd.Faulted);
        });
        KernelThread other = bench.Thread("other", 4, _ => { });
        bench.Run();
        Assert.Equal(1, one.CountRentedBy(thread.Id));
        Assert.Equal(2, two.CountRentedBy(thread.Id));
        Assert.Equal(3, bench.Pools.CountBuffersOf(thread));
        Assert.Equal(0, bench.Pools.CountBuffersOf(other));
        Assert.Equal(1, one.CountRentedBy(-1));
    }

    /// <summary>The handle opens nothing, and a return of it changes nothing but the count of refusals.</summary>
    private static void RefusedWithoutATrace(BufferPool pool, BufferHandle handle, ReturnError? expected)
    {
        PoolSnapshot before = pool.TakeSnapshot();
        Assert.False(pool.IsRented(handle));
        Assert.True(pool.GetSpan(handle).IsEmpty);
        Assert.Equal(0UL, pool.GetBusAddress(handle));
        ReturnError error = pool.Return(handle);
        Assert.NotEqual(ReturnError.None, error);
        if (expected is not null)
        {
            Assert.Equal(expected, error);
        }

        PoolSnapshot after = pool.TakeSnapshot();
        Assert.Equal(before.RefusedReturns + 1, after.RefusedReturns);
        Assert.Equal(before.InUse, after.InUse);
        Assert.Equal(before.Free, after.Free);
        Assert.Equal(before.Quarantined, after.Quarantined);
        Assert.Equal(before.Rents, after.Rents);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }
}
