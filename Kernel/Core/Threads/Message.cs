using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>What a <see cref="MessageQueue"/> carries: sixteen bytes, whose meaning sender and receiver agree on. Travels in two
/// registers.</summary>
[AllocationFree]
public readonly struct Message
{
    /// <summary>Makes a message.</summary>
    /// <param name="first">The first half.</param>
    /// <param name="second">The second half.</param>
    public Message(ulong first, ulong second)
    {
        First = first;
        Second = second;
    }

    /// <summary>The first half.</summary>
    public ulong First { get; }

    /// <summary>The second half.</summary>
    public ulong Second { get; }
}
