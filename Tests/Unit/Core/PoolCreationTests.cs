using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>Every way in which the creation of a pool can be wrong has its own error, and leaves nothing behind.</summary>
public sealed class PoolCreationTests : IDisposable
{
    private readonly RecordingAddressSpace _space = new();
    private readonly HostProcessor _processor = new();
    private readonly Scheduler _scheduler;

    public PoolCreationTests()
    {
        _scheduler = new Scheduler(_processor, new Clock(_processor, 0));
    }

    /// <summary>Bad plans. The good line before the bad one must not be reserved either.</summary>
    public static TheoryData<string, PlanError, PlanLine> BadPools => new()
    {
        { "no name", PlanError.NameMissing, Pool(name: null!) },
        { "an empty name", PlanError.NameMissing, Pool(name: "") },
        { "another line's name", PlanError.NameTaken, Pool(name: "good") },
        { "a name that is too long", PlanError.NameTooLong, Pool(name: new string('x', MemoryManager.MaxNameLength + 1)) },
        { "a name with a space", PlanError.NameNotTypable, Pool(name: "a pool") },
        { "a name with a capital", PlanError.NameNotTypable, Pool(name: "Pool") },
        { "a name that is not ASCII", PlanError.NameNotTypable, Pool(name: "p\u00f6ol") },
        { "size zero", PlanError.SizeZero, Pool(size: 0) },
        { "size -1", PlanError.SizeNegative, Pool(size: -1) },
        { "the smallest size there is", PlanError.SizeNegative, Pool(size: int.MinValue) },
        { "the largest size + 1", PlanError.SizeTooLarge, Pool(size: PoolLimits.MaxBufferSize + 1) },
        { "a size that wraps with its guard words", PlanError.SizeTooLarge, Pool(size: int.MaxValue - 15) },
        { "count zero", PlanError.CountZero, Pool(count: 0) },
        { "count -1", PlanError.CountNegative, Pool(count: -1) },
        { "the largest count + 1", PlanError.CountTooLarge, Pool(count: PoolLimits.MaxBufferCount + 1) },
        { "a count that wraps with the size", PlanError.CountTooLarge, Pool(size: 1 << 16, count: 1 << 16) },
        { "a product that is too large", PlanError.ProductTooLarge, Pool(size: PoolLimits.MaxBufferSize, count: 4096) },
        { "alignment zero", PlanError.AlignmentTooSmall, Pool(alignment: 0) },
        { "alignment 8", PlanError.AlignmentTooSmall, Pool(alignment: 8) },
        { "alignment 48", PlanError.AlignmentNotPowerOfTwo, Pool(alignment: 48) },
        { "alignment 8192", PlanError.AlignmentTooLarge, Pool(alignment: 8192) },
        { "a kind that isn't one", PlanError.UnknownPoolKind, Pool(kind: (PoolKind)7) },
        { "a negative reserve", PlanError.ReserveOutOfRange, Pool(rules: new PoolRules { Reserve = -1 }) },
        { "a reserve of everything", PlanError.ReserveOutOfRange, Pool(rules: new PoolRules { Reserve = 4 }) },
        { "a negative cap", PlanError.CapOutOfRange, Pool(rules: new PoolRules { Cap = -1 }) },
        { "a cap above the count", PlanError.CapOutOfRange, Pool(rules: new PoolRules { Cap = 5 }) },
        { "a negative high watermark", PlanError.WatermarkOutOfRange, Pool(rules: new PoolRules { HighWatermark = -1 }) },
        { "a high watermark above the count", PlanError.WatermarkOutOfRange, Pool(rules: new PoolRules { HighWatermark = 5 }) },
        { "a negative low watermark", PlanError.WatermarksOutOfOrder, Pool(rules: new PoolRules { HighWatermark = 3, LowWatermark = -1 }) },
        { "equal watermarks", PlanError.WatermarksOutOfOrder, Pool(rules: new PoolRules { HighWatermark = 3, LowWatermark = 3 }) },
        { "a low watermark alone", PlanError.WatermarksOutOfOrder, Pool(rules: new PoolRules { LowWatermark = 1 }) },
        { "more than there is memory", PlanError.Shortfall, Pool(size: PoolLimits.MaxBufferSize, count: 512) },
    };

