using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What the memory manager promises: everything by the plan, all or nothing, and nothing after the seal. The memory here is only
/// addresses: nobody touches it.</summary>
public sealed class MemoryManagerTests : IDisposable
{
    private const int Page = MemoryManager.PageBytes;
    private readonly RecordingAddressSpace _space = new();
    private readonly HostProcessor _processor = new();
    private readonly Scheduler _scheduler;

    public MemoryManagerTests()
    {
        _scheduler = new Scheduler(_processor, new Clock(_processor, 0));
    }

    public static TheoryData<PlanError, PlanLine> BadLines => new()
    {
        { PlanError.NameMissing, PlanLine.Pool("", "test", PoolKind.Blocking, 64, 4) },
        { PlanError.NameMissing, PlanLine.Stack(null!, "test", 8192) },
        { PlanError.NameMissing, default },
        { PlanError.SizeZero, PlanLine.Pool("bad", "test", PoolKind.Blocking, 0, 4) },
        { PlanError.SizeNegative, PlanLine.Pool("bad", "test", PoolKind.Blocking, -1, 4) },
        { PlanError.SizeNegative, PlanLine.Pool("bad", "test", PoolKind.Blocking, int.MinValue, 4) },
        { PlanError.SizeTooLarge, PlanLine.Pool("bad", "test", PoolKind.Blocking, PoolLimits.MaxBufferSize + 1, 4) },
        { PlanError.SizeTooLarge, PlanLine.Pool("bad", "test", PoolKind.Blocking, int.MaxValue, 4) },
        { PlanError.CountZero, PlanLine.Pool("bad", "test", PoolKind.Blocking, 64, 0) },
        { PlanError.CountNegative, PlanLine.Pool("bad", "test", PoolKind.Blocking, 64, -1) },
        { PlanError.CountTooLarge, PlanLine.Pool("bad", "test", PoolKind.Blocking, 64, PoolLimits.MaxBufferCount + 1) },
        { PlanError.CountTooLarge, PlanLine.Pool("bad", "test", PoolKind.Blocking, 64, int.MaxValue) },
        { PlanError.AlignmentTooSmall, PlanLine.Pool("bad", "test", PoolKind.Blocking, 64, 4, alignment: 0) },
        { PlanError.AlignmentTooSmall, PlanLine.Pool("bad", "test", PoolKind.Blocking, 64, 4, alignment: -16) },
        { PlanError.AlignmentTooSmall, PlanLine.Pool("bad", "test", PoolKind.Blocking, 64, 4, alignment: 8) },
        { PlanError.AlignmentNotPowerOfTwo, PlanLine.Pool("bad", "test", PoolKind.Blocking, 64, 4, alignment: 48) },
        { PlanError.AlignmentTooLarge, PlanLine.Pool("bad", "test", PoolKind.Blocking, 64, 4, alignment: PoolLimits.MaxAlignment * 2) },
        { PlanError.AlignmentTooSmall, PlanLine.Pool("bad", "test", PoolKind.Blocking, 64, 4, alignment: int.MinValue) },
        { PlanError.ProductTooLarge, PlanLine.Pool("bad", "test", PoolKind.Blocking, PoolLimits.MaxBufferSize, PoolLimits.MaxBufferCount) },
        { PlanError.DmaBitsOutOfRange, PlanLine.Pool("bad", "test", PoolKind.Blocking, 64, 4, dmaBits: 23) },
        { PlanError.DmaBitsOutOfRange, PlanLine.Pool("bad", "test", PoolKind.Blocking, 64, 4, dmaBits: 65) },
        { PlanError.DmaBitsOutOfRange, PlanLine.DeviceMemory("bad", "test", 64, dmaBits: -1) },
        { PlanError.SizeZero, PlanLine.Stack("bad", "test", 0) },
        { PlanError.SizeTooLarge, PlanLine.Stack("bad", "test", MemoryManager.MaxRegionBytes + 1) },
        { PlanError.SizeNegative, PlanLine.Scratch("bad", "test", -5) },
        { PlanError.SizeZero, PlanLine.DeviceMemory("bad", "test", 0) },
        { PlanError.NameTaken, PlanLine.Scratch("good", "test", 64) },
    };

    public void Dispose() => _processor.Dispose();

