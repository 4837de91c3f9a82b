using System;
using Reservoir.Memory;

namespace Reservoir.Lab.Benchmarks.Latency;

/// <summary>How often each latency was seen, to the nanosecond; what is longer than the longest that has a counter of its own is counted
/// together, and only the maximum is known of it.</summary>
public sealed class LatencyHistogram
{
    /// <summary>Latencies with a counter of their own.</summary>
    public const int Buckets = 1 << 16;

    private readonly Region _counters;

    /// <summary>Makes an empty one. Boot context.</summary>
    /// <param name="counters">Memory for <see cref="Buckets"/> counters of four bytes.</param>
    public LatencyHistogram(Region counters)
    {
        _counters = counters;
        Clear();
    }

    /// <summary>Samples seen.</summary>
    public int Count { get; private set; }

    /// <summary>The shortest; <see cref="ulong.MaxValue"/> if there is none yet.</summary>
    public ulong Minimum { get; private set; } = ulong.MaxValue;

    /// <summary>The longest; 0 if there is none yet.</summary>
    public ulong Maximum { get; private set; }

    private Span<uint> Counters => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(_counters.AsSpan()).Slice(0, Buckets);

    /// <summary>Forgets all samples.</summary>
    public void Clear()
    {
        Counters.Clear();
        Count = 0;
        Minimum = ulong.MaxValue;
        Maximum = 0;
    }

    /// <summary>Counts a sample.</summary>
    /// <param name="latency">In nanoseconds.</param>
    /// <returns>Whether it is the longest so far.</returns>
    public bool Add(ulong latency)
    {
        Count++;
        Minimum = Math.Min(Minimum, latency);
        Counters[(int)Math.Min(latency, Buckets - 1)]++;
        bool isLongest = latency > Maximum;
        Maximum = isLongest ? latency : Maximum;
        return isLongest;
    }

    /// <summary>The shortest latency that so many of a thousand samples don't exceed.</summary>
    /// <param name="perMille">1 to 1000.</param>
    public ulong Quantile(int perMille)
    {
        long wanted = ((long)Count * perMille + 999) / 1000;
        long seen = 0;
        Span<uint> counters = Counters;
        for (int i = 0; i < Buckets - 1; i++)
        {
            seen += counters[i];
            if (seen >= wanted)
            {
                return (ulong)i;
            }
        }

        return Maximum;
    }
}
