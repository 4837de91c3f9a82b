using System;
using System.Runtime.InteropServices;
using FsCheck.Xunit;
using Reservoir.Drivers.Ata;
using Reservoir.Memory;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>What a bus master reads of where data lies (SFF-8038i, 1.2).</summary>
public sealed unsafe class PhysicalRegionTableTests : IDisposable
{
    private const int Entries = 8;
    private const uint EndOfTable = 0x8000_0000;
    private readonly uint* _words = (uint*)NativeMemory.AlignedAlloc(Entries * PhysicalRegionTable.EntryBytes, 4096);
    private readonly PhysicalRegionTable _table;

    public PhysicalRegionTableTests()
    {
        _table = new PhysicalRegionTable(new Region((nuint)_words, Entries * PhysicalRegionTable.EntryBytes));
    }

    public void Dispose() => NativeMemory.AlignedFree(_words);

    [Fact]
    public void APieceWithinOne64KiBIsOneDescriptorWithTheMark()
    {
        Assert.True(_table.TryAdd(0x12340, 512));
        Assert.Equal(1, _table.Count);
        Assert.Equal((0x12340u, EndOfTable | 512), Entry(0));
    }

    [Fact]
    public void ALengthOf64KiBIsWrittenAsZero()
    {
        Assert.True(_table.TryAdd(0x20000, 0x10000));
        Assert.Equal(1, _table.Count);
        Assert.Equal((0x20000u, EndOfTable), Entry(0));
    }

    [Fact]
    public void APieceThatCrosses64KiBIsSplitThere()
    {
        Assert.True(_table.TryAdd(0x1FE00, 0x10000));
        Assert.Equal(2, _table.Count);
        Assert.Equal((0x1FE00u, 0x200u), Entry(0));
        Assert.Equal((0x20000u, EndOfTable | 0xFE00), Entry(1));
    }

    [Fact]
    public void APieceThatEndsAt64KiBIsNotSplit()
    {
        Assert.True(_table.TryAdd(0x1FE00, 0x200));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void OnlyTheLastDescriptorHasTheMark()
    {
        Assert.True(_table.TryAdd(0x10000, 512));
        Assert.True(_table.TryAdd(0x50000, 512));
        Assert.Equal(0u, Entry(0).Length & EndOfTable);
        Assert.Equal(EndOfTable, Entry(1).Length & EndOfTable);
    }

    [Theory]
    [InlineData(0x10001, 512)]
    [InlineData(0x10000, 511)]
    [InlineData(0x10000, 0)]
    [InlineData(0x10000, -2)]
    [InlineData(0, 512)]
    [InlineData(0xFFFF_FF00, 512)]
    [InlineData(0x1_0000_0000, 512)]
    public void WhatCanNotBeDescribedIsRefusedAndChangesNothing(ulong address, int bytes)
    {
        Assert.True(_table.TryAdd(0x30000, 512));
        Assert.False(_table.TryAdd(address, bytes));
        Assert.Equal(1, _table.Count);
        Assert.Equal((0x30000u, EndOfTable | 512), Entry(0));
    }

    [Fact]
    public void TheLastBytesBelow4GiBCanBeReached() => Assert.True(_table.TryAdd(0xFFFF_FE00, 512));

    [Fact]
    public void APieceThatNeedsMoreDescriptorsThanAreLeftIsRefusedWhole()
    {
        for (int i = 1; i < Entries; i++)
        {
            Assert.True(_table.TryAdd((ulong)i << 16, 512));
        }

        Assert.False(_table.TryAdd(0x9FE00, 1024));
        Assert.Equal(Entries - 1, _table.Count);
        Assert.Equal(EndOfTable, Entry(Entries - 2).Length & EndOfTable);
        Assert.True(_table.TryAdd(0x90000, 1024));
        Assert.False(_table.TryAdd(0xA0000, 2));
    }

    [Property(MaxTest = 500)]
    public void DescriptorsCoverAPieceExactlyAndNeverCross64KiB(uint start, ushort units)
    {
        ulong address = (start & ~1u) | 2;
        int bytes = (units + 1) * 2;
        _table.Clear();
        if (address + (uint)bytes > 1UL << 32)
        {
            Assert.False(_table.TryAdd(address, bytes));
            return;
        }

        Assert.True(_table.TryAdd(address, bytes));
        ulong next = address;
        for (int i = 0; i < _table.Count; i++)
        {
            (uint entry, uint length) = Entry(i);
            Assert.Equal(next, entry);
            uint size = (length & 0xFFFF) == 0 ? 0x10000 : length & 0xFFFF;
            Assert.Equal(entry >> 16, (entry + size - 1) >> 16);
            Assert.Equal(i == _table.Count - 1 ? EndOfTable : 0, length & ~0xFFFFu);
            next += size;
        }

        Assert.Equal(address + (uint)bytes, next);
    }

    private (uint Address, uint Length) Entry(int index) => (_words[index * 2], _words[index * 2 + 1]);
}