    [Theory]
    [MemberData(nameof(BadLines))]
    public void ABadLineIsRefusedWithItsOwnReasonAndNothingIsReserved(PlanError expected, PlanLine bad)
    {
        MemoryManager memory = Manager(1 << 30);
        Assert.Equal(expected, memory.Admit(new[] { PlanLine.Scratch("good", "test", 64), bad }));
        Assert.Empty(_space.Mapped);
        Assert.False(memory.VerifyPlanHash());
        Assert.Equal(PlanError.NotAdmitted, memory.TakeRegion("good", ReservationKind.Scratch, out _));
        Assert.Equal(PlanError.None, memory.Admit(new[] { PlanLine.Scratch("good", "test", 64) }));
    }

    [Fact]
    public void TheLargestOfEverythingIsAdmitted()
    {
        MemoryManager memory = Manager((nuint)3 << 30);
        Assert.Equal(PlanError.None, memory.Admit(new[]
        {
            PlanLine.Pool("size", "test", PoolKind.Blocking, PoolLimits.MaxBufferSize, 4),
            PlanLine.Pool("count", "test", PoolKind.Blocking, 1, PoolLimits.MaxBufferCount),
            PlanLine.Pool("alignment", "test", PoolKind.Blocking, 64, 4, PoolLimits.MaxAlignment),
            PlanLine.Scratch("region", "test", MemoryManager.MaxRegionBytes),
        }));
    }

    [Fact]
    public void APoolMoreThanTheMostIsRefused()
    {
        List<PlanLine> lines =
            Enumerable.Range(0, PoolLimits.MaxPools + 1).Select(i => PlanLine.Pool($"p{i}", "test", PoolKind.Blocking, 64, 1)).ToList();
        Assert.Equal(PlanError.TooManyPools, Manager(1 << 30).Admit(lines.ToArray()));
        lines.RemoveAt(0);
        Assert.Equal(PlanError.None, Manager(1 << 30).Admit(lines.ToArray()));
    }

    [Fact]
    public void ALineMoreThanTheMostIsRefused()
    {
        List<PlanLine> lines = Enumerable.Range(0, MemoryManager.MaxLines + 1).Select(i => PlanLine.Scratch($"s{i}", "test", 64)).ToList();
        Assert.Equal(PlanError.TooManyLines, Manager(1 << 30).Admit(lines.ToArray()));
        lines.RemoveAt(0);
        Assert.Equal(PlanError.None, Manager(1 << 30).Admit(lines.ToArray()));
    }

    [Fact]
    public void EveryRegionLiesOnPagesBetweenUnmappedPages()
    {
        MemoryManager memory = Manager(1 << 24);
        Assert.Equal(PlanError.None, memory.Admit(SomePlan()));
        List<Region> mapped = _space.Mapped.OrderBy(region => region.Start).ToList();
        Assert.Equal(6, mapped.Count);
        for (int i = 0; i < mapped.Count; i++)
        {
            Assert.Equal(0u, mapped[i].Start % Page);
            Assert.Equal(0u, mapped[i].Bytes % Page);
            Assert.True(mapped[i].Start >= Page * (nuint)(i == 0 ? 257 : 0));
            if (i > 0)
            {
                Assert.True(mapped[i].Start >= mapped[i - 1].End + Page);
            }
        }
    }

    [Fact]
    public void EveryRegionLiesInUsableMemoryWithItsGuardPages()
    {
        var usable =
            new[] { new MemoryRange(0x10_0000, 5 * Page), new MemoryRange(0x20_0123, 0x8000), new MemoryRange(0x40_0000, 1 << 20) };
        MemoryManager memory = Manager(usable);
        Assert.Equal(PlanError.None, memory.Admit(SomePlan()));
        foreach (Region region in _space.Mapped)
        {
            Assert.Contains(usable, range => region.Start - Page >= range.Start && region.End + Page <= range.Start + range.Bytes);
        }
    }

