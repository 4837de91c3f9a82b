using System;

namespace Reservoir.Volume;

/// <summary>
/// The slots of a volume that can't be written and are passed over. Few and fixed: a disk with more of them is not worth recording on.
/// </summary>
/// <remarks>Changed only by the thread that has locked the volume. Other threads may read it for display.</remarks>
public sealed class BadSlots
{
    private readonly ulong[] _slots = new ulong[VolumeLayout.MostBadSlots];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public ulong this[int index] => _slots[index];

    /// <summary>Whether a slot is one of them. Time in proportion to their number.</summary>
    /// <param name="slot">The slot.</param>
    public bool Contains(ulong slot) => _slots.AsSpan(0, Count).Contains(slot);

    /// <summary>Adds a slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <returns>False if there is no room for it.</returns>
    public bool TryAdd(ulong slot)
    {
        if (Count == _slots.Length)
        {
            return false;
        }

        _slots[Count] = slot;
        Count++;
        return true;
    }

    /// <summary>Forgets those that were added last.</summary>
    /// <param name="count">How many are to stay, 0 to <see cref="Count"/>.</param>
    public void TruncateTo(int count) => Count = count;
}