    /// <summary>Rules at the edge of what is allowed, for a pool of four.</summary>
    public static TheoryData<PoolRules> GoodRules => new()
    {
        default(PoolRules),
        new PoolRules { Reserve = 3 },
        new PoolRules { Cap = 1 },
        new PoolRules { Cap = 4 },
        new PoolRules { HighWatermark = 1 },
        new PoolRules { HighWatermark = 4, LowWatermark = 3 },
        new PoolRules { Reserve = 3, Cap = 4, HighWatermark = 4, LowWatermark = 0 },
    };

    public void Dispose() => _processor.Dispose();

    [Theory]
    [MemberData(nameof(BadPools))]
    public void ABadPoolIsRefusedWithItsOwnErrorAndNothingIsReserved(string what, PlanError expected, PlanLine bad)
    {
        MemoryManager memory = Manager();
        Assert.True(expected == memory.Admit(new[] { Pool(name: "good"), bad }), what);
        Assert.Empty(_space.Mapped);
        Assert.Equal(0UL, memory.PlanHash);
        var pools = new PoolRegistry(memory, _scheduler);
        Assert.Equal(PlanError.NotAdmitted, pools.CreateBlockingPool("good", out BlockingPool? pool));
        Assert.Null(pool);
        Assert.Equal(0, pools.PoolCount);
        for (int i = 0; i < memory.LineCount; i++)
        {
            Assert.True(memory.GetRegion(i).IsEmpty);
            Assert.True(memory.GetRecords(i).IsEmpty);
        }

        // The manager is as good as new.
        Assert.Equal(PlanError.None, memory.Admit(new[] { Pool(name: "good") }));
    }

    [Fact]
    public void TwentyMistakesOfALineHaveTwentyErrors()
    {
        Assert.Equal(20, BadPools.Select(row => row[1]).Distinct().Count());
    }

    [Fact]
    public void AFullTableAndFullPageTablesHaveErrorsOfTheirOwn()
    {
        PlanLine[] pools = Enumerable.Range(0, PoolLimits.MaxPools + 1).Select(i => Pool(name: $"p{i}")).ToArray();
        PlanLine[] lines = Enumerable.Range(0, MemoryManager.MaxLines + 1).Select(i => PlanLine.Scratch($"s{i}", "test", 64)).ToArray();
        MemoryManager memory = Manager();
        Assert.Equal(PlanError.TooManyPools, memory.Admit(pools));
        Assert.Equal(PlanError.TooManyLines, memory.Admit(lines));
        Assert.Empty(_space.Mapped);
        _space.Room = 2;
        Assert.Equal(PlanError.NotMapped, memory.Admit(new[] { Pool(name: "one"), Pool(name: "two") }));
        Assert.True(memory.GetRegion(0).IsEmpty);
        Assert.Equal(PlanError.NotAdmitted, new PoolRegistry(memory, _scheduler).CreateBlockingPool("one", out BlockingPool? pool));
        Assert.Null(pool);
    }