    [Fact]
    public void WhatTheBootHasPlacedIsListedAndLeftAlone()
    {
        var placed = new Region(0x10_3000, 0x5800);
        MemoryManager memory = Manager(new MemoryRange(0x10_0000, 1 << 20));
        PlanLine[] plan = [PlanLine.Placed("image", placed), PlanLine.Scratch("small", "test", Page), .. SomePlan()];
        Assert.Equal(PlanError.None, memory.Admit(plan));
        Assert.Equal(placed.Start, memory.GetRegion(0).Start);
        Assert.All(_space.Mapped, region => Assert.False(placed.Overlaps(new Region(region.Start - Page, region.Bytes + (2 * Page)))));
        Assert.Equal(PlanError.WrongKind, memory.TakeRegion("image", ReservationKind.Scratch, out _));
        var text = new TextCapture();
        memory.WritePlan(text);
        Assert.Contains("placed", Assert.Single(text.Lines, line => line.StartsWith("image", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void PageZeroIsNeverGivenOut()
    {
        MemoryManager memory = Manager(new MemoryRange(0, 1 << 20));
        Assert.Equal(PlanError.None, memory.Admit(SomePlan()));
        Assert.All(_space.Mapped, region => Assert.True(region.Start >= Page));
    }

    [Fact]
    public void APlanThatFitsToThePageIsAdmittedAndOnePageLessIsNot()
    {
        PlanLine[] plan = [PlanLine.Scratch("one", "test", 2 * Page), PlanLine.Scratch("two", "test", Page + 1)];

        // A guard page, two pages, a guard page, two pages, a guard page.
        Assert.Equal(PlanError.Shortfall, Manager(7 * Page - 1).Admit(plan));
        Assert.Empty(_space.Mapped);
        Assert.Equal(PlanError.None, Manager(7 * Page).Admit(plan));
        Assert.Equal(2, _space.Mapped.Count);
    }

    [Fact]
    public void AShortfallIsToldLineByLineAndNothingIsReserved()
    {
        MemoryManager memory = Manager(64 * Page);
        PlanLine[] plan =
        [
            PlanLine.Scratch("fits", "one", 10 * Page),
            PlanLine.Pool("too-big", "two", PoolKind.Blocking, 64 * 1024, 32),
            PlanLine.Stack("fits-too", "three", 2 * Page),
        ];
        Assert.Equal(PlanError.Shortfall, memory.Admit(plan));
        Assert.Empty(_space.Mapped);
        var text = new TextCapture();
        memory.WritePlan(text);
        string line = Assert.Single(text.Lines, line => line.Contains("MISSING"));
        Assert.StartsWith("too-big", line);
        Assert.Contains("two", line);
        Assert.Contains(text.Lines, line => line.StartsWith("SHORTFALL", StringComparison.Ordinal));
        Assert.Equal(PlanError.NotAdmitted, memory.TakeRegion("fits", ReservationKind.Scratch, out _));
    }

    [Fact]
    public void AnAdmittedPlanShowsNoShortfall()
    {
        MemoryManager memory = Manager(1 << 24);
        memory.Admit(SomePlan());
        var text = new TextCapture();
        memory.WritePlan(text);
        Assert.DoesNotContain("MISSING", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("SHORTFALL", text.ToString(), StringComparison.Ordinal);
        Assert.All(SomePlan(), line => Assert.Contains(text.Lines, written => written.StartsWith(line.Name, StringComparison.Ordinal)));
    }

    [Fact]
    public void TheMapIsInOrderOfAddressesAndComplete()
    {
        MemoryManager memory = Manager(new MemoryRange(0x20_0000, 1 << 20));
        memory.Admit([PlanLine.Placed("image", new Region(0x10_0000, 0x1_0000)), .. SomePlan()]);
        var text = new TextCapture();
        memory.WriteMap(text);
        string[] lines = text.Lines[1..];
        Assert.Equal(7, lines.Length);
        Assert.Equal(lines.Order(StringComparer.Ordinal), lines);
        Assert.Contains("image", lines[0], StringComparison.Ordinal);
        Assert.Equal(2, lines.Count(line => line.Contains("(records)", StringComparison.Ordinal)));
    }

    [Fact]
    public void WithoutMemoryNothingIsAdmitted()
    {
        Assert.Equal(PlanError.Shortfall, Manager(Array.Empty<MemoryRange>()).Admit(SomePlan()));
        Assert.Equal(PlanError.Shortfall, Manager(1).Admit(SomePlan()));
    }

    [Fact]
    public void FullPageTablesRefuseThePlan()
    {
        _space.Room = 3;
        MemoryManager memory = Manager(1 << 24);
        Assert.Equal(PlanError.NotMapped, memory.Admit(SomePlan()));
        Assert.Equal(PlanError.NotAdmitted, memory.TakeRegion("stack", ReservationKind.Stack, out _));
    }

    [Fact]
    public void ThereIsOnePlanOnly()
    {
        MemoryManager memory = Manager(1 << 24);
        Assert.Equal(PlanError.None, memory.Admit(SomePlan()));
        Assert.Equal(PlanError.AlreadyAdmitted, memory.Admit(new[] { PlanLine.Scratch("more", "test", 64) }));
        Assert.Equal(6, _space.Mapped.Count);
    }

    [Fact]
    public void ARegionIsGivenOutOnceAndOnlyForItsPurpose()
    {
        MemoryManager memory = Manager(1 << 24);
        memory.Admit(SomePlan());
        Assert.Equal(PlanError.WrongKind, memory.TakeRegion("stack", ReservationKind.Scratch, out Region refused));
        Assert.True(refused.IsEmpty);
        Assert.Equal(PlanError.WrongKind, memory.TakeRegion("blocking", ReservationKind.Stack, out _));
        Assert.Equal(PlanError.NoSuchLine, memory.TakeRegion("nowhere", ReservationKind.Stack, out _));
        Assert.Equal(PlanError.None, memory.TakeRegion("stack", ReservationKind.Stack, out Region stack));
        Assert.Equal(2u * Page, stack.Bytes);
        Assert.Equal(PlanError.AlreadyCreated, memory.TakeRegion("stack", ReservationKind.Stack, out refused));
        Assert.True(refused.IsEmpty);
    }

    [Fact]
    public void APoolIsMadeOnceAndOnlyOfTheKindThatThePlanSays()
    {
        using var bench = new KernelBench(
            PlanLine.Pool("waits", "test", PoolKind.Blocking, 64, 1),
            PlanLine.Pool("refuses", "test", PoolKind.NonBlocking, 64, 1),
            PlanLine.Stack("stack", "test", 8192));
        PoolRegistry pools = bench.Pools;
        Assert.Equal(PlanError.WrongPoolKind, pools.CreateNonBlockingPool("waits", out NonBlockingPool? never));
        Assert.Null(never);
        Assert.Equal(PlanError.WrongPoolKind, pools.CreateBlockingPool("refuses", out BlockingPool? neither));
        Assert.Null(neither);
        Assert.Equal(PlanError.WrongKind, pools.CreateBlockingPool("stack", out _));
        Assert.Equal(PlanError.NoSuchLine, pools.CreateBlockingPool("nowhere", out _));
        Assert.Equal(0, pools.PoolCount);
        BlockingPool waits = bench.Blocking("waits");
        NonBlockingPool refuses = bench.NonBlocking("refuses");
        Assert.Equal(PlanError.AlreadyCreated, pools.CreateBlockingPool("waits", out _));
        Assert.Equal(2, pools.PoolCount);
        Assert.Same(waits, pools.GetPool(0));
        Assert.Same(refuses, pools.GetPool(1));
        Assert.Equal(1, waits.Number);
        Assert.Equal(2, refuses.Number);
        Assert.Equal(PoolKind.NonBlocking, refuses.Kind);
    }

    [Fact]
    public void PoolsOfOneMemoryManagerHaveDifferentNumbersWhicheverRegistryMakesThem()
    {
        using var bench = new KernelBench(
            PlanLine.Pool("one", "test", PoolKind.Blocking, 64, 1),
            PlanLine.Pool("two", "test", PoolKind.Blocking, 64, 1));
        Assert.Equal(PlanError.None, new PoolRegistry(bench.Memory, bench.Scheduler).CreateBlockingPool("one", out BlockingPool? one));
        Assert.Equal(ReturnError.ForeignPool, bench.Blocking("two").Return(one.TryRent().Buffer));
    }

    [Fact]
    public void AfterTheSealNothingIsGivenOut()
    {
        MemoryManager memory = Manager(1 << 24);
        memory.Admit(SomePlan());
        memory.Seal();
        Assert.True(memory.IsSealed);
        var pools = new PoolRegistry(memory, _scheduler);
        int mapped = _space.Mapped.Count;
        Assert.Equal(PlanError.Sealed, memory.Admit(SomePlan()));
        Assert.Equal(PlanError.Sealed, memory.TakeRegion("stack", ReservationKind.Stack, out Region region));
        Assert.Equal(PlanError.Sealed, memory.TakeRegion("nowhere", ReservationKind.Stack, out _));
        Assert.Equal(PlanError.Sealed, pools.CreateBlockingPool("blocking", out BlockingPool? blocking));
        Assert.Equal(PlanError.Sealed, pools.CreateNonBlockingPool("non-blocking", out NonBlockingPool? nonBlocking));
        Assert.True(region.IsEmpty);
        Assert.Null(blocking);
        Assert.Null(nonBlocking);
        Assert.Equal(mapped, _space.Mapped.Count);
        Assert.True(memory.VerifyPlanHash());
    }

    [Fact]
    public void TheHashIsThatOfThePlanAndItsPlaces()
    {
        ulong hash = HashOf(1 << 24, SomePlan());
        Assert.Equal(hash, HashOf(1 << 24, SomePlan()));
        Assert.NotEqual(hash, HashOf(new MemoryRange(0x20_0000, 1 << 24), SomePlan()));
        PlanLine[] others =
        [
            PlanLine.Pool("a", "s", PoolKind.Blocking, 64, 4, 16),
            PlanLine.Pool("b", "s", PoolKind.Blocking, 64, 4, 16),
            PlanLine.Pool("a", "t", PoolKind.Blocking, 64, 4, 16),
            PlanLine.Pool("a", "s", PoolKind.NonBlocking, 64, 4, 16),
            PlanLine.Pool("a", "s", PoolKind.Blocking, 63, 4, 16),
            PlanLine.Pool("a", "s", PoolKind.Blocking, 64, 5, 16),
            PlanLine.Pool("a", "s", PoolKind.Blocking, 64, 4, 32),
            PlanLine.Scratch("a", "s", 64),
            PlanLine.Stack("a", "s", 64),
        ];
        Assert.Equal(others.Length, others.Select(line => HashOf(1 << 24, line)).Distinct().Count());
    }

    [Fact]
    public void EveryErrorHasItsOwnSentence()
    {
        PlanError[] errors = Enum.GetValues<PlanError>();
        Assert.Equal(errors.Length, errors.Select(error => System.Text.Encoding.UTF8.GetString(PlanText.Of(error))).Distinct().Count());
    }

    private static PlanLine[] SomePlan() =>
    [
        PlanLine.Pool("blocking", "test", PoolKind.Blocking, 512, 8, alignment: 512),
        PlanLine.Pool("non-blocking", "test", PoolKind.NonBlocking, 100, 3),
        PlanLine.Stack("stack", "test", Page + 1),
        PlanLine.DeviceMemory("ring", "test", 256),
    ];

    private MemoryManager Manager(nuint bytes) => Manager(new MemoryRange(0x10_0000, bytes));

    private MemoryManager Manager(params MemoryRange[] usable) => new(_space, usable);

    private ulong HashOf(nuint bytes, params PlanLine[] plan) => HashOf(new MemoryRange(0x10_0000, bytes), plan);

    private ulong HashOf(MemoryRange range, params PlanLine[] plan)
    {
        MemoryManager memory = Manager(range);
        Assert.Equal(PlanError.None, memory.Admit(plan));
        Assert.NotEqual(0UL, memory.PlanHash);
        return memory.PlanHash;
    }

    [Theory]
    [InlineData(32, PlanError.Shortfall)]
    [InlineData(33, PlanError.None)]
    [InlineData(64, PlanError.None)]
    [InlineData(0, PlanError.None)]
    public void ALineLiesWhereItsDeviceReaches(int dmaBits, PlanError expected)
    {
        // Nothing is mapped or touched: the layout alone decides.
        var range = new MemoryRange(unchecked((nuint)0x1_0000_0000), 1 << 20);
        var memory = new MemoryManager(new RecordingAddressSpace(), [range]);
        Assert.Equal(expected, memory.Admit([PlanLine.Pool("dma", "test", PoolKind.NonBlocking, 64, 4, dmaBits: dmaBits)]));
        Assert.Equal(expected == PlanError.None, !memory.GetRegion(0).IsEmpty);
    }
}
