namespace Reservoir.Pools;

/// <content>The audit. It walks in short steps, interrupts masked in each, and starts again if the pool was used in between.</content>
public abstract unsafe partial class BufferPool
{
    private const uint BuffersPerStep = 16;
    private const int MostAttempts = 16;

    /// <summary>
    /// Checks the book-keeping and the guard words of every buffer. Thread or boot context; time in proportion to <see cref="Count"/>, interrupts masked for some hundred
    /// instructions at a time.
    /// </summary>
    /// <returns>The first thing that is wrong; <see cref="PoolAudit.Sound"/>; <see cref="PoolAudit.Unsettled"/> if the pool was too busy to be walked through.</returns>
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
        var walk = new Walk { Rents = _rents, InUse = _inUse, NextFree = FirstFree };
        PoolAudit found = PoolAudit.Sound;
        while (found == PoolAudit.Sound && walk.NextRecord < _count)
        {
            nuint state = Processor.MaskInterrupts();
            found = HasMoved(walk) ? PoolAudit.Unsettled : AuditRecords(ref walk);
            Processor.RestoreInterrupts(state);
        }

        if (found == PoolAudit.Sound && (walk.Rented != walk.InUse || walk.Quarantined != _quarantined))
        {
            found = walk.Rented != walk.InUse ? PoolAudit.WrongInUseCount : PoolAudit.WrongQuarantinedCount;
        }

        while (found == PoolAudit.Sound && walk.NextFree != BufferRecord.None)
        {
            nuint state = Processor.MaskInterrupts();
            found = HasMoved(walk) ? PoolAudit.Unsettled : AuditFreeList(ref walk);
            Processor.RestoreInterrupts(state);
        }

        return found == PoolAudit.Sound && walk.Listed != (int)_count - walk.InUse - walk.Quarantined ? PoolAudit.WrongFreeCount : found;
    }

    /// <summary>Whether a buffer was rented or returned since the walk began: a return lowers the one number, and only a rent, which moves the other, raises it again.</summary>
    private bool HasMoved(in Walk walk) => _rents != walk.Rents || _inUse != walk.InUse;

    private PoolAudit AuditRecords(ref Walk walk)
    {
        for (uint i = 0; i < BuffersPerStep && walk.NextRecord < _count; i++, walk.NextRecord++)
        {
            BufferRecord* record = _records + walk.NextRecord;
            bool isRented = (record->Word & BufferHandle.NotRented) == 0;
            if (IndexOf(BufferHandle.FromWord(record->Word & ~BufferHandle.NotRented)) != walk.NextRecord || (isRented && record->Quarantined))
            {
                return PoolAudit.DamagedRecord;
            }

            walk.Rented += isRented ? 1 : 0;
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
        for (uint i = 0; i < BuffersPerStep && walk.NextFree != BufferRecord.None; i++)
        {
            if ((uint)walk.NextFree >= _count)
            {
                return PoolAudit.BrokenLink;
            }

            BufferRecord* record = _records + (uint)walk.NextFree;
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
        public ulong Rents;
        public int InUse;
        public uint NextRecord;
        public int NextFree;
        public int Rented;
        public int Quarantined;
        public int Listed;
    }
}