    [Fact]
    public void BadRequestsForAPoolHaveTheirOwnErrorsAndCreateNothing()
    {
        Refuse(new PoolRegistry(Manager(), _scheduler), PlanError.NotAdmitted, "pool");
        using var bench =
            new KernelBench(Pool(name: "pool"), Pool(name: "other", kind: PoolKind.NonBlocking), PlanLine.Stack("stack", "test", 8192));
        MemoryManager memory = bench.Memory;
        Assert.Equal(PlanError.AlreadyAdmitted, memory.Admit(new[] { Pool(name: "late") }));
        Refuse(bench.Pools, PlanError.NoSuchLine, "nowhere");
        Refuse(bench.Pools, PlanError.NoSuchLine, "POOL");
        Refuse(bench.Pools, PlanError.NoSuchLine, null!);
        Refuse(bench.Pools, PlanError.WrongKind, "stack");
        Refuse(bench.Pools, PlanError.WrongPoolKind, "other");
        Assert.Equal(PlanError.None, bench.Pools.CreateBlockingPool("pool", out BlockingPool? made));
        Assert.NotNull(made);
        Refuse(bench.Pools, PlanError.AlreadyCreated, "pool");
        memory.Seal();
        Refuse(bench.Pools, PlanError.Sealed, "pool");
        Refuse(bench.Pools, PlanError.Sealed, "nowhere");
        Assert.Equal(PlanError.Sealed, bench.Pools.CreateNonBlockingPool("other", out NonBlockingPool? never));
        Assert.Null(never);
        Assert.Equal(PlanError.Sealed, memory.Admit(new[] { Pool(name: "late") }));
        Assert.Equal(1, bench.Pools.PoolCount);
        Assert.True(memory.VerifyPlanHash());
    }

    [Theory]
    [MemberData(nameof(GoodRules))]
    public void RulesAtTheEdgeAreAdmitted(PoolRules rules) => Assert.Equal(PlanError.None, Manager().Admit(new[] { Pool(rules: rules) }));

    [Fact]
    public void TheRulesArePartOfThePlansHash()
    {
        PoolRules[] rules =
            [default, new PoolRules { Reserve = 1 }, new PoolRules { Cap = 1 }, new PoolRules { HighWatermark = 2 },
            new PoolRules { HighWatermark = 2, LowWatermark = 1 }];
        var hashes = new HashSet<ulong>();
        foreach (PoolRules one in rules)
        {
            MemoryManager memory = Manager();
            Assert.Equal(PlanError.None, memory.Admit(new[] { Pool(rules: one) }));
            hashes.Add(memory.PlanHash);
        }

        Assert.Equal(rules.Length, hashes.Count);
    }

    [Fact]
    public void APoolIsFoundByItsWholeName()
    {
        using var bench = new KernelBench(Pool(name: "pool"), Pool(name: "pool-2"));
        Assert.Null(bench.Pools.FindPool("pool"u8));
        BlockingPool second = bench.Blocking("pool-2");
        BlockingPool first = bench.Blocking("pool");
        Assert.Same(first, bench.Pools.FindPool("pool"u8));
        Assert.Same(second, bench.Pools.FindPool("pool-2"u8));
        Assert.Null(bench.Pools.FindPool("poo"u8));
        Assert.Null(bench.Pools.FindPool("pool-"u8));
        Assert.Null(bench.Pools.FindPool("Pool"u8));
        Assert.Null(bench.Pools.FindPool(default));
    }

    [Fact]
    public void AThreadIsFoundByItsWholeName()
    {
        using var bench = new KernelBench();
        KernelThread thread = bench.Thread("worker", 5, _ => { });
        Assert.Same(thread, bench.Scheduler.FindThread("worker"u8));
        Assert.Same(bench.Scheduler.GetThread(0), bench.Scheduler.FindThread("idle"u8));
        Assert.Null(bench.Scheduler.FindThread("work"u8));
        Assert.Null(bench.Scheduler.FindThread("workers"u8));
        Assert.Null(bench.Scheduler.FindThread(default));
        bench.Run();
        Assert.Same(thread, bench.Scheduler.FindThread("worker"u8));
    }

    private static PlanLine Pool(string name = "pool", PoolKind kind = PoolKind.Blocking, int size = 64, int count = 4, int alignment = 16,
        PoolRules rules = default)
    {
        return PlanLine.Pool(name, "test", kind, size, count, alignment, rules);
    }

    private static void Refuse(PoolRegistry pools, PlanError expected, string name)
    {
        int before = pools.PoolCount;
        Assert.Equal(expected, pools.CreateBlockingPool(name, out BlockingPool? pool));
        Assert.Null(pool);
        Assert.Equal(before, pools.PoolCount);
    }

    private MemoryManager Manager() => new(_space, new[] { new MemoryRange(0x10_0000, 256 << 20) });
}
