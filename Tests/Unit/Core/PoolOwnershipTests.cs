using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>Whose a buffer is: what a device that holds it may rely on, how it changes owners, and what is on record about it.</summary>
public sealed class PoolOwnershipTests
{
    private const int RecordBytes = 64;
    private const int WordOffset = 0;
    private const int StampOffset = 8;
    private const int PostedBit = 1 << 14;

    /// <summary>The four ways to change a buffer's holder; all check the handle alike.</summary>
    public enum Use
    {
        Post,
        Unpost,
        Adopt,
        Disown,
    }

    [Fact]
    public void APostedBufferCanBeNeitherReturnedNorWrittenNorPassedOn()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        ulong address = pool.GetBusAddress(buffer);
        Assert.Equal(ReturnError.None, pool.Post(buffer));
        Assert.Equal(ReturnError.Posted, pool.Return(buffer));
        Assert.Equal(ReturnError.Posted, pool.Post(buffer));
        Assert.Equal(ReturnError.Posted, pool.Adopt(buffer));
        Assert.Equal(ReturnError.Posted, pool.Disown(buffer));
        Assert.True(pool.GetSpan(buffer).IsEmpty);
        Assert.False(pool.IsRented(buffer));
        Assert.Equal(address, pool.GetBusAddress(buffer));
        PoolSnapshot snapshot = pool.TakeSnapshot();
        Assert.Equal(1, snapshot.Posted);
        Assert.Equal(1, snapshot.InUse);
        Assert.Equal(1, snapshot.Free);
        Assert.Equal(1UL, snapshot.RefusedReturns);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void ABufferThatTheDeviceLetsGoIsTheOwnersAgain()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        pool.GetSpan(buffer)[5] = 77;
        pool.Post(buffer);
        Assert.Equal(ReturnError.None, pool.Unpost(buffer));
        Assert.Equal(77, pool.GetSpan(buffer)[5]);
        Assert.Equal(ReturnError.NotPosted, pool.Unpost(buffer));
        Assert.Equal(ReturnError.None, pool.Post(buffer));
        Assert.Equal(ReturnError.None, pool.Unpost(buffer));
        Assert.Equal(ReturnError.None, pool.Return(buffer));
        Assert.Equal(0, pool.TakeSnapshot().Posted);
        Assert.Equal(1, pool.Free);
    }

    [Fact]
    public void APostedBufferIsNotRentedToAnybody()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        pool.Post(pool.TryRent().Buffer);
        Assert.Equal(RentError.Empty, pool.TryRent().Error);
    }

    [Theory]
    [InlineData(Use.Post)]
    [InlineData(Use.Unpost)]
    [InlineData(Use.Adopt)]
    [InlineData(Use.Disown)]
    public void ABadHandleIsRefusedWithItsReasonAndNothingChanges(Use use)
    {
        using var bench = new KernelBench(
            PlanLine.Pool("pool", "test", PoolKind.NonBlocking, KernelBench.BufferSize, 2),
            PlanLine.Pool("other", "test", PoolKind.NonBlocking, KernelBench.BufferSize, 2));
        NonBlockingPool pool = bench.NonBlocking("pool");
        BufferHandle foreign = bench.NonBlocking("other").TryRent().Buffer;
        BufferHandle stale = pool.TryRent().Buffer;
        pool.Return(stale);
        BufferHandle rented = pool.TryRent().Buffer;
        ulong change = pool.ChangeNumber;
        Assert.Equal(ReturnError.NoHandle, Do(pool, use, default));
        Assert.Equal(ReturnError.NoHandle, Do(pool, use, BufferHandle.FromWord(rented.Word & ~(0xFFUL << 16))));
        Assert.Equal(ReturnError.ForeignPool, Do(pool, use, foreign));
        Assert.Equal(ReturnError.ForeignPool, Do(pool, use, BufferHandle.FromWord(rented.Word | (1UL << 23))));
        Assert.Equal(ReturnError.NoSuchBuffer, Do(pool, use, BufferHandle.FromWord(rented.Word + 2)));
        Assert.Equal(ReturnError.StaleHandle, Do(pool, use, stale));
        Assert.Equal(ReturnError.StaleHandle, Do(pool, use, BufferHandle.FromWord(rented.Word + BufferHandle.NextGeneration)));
        Assert.Equal(change, pool.ChangeNumber);
        Assert.True(pool.IsRented(rented));
        Assert.Equal(0, pool.TakeSnapshot().Posted);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void TheWordOnRecordOfAPostedBufferIsNoHandle()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        pool.Post(buffer);
        BufferHandle forged = BufferHandle.FromWord(buffer.Word | (1UL << 14));
        Assert.Equal(ReturnError.NoSuchBuffer, pool.Return(forged));
        Assert.Equal(ReturnError.NoSuchBuffer, pool.Unpost(forged));
        Assert.Equal(0UL, pool.GetBusAddress(forged));
        Assert.True(pool.GetSpan(forged).IsEmpty);
    }

    [Fact]
    public void AStaleHandleHasNoBusAddress()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        pool.Return(buffer);
        Assert.Equal(0UL, pool.GetBusAddress(buffer));
        pool.Post(pool.TryRent().Buffer);
        Assert.Equal(0UL, pool.GetBusAddress(buffer));
        Assert.Equal(ReturnError.StaleHandle, pool.Return(buffer));
    }

    [Fact]
    public void AThreadAdoptsABufferOfAnother()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle buffer = default;
        KernelThread first = bench.Thread("first", 5, _ => buffer = pool.TryRent().Buffer);
        KernelThread second = bench.Thread("second", 4, _ =>
        {
            Assert.Equal(1, pool.CountRentedBy(first.Id));
            Assert.Equal(ReturnError.None, pool.Adopt(buffer));
        });
        bench.Run();
        Assert.Equal(0, pool.CountRentedBy(first.Id));
        Assert.Equal(1, pool.CountRentedBy(second.Id));
        Assert.Equal(second.Id, pool.GetOwner(buffer.Index));
        Assert.Equal(1, bench.Pools.CountBuffersOf(second));
        Assert.Equal(PoolAudit.Sound, pool.Audit());
        Assert.Equal(ReturnError.None, pool.Return(buffer));
        Assert.Equal(0, pool.CountRentedBy(second.Id));
    }

    [Fact]
    public void AdoptingTwiceIsTheSameAsOnce()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        KernelThread thread = bench.Thread("t", 5, _ =>
        {
            pool.Adopt(buffer);
            pool.Adopt(buffer);
        });
        bench.Run();
        Assert.Equal(1, pool.CountRentedBy(thread.Id));
        Assert.Equal(0, pool.CountRentedBy(-1));
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void ADisownedBufferCountsWithThoseOfInterruptHandlers()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle buffer = default;
        KernelThread thread = bench.Thread("t", 5, _ =>
        {
            buffer = pool.TryRent().Buffer;
            Assert.Equal(ReturnError.None, pool.Disown(buffer));
            bench.Processor.Interrupt(() => pool.TryRent());
        });
        bench.Run();
        Assert.Equal(0, pool.CountRentedBy(thread.Id));
        Assert.Equal(2, pool.CountRentedBy(-1));
        Assert.Equal(-1, pool.GetOwner(buffer.Index));
        Assert.Equal(-1, pool.GetRental(buffer.Index).Owner);
        Assert.True(pool.IsRented(buffer));
    }

    [Fact]
    public void AnInterruptHandlerAdoptsForAllOfThem()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        KernelThread thread = bench.Thread("t", 5, _ =>
        {
            BufferHandle buffer = pool.TryRent().Buffer;
            bench.Processor.Interrupt(() => Assert.Equal(ReturnError.None, pool.Adopt(buffer)));
        });
        bench.Run();
        Assert.Equal(0, pool.CountRentedBy(thread.Id));
        Assert.Equal(1, pool.CountRentedBy(-1));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(Scheduler.MaxThreads)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void AThreadThatCannotBeHasNoBuffers(int id)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        pool.TryRent();
        Assert.Equal(0, pool.CountRentedBy(id));
    }

    [Fact]
    public void TheChangeNumberChangesExactlyWhenABufferChangesHands()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle buffer = default;
        ulong last = pool.ChangeNumber;
        Changes(() => buffer = pool.TryRent().Buffer);
        Changes(() => pool.Post(buffer));
        Stays(() => pool.Post(buffer));
        Stays(() => pool.Return(buffer));
        Changes(() => pool.Unpost(buffer));
        Stays(() => pool.Unpost(buffer));
        Changes(() => pool.Disown(buffer));
        Changes(() => pool.Adopt(buffer));
        Changes(() => pool.Return(buffer));
        Stays(() => pool.Return(buffer));
        Stays(() => pool.Adopt(buffer));
        Stays(() => pool.TakeSnapshot());
        Stays(() => pool.Audit());
        Stays(() => pool.GetRental(0));

        void Changes(Action action)
        {
            action();
            Assert.NotEqual(last, pool.ChangeNumber);
            last = pool.ChangeNumber;
        }

        void Stays(Action action)
        {
            action();
            Assert.Equal(last, pool.ChangeNumber);
        }
    }

    [Fact]
    public void TheRentingLineIsOnRecord()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        Assert.True(pool.GetRental(0).File.IsEmpty);
        Assert.Equal(0, pool.GetRental(0).Line);
        int line = LineOf();
        BufferHandle buffer = pool.TryRent().Buffer;
        RentalInfo info = pool.GetRental(buffer.Index);
        Assert.Equal(nameof(PoolOwnershipTests) + ".cs", Path.GetFileName(info.File.ToString()));
        Assert.Equal(line + 1, info.Line);
        Assert.Equal(buffer.Index, info.Index);
        Assert.True(info.IsRented);
        Assert.False(info.IsPosted);
        Assert.False(info.IsQuarantined);

        // On record until the next rental.
        pool.Return(buffer);
        Assert.False(pool.GetRental(buffer.Index).IsRented);
        Assert.Equal(line + 1, pool.GetRental(buffer.Index).Line);
        pool.TryRent(file: "other.cs", line: 7);
        Assert.Equal("other.cs", pool.GetRental(buffer.Index).File.ToString());
        Assert.Equal(7, pool.GetRental(buffer.Index).Line);
    }

    [Fact]
    public void TheLineOfABlockingRentIsOnRecordWhetherItWaitedOrNot()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        int[] lines = new int[3];
        BufferHandle held = default;
        bench.Thread("waiter", 5, context =>
        {
            RentResult first = pool.Rent(context, line: 11);
            lines[0] = pool.GetRental(first.Buffer.Index).Line;
            held = first.Buffer;
            RentResult second = pool.Rent(context, line: 22);
            lines[1] = pool.GetRental(second.Buffer.Index).Line;
            RentResult third = pool.TryRent(context, KernelBench.Tick, line: 33);
            Assert.Equal(RentError.TimedOut, third.Error);
            lines[2] = pool.GetRental(second.Buffer.Index).Line;
        });
        bench.Thread("holder", 4, _ => pool.Return(held));
        bench.Run();
        Assert.Equal(new[] { 11, 22, 22 }, lines);
    }

    [Fact]
    public void TheAgeIsThatOfTheRentalGiveOrTakeAQuantum()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        ulong young = 0;
        ulong old = 0;
        bench.Thread("t", 5, _ =>
        {
            bench.TickTimer(107);
            BufferHandle buffer = pool.TryRent().Buffer;
            young = pool.GetRental(0).AgeNanoseconds;
            bench.TickTimer(30);
            pool.Adopt(buffer);
            pool.Post(buffer);
            old = pool.GetRental(0).AgeNanoseconds;
        });
        bench.Run();
        Assert.InRange(young, 0UL, Scheduler.QuantumNanoseconds);
        Assert.InRange(old, 30 * KernelBench.Tick, 30 * KernelBench.Tick + Scheduler.QuantumNanoseconds);
    }

    [Fact]
    public void AHandedOverBufferIsAsOldAsTheHandOver()
    {
        using KernelBench bench = KernelBench.WithBlocking(1, out BlockingPool pool);
        BufferHandle held = pool.TryRent().Buffer;
        ulong age = ulong.MaxValue;
        bench.Thread("waiter", 5, context =>
        {
            pool.Rent(context);
            age = pool.GetRental(0).AgeNanoseconds;
        });
        bench.Thread("holder", 4, _ =>
        {
            bench.TickTimer(100);
            pool.Return(held);
        });
        bench.Run();
        Assert.InRange(age, 0UL, KernelBench.Tick);
    }

    [Fact]
    public void WhatIsOnRecordTellsDevicesAndQuarantine()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle posted = pool.TryRent().Buffer;
        BufferHandle damaged = pool.TryRent().Buffer;
        pool.Post(posted);
        Damage.Behind(pool, damaged);
        pool.Return(damaged);
        RentalInfo first = pool.GetRental(posted.Index);
        Assert.True(first.IsRented);
        Assert.True(first.IsPosted);
        Assert.False(first.IsQuarantined);
        RentalInfo second = pool.GetRental(damaged.Index);
        Assert.False(second.IsRented);
        Assert.False(second.IsPosted);
        Assert.True(second.IsQuarantined);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(int.MinValue)]
    public void NothingIsOnRecordAboutABufferThatIsNotThere(int index)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        pool.TryRent();
        RentalInfo info = pool.GetRental(index);
        Assert.False(info.IsRented);
        Assert.Equal(-1, info.Owner);
        Assert.True(info.File.IsEmpty);
        Assert.Equal(-1, pool.GetOwner(index));
    }

    [Fact]
    public void DamageWhileADeviceHeldABufferIsFoundAtTheReturn()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(1, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        pool.Post(buffer);
        Damage.Behind(pool, buffer);
        Assert.Equal(ReturnError.None, pool.Unpost(buffer));
        Assert.Equal(ReturnError.Overrun, pool.Return(buffer));
        Assert.Equal(1, pool.TakeSnapshot().Quarantined);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void AnOwnerThatIsNotTheCountedOneIsFound()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, out NonBlockingPool pool);
        int index = pool.TryRent().Buffer.Index;
        Field(bench, index, StampOffset) ^= 3;
        Assert.Equal(PoolAudit.WrongOwnerCount, pool.Audit());
        Field(bench, index, StampOffset) ^= 3;
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void AnOwnerThatCannotBeIsFound()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, out NonBlockingPool pool);
        int index = pool.TryRent().Buffer.Index;
        Field(bench, index, StampOffset) |= 255;
        Assert.Equal(PoolAudit.DamagedRecord, pool.Audit());
    }

    [Fact]
    public void ABufferThatSeemsPostedIsFoundAndOneThatDoesNotAnyMore()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, out NonBlockingPool pool);
        BufferHandle rented = pool.TryRent().Buffer;
        BufferHandle posted = pool.TryRent().Buffer;
        pool.Post(posted);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
        Field(bench, rented.Index, WordOffset) ^= PostedBit;
        Assert.Equal(PoolAudit.WrongOwnerCount, pool.Audit());
        Field(bench, posted.Index, WordOffset) ^= PostedBit;
        Assert.Equal(PoolAudit.Sound, pool.Audit());
        Field(bench, rented.Index, WordOffset) ^= PostedBit;
        Assert.Equal(PoolAudit.WrongOwnerCount, pool.Audit());
    }

    [Fact]
    public void AFreeBufferThatSeemsPostedIsFound()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(4, out NonBlockingPool pool);
        Field(bench, 3, WordOffset) ^= PostedBit;
        Assert.Equal(PoolAudit.DamagedRecord, pool.Audit());
    }

    [Theory]
    [InlineData(Use.Post)]
    [InlineData(Use.Disown)]
    public void AnAuditStartsAgainWhenABufferChangesHandsMeanwhile(Use use)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(40, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        int moments = 0;
        bench.Processor.EnableInterrupts();
        bench.Processor.Unmasked = () =>
        {
            if (++moments == 2)
            {
                Do(pool, use, buffer);
            }
        };
        Assert.Equal(PoolAudit.Sound, pool.Audit());
        Assert.True(moments > 6);
    }

    [Fact]
    public void APoolWhoseBuffersKeepChangingHandsIsUnsettled()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(40, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        bool busy = false;
        bench.Processor.EnableInterrupts();
        bench.Processor.Unmasked = () =>
        {
            if (!busy)
            {
                busy = true;
                pool.Adopt(buffer);
                busy = false;
            }
        };
        Assert.Equal(PoolAudit.Unsettled, pool.Audit());
    }

    private static ReturnError Do(BufferPool pool, Use use, BufferHandle buffer) => use switch
    {
        Use.Post => pool.Post(buffer),
        Use.Unpost => pool.Unpost(buffer),
        Use.Adopt => pool.Adopt(buffer),
        _ => pool.Disown(buffer),
    };

    private static int LineOf([CallerLineNumber] int line = 0) => line;

    private static ref int Field(KernelBench bench, int index, int offset)
    {
        return ref MemoryMarshal.AsRef<int>(bench.Memory.GetRecords(0).AsSpan().Slice((index * RecordBytes) + offset, sizeof(int)));
    }
}
