namespace Reservoir.Memory;

/// <summary>A range of physical memory that is free to be reserved.</summary>
public readonly struct MemoryRange
{
    /// <summary>Describes a range.</summary>
    /// <param name="start">First address.</param>
    /// <param name="bytes">Length in bytes.</param>
    public MemoryRange(nuint start, nuint bytes)
    {
        Start = start;
        Bytes = bytes;
    }

    /// <summary>First address.</summary>
    public nuint Start { get; }

    /// <summary>Length in bytes.</summary>
    public nuint Bytes { get; }
}
