using System;

namespace Reservoir.Partitions;

/// <summary>Takes partitions, one after the other, as they are found.</summary>
public abstract class PartitionSink
{
    /// <summary>Takes a partition. Thread context.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="name">Its name, in UTF-16 and as it is on the disk: anything can be in it; empty in a master boot record.</param>
    public abstract void Add(in Partition partition, ReadOnlySpan<char> name);
}
