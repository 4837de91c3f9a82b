using System;
using Cosmos.Common;

namespace Reservoir.Memory;

/// <summary>A piece of memory that the memory manager gave to one owner: page-aligned, mapped, with an unmapped page on either
/// side.</summary>
[AllocationFree]
public readonly unsafe struct Region
{
    /// <summary>Describes a piece of memory.</summary>
    /// <param name="start">First address.</param>
    /// <param name="bytes">Length in bytes.</param>
    public Region(nuint start, nuint bytes)
    {
        Start = start;
        Bytes = bytes;
    }

    /// <summary>First address; the same for the processor and for a device.</summary>
    public nuint Start { get; }

    /// <summary>Length in bytes.</summary>
    public nuint Bytes { get; }

    /// <summary>First address behind it.</summary>
    public nuint End => Start + Bytes;

    /// <summary>Whether it is no region at all.</summary>
    public bool IsEmpty => Bytes == 0;

    /// <summary>Whether a byte belongs to both. No region overlaps with an empty one.</summary>
    /// <param name="other">The other region.</param>
    public bool Overlaps(Region other) => !IsEmpty && !other.IsEmpty && Start < other.End && other.Start < End;

    /// <summary>Its content. Regions are smaller than 2 GiB.</summary>
    public Span<byte> AsSpan() => new((void*)Start, (int)Bytes);
}
