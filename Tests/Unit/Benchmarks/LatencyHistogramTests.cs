using System;
using System.Runtime.InteropServices;
using Reservoir.Lab.Benchmarks.Latency;
using Reservoir.Memory;
using Xunit;

namespace Reservoir.Tests.Unit.Benchmarks;

/// <summary>What is said of many latencies.</summary>
public sealed unsafe class LatencyHistogramTests : IDisposable
{
    private const int Bytes = LatencyHistogram.Buckets * sizeof(uint);
    private readonly void* _memory = NativeMemory.Alloc(Bytes);
    private readonly LatencyHistogram _histogram;

    public LatencyHistogramTests()
    {
        new Span<byte>(_memory, Bytes).Fill(0xFF);
        _histogram = new LatencyHistogram(new Region((nuint)_memory, Bytes));
    }

    [Fact]
    public void QuantilesAreValuesThatWereSeen()
    {
        for (ulong latency = 1000; latency >= 1; latency--)
        {
            _histogram.Add(latency);
        }

        Assert.Equal(1000, _histogram.Count);
        Assert.Equal(1UL, _histogram.Minimum);
        Assert.Equal(500UL, _histogram.Quantile(500));
        Assert.Equal(999UL, _histogram.Quantile(999));
        Assert.Equal(1000UL, _histogram.Quantile(1000));
        Assert.Equal(1000UL, _histogram.Maximum);
    }

    [Fact]
    public void OneOutlierIsTheMaximumAndNoQuantile()
    {
        for (int i = 0; i < 9999; i++)
        {
            _histogram.Add(300);
        }

        Assert.True(_histogram.Add(1_000_000));
        Assert.Equal(300UL, _histogram.Quantile(999));
        Assert.Equal(1_000_000UL, _histogram.Quantile(1000));
        Assert.Equal(1_000_000UL, _histogram.Maximum);
    }

    [Theory]
    [InlineData(LatencyHistogram.Buckets - 2)]
    [InlineData(LatencyHistogram.Buckets - 1)]
    [InlineData(LatencyHistogram.Buckets)]
    [InlineData(ulong.MaxValue)]
    public void LatencyAtTheEdgeOfTheCountersIsNotLost(ulong latency)
    {
        _histogram.Add(latency);
        Assert.Equal(latency, _histogram.Quantile(500));
        Assert.Equal(latency, _histogram.Minimum);
    }

    [Fact]
    public void OnlyALongerOneIsTheLongest()
    {
        Assert.True(_histogram.Add(5));
        Assert.False(_histogram.Add(5));
        Assert.False(_histogram.Add(4));
        Assert.True(_histogram.Add(6));
    }

    [Fact]
    public void ClearedHistogramHasSeenNothing()
    {
        _histogram.Add(7);
        _histogram.Clear();
        Assert.Equal(0, _histogram.Count);
        _histogram.Add(9);
        Assert.Equal(9UL, _histogram.Minimum);
        Assert.Equal(9UL, _histogram.Maximum);
        Assert.Equal(9UL, _histogram.Quantile(500));
    }

    public void Dispose() => NativeMemory.Free(_memory);
}
