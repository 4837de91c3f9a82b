namespace Reservoir.Volume;

/// <summary>
/// Where records lie: a ring of slots. Record N lies in slot (N - 1) modulo <see cref="Slots"/>, so the place of a record is a remainder
/// and the end of the history is all there is to know.
/// </summary>
/// <remarks>
/// The slots in front of the newest record, <see cref="Gap"/> of them, belong to the batch that is being written: the old records in them
/// are given up before they are touched. So a record that is shown is never half overwritten, not even by a batch that a power cut has
/// torn. A value; any context.
/// </remarks>
public readonly struct VolumeLayout
{
    /// <summary>The most records in a batch, which share one flush.</summary>
    public const int LongestBatch = 32;

    /// <summary>The most slots that can be given up because they can't be written.</summary>
    public const int MostBadSlots = 16;

    /// <summary>The furthest a record can be behind its predecessor: all slots between them are bad.</summary>
    public const uint LongestDistance = MostBadSlots + 1;

    /// <summary>Slots in front of the newest record that are kept free for a batch.</summary>
    public const uint Gap = LongestBatch + MostBadSlots;

    /// <summary>The highest number a record can have. A recorder that writes a million a second gets there in 100,000 years.</summary>
    public const ulong LastNumber = 1UL << 62;

    private const ulong MostBetweenCheckpoints = 256;
    private const ulong CheckpointsInARing = 8;

    /// <summary>Describes a ring.</summary>
    /// <param name="slots">Its slots.</param>
    public VolumeLayout(ulong slots)
    {
        Slots = slots;
    }

    /// <summary>The ring's slots.</summary>
    public ulong Slots { get; }

    /// <summary>Whether it is large enough for a history: twice the gap.</summary>
    public bool IsLargeEnough => Slots >= 2 * Gap;

    /// <summary>The most records it keeps.</summary>
    public ulong Capacity => Slots < Gap ? 0 : Slots - Gap;

    /// <summary>Numbers after which a checkpoint is due.</summary>
    public ulong CheckpointInterval => ulong.Min(MostBetweenCheckpoints, Slots / CheckpointsInARing);

    /// <summary>
    /// The most slots that mounting looks at: all that were written since the oldest checkpoint, and the gap.
    /// </summary>
    public ulong LongestWalk => VolumeCheckpoint.Places * (CheckpointInterval + Gap) + Gap;

    /// <summary>The slot of a record.</summary>
    /// <param name="sequence">The record's number, from 1.</param>
    public ulong SlotOf(ulong sequence) => (sequence - 1) % Slots;

    /// <summary>The number of the oldest record that is kept.</summary>
    /// <param name="newest">The number of the newest; zero if there is none.</param>
    public ulong OldestOf(ulong newest) => newest <= Capacity ? 1 : newest - Capacity + 1;

    /// <summary>How often the ring has been full: 1 from the first record on that is given up for a new one, 2 one round later.</summary>
    /// <param name="newest">The number of the newest record; zero if there is none.</param>
    public ulong WrapsAt(ulong newest) => newest <= Capacity ? 0 : (newest - Capacity - 1) / Slots + 1;

    /// <summary>The first block of a slot.</summary>
    /// <param name="slot">The slot, from 0.</param>
    public static ulong FirstBlockOf(ulong slot) => VolumeHeader.FirstRecordBlock + slot * VolumeHeader.SlotBlocks;
}
