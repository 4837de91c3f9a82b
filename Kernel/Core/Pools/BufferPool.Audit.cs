using Reservoir.Memory;
using Reservoir.Threads;

namespace Reservoir.Pools;

/// <content>The audit. It walks in short steps, interrupts masked in each, and starts again if the pool was used in between.</content>
public abstract unsafe partial class BufferPool
{
    private const uint BuffersPerStep = 16;
    private const int MostAttempts = 16;

    /// <summary>
    /// Checks the book-keeping and the guard words of every buffer. Thread or boot context; time in proportion to <see cref="Count"/>,
    /// interrupts masked for some hundred instructions at a time.
    /// </summary>
    /// <returns>The first thing that is wrong; <see cref="PoolAudit.Sound"/>; <see cref="PoolAudit.Unsettled"/> if the pool was too busy to
    /// be walked through.</returns>
    public PoolAudit Audit()
    {
        PoolAudit found = PoolAudit.Unsettled;
        for (int i = 0; i < MostAttempts && found == PoolAudit.Unsettled; i++)
        {
            found = AuditOnce();
        }

        return found;
    }

    private PoolAudit AuditOnce()
    {
        ushort* held = stackalloc ushort[Scheduler.MaxThreads + 1];
        var walk = new Walk { Change = ChangeNumber, NextFree = FirstFree, Held = held };
        PoolAudit found = PoolAudit.Sound;
        while (found == PoolAudit.Sound && walk.NextRecord < _count)
        {
            Processor.Mask();
            found = HasMoved(walk) ? PoolAudit.Unsettled : AuditRecords(ref walk);
            Processor.Unmask();
        }

        if (found == PoolAudit.Sound)
        {
            Processor.Mask();
            found = HasMoved(walk) ? PoolAudit.Unsettled : AuditCounts(ref walk);
            Processor.Unmask();
        }

        while (found == PoolAudit.Sound && walk.NextFree is not null)
        {
            Processor.Mask();
            found = HasMoved(walk) ? PoolAudit.Unsettled : AuditFreeList(ref walk);
            Processor.Unmask();
        }

        return found == PoolAudit.Sound && walk.Listed != (int)_count - walk.Rented - walk.Quarantined ? PoolAudit.WrongFreeCount : found;
    }

    /// <summary>Whether a buffer was rented, returned or got another owner since the walk began. Interrupts masked.</summary>
    private bool HasMoved(in Walk walk) => Changes != walk.Change;

    private PoolAudit AuditCounts(ref Walk walk)
    {
        if (walk.Rented != InUse)
        {
            return PoolAudit.WrongInUseCount;
        }

        if (walk.Quarantined != _quarantined)
        {
            return PoolAudit.WrongQuarantinedCount;
        }

        bool right = walk.Posted == _posted;
        for (int i = 0; i <= Scheduler.MaxThreads; i++)
        {
            right &= walk.Held[i] == Held[i];
        }

        return right ? PoolAudit.Sound : PoolAudit.WrongOwnerCount;
    }

    private PoolAudit AuditRecords(ref Walk walk)
    {
        for (uint i = 0; i < BuffersPerStep && walk.NextRecord < _count; i++, walk.NextRecord++)
        {
            BufferRecord* record = _records + walk.NextRecord;
            bool isRented = (record->Word & BufferHandle.NotRented) == 0;
            ulong place = record->Word & BufferHandle.PlaceMask & ~(isRented ? BufferHandle.Posted : BufferHandle.NotRented);
            if (place != PlaceOf(walk.NextRecord) || (isRented && record->Quarantined))
            {
                return PoolAudit.DamagedRecord;
            }

            if (isRented)
            {
                if (RenterStamp.OwnerOf(record->Stamp) > Scheduler.MaxThreads)
                {
                    return PoolAudit.DamagedRecord;
                }

                walk.Rented++;
                walk.Held[RenterStamp.OwnerOf(record->Stamp)]++;
                walk.Posted += (record->Word & BufferHandle.Posted) != 0 ? 1 : 0;
            }

            walk.Quarantined += record->Quarantined ? 1 : 0;
            if (!isRented && !record->Quarantined && !HasGuards(record->Payload))
            {
                return PoolAudit.DamagedFreeBuffer;
            }
        }

        return PoolAudit.Sound;
    }

    private PoolAudit AuditFreeList(ref Walk walk)
    {
        for (uint i = 0; i < BuffersPerStep && walk.NextFree is not null; i++)
        {
            BufferRecord* record = walk.NextFree;
            nuint offset = (nuint)record - (nuint)_records;
            if (offset >= (nuint)_count * PoolLayout.RecordBytes || offset % PoolLayout.RecordBytes != 0)
            {
                return PoolAudit.BrokenLink;
            }

            if ((record->Word & BufferHandle.NotRented) == 0 || record->Quarantined)
            {
                return PoolAudit.ListedButNotFree;
            }

            // A chain that is longer than the pool goes in a circle.
            if (++walk.Listed > (int)_count)
            {
                return PoolAudit.WrongFreeCount;
            }

            walk.NextFree = record->NextFree;
        }

        return PoolAudit.Sound;
    }

    /// <summary>How far an audit has come, and what the pool looked like when it began.</summary>
    private struct Walk
    {
        public ulong Change;
        public ushort* Held;
        public uint NextRecord;
        public BufferRecord* NextFree;
        public int Rented;
        public int Posted;
        public int Quarantined;
        public int Listed;
    }
}
