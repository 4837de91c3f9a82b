using Reservoir.Memory;

namespace Reservoir.Pools;

/// <summary>What a pool is made of: checked and reserved by the memory manager.</summary>
internal readonly struct PoolDescription
{
    public PoolDescription(string name, int number, int bufferSize, int count, int alignment, Region buffers, Region records,
        PoolRules rules)
    {
        Name = name;
        Number = number;
        BufferSize = bufferSize;
        Count = count;
        Alignment = alignment;
        Buffers = buffers;
        Records = records;
        Rules = rules;
    }

    public string Name { get; }

    public int Number { get; }

    public int BufferSize { get; }

    public int Count { get; }

    public int Alignment { get; }

    public Region Buffers { get; }

    public Region Records { get; }

    public PoolRules Rules { get; }
}
