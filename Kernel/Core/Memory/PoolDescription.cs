namespace Reservoir.Memory;

/// <summary>What a pool is made of: its line of the plan, which was checked, and its regions, which are reserved and mapped.</summary>
internal readonly struct PoolDescription
{
    public PoolDescription(in PlanLine line, int number, Region buffers, Region records)
    {
        Name = line.Name;
        Number = number;
        BufferSize = line.Size;
        Count = line.Count;
        Alignment = line.Alignment;
        Rules = line.Rules;
        Buffers = buffers;
        Records = records;
    }

    /// <summary>The line's name.</summary>
    public string Name { get; }

    /// <summary>The pool's number, from 1 to <see cref="PoolLimits.MaxPools"/>, unique for one memory manager.</summary>
    public int Number { get; }

    /// <summary>Bytes in a buffer.</summary>
    public int BufferSize { get; }

    /// <summary>Buffers.</summary>
    public int Count { get; }

    /// <summary>Alignment of each buffer in bytes, a power of two.</summary>
    public int Alignment { get; }

    /// <summary>What the pool demands of callers that rent.</summary>
    public PoolRules Rules { get; }

    /// <summary>Where the buffers lie, with their guard words: see <see cref="PoolLayout"/>.</summary>
    public Region Buffers { get; }

    /// <summary>Where the records lie, <see cref="PoolLayout.RecordBytes"/> for each buffer.</summary>
    public Region Records { get; }
}
