using System;
using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.Pools;

/// <summary>
/// A fixed number of buffers of a fixed size, all made at boot. What is common to both kinds of pool.
/// </summary>
/// <remarks>
/// <para>A buffer is rented with a handle and returned with it; the handle is the only way to its payload. Each use of a handle is checked in constant
/// time, in every build: one that was returned, belongs elsewhere or was invented is refused with the reason, and nothing has changed.</para>
/// <para>The payload lies between two guard words. They are checked when the buffer comes back: a damaged buffer is quarantined, its last owner is on record, and the pool
/// goes on with one less. The book-keeping lies elsewhere, where no overrun reaches it.</para>
/// <para>Free buffers form a stack through their records: the one returned last is rented first, while the cache still knows it.</para>
/// <para>Every method may be called from threads and interrupt handlers, and takes constant time with interrupts masked, except <see cref="Audit"/>.</para>
/// </remarks>
public abstract unsafe class BufferPool
{
    private const ulong GuardPattern = 0x5AFE_B0FF_E25E_A1ED;

    private protected readonly Processor Processor;
    private protected readonly Scheduler Scheduler;
    private readonly BufferRecord* _records;
    private readonly byte* _firstPayload;
    private readonly uint _slotBytes;
    private readonly uint _count;
    private readonly uint _bufferSize;
    private int _firstFree;
    private int _free;
    private int _inUse;
    private int _highWater;
    private int _quarantined;
    private ulong _rents;
    private ulong _failures;
    private ulong _refusedReturns;

    private protected BufferPool(in PoolDescription description, Scheduler scheduler)
    {
        Name = description.Name;
        Number = description.Number;
        Scheduler = scheduler;
        Processor = scheduler.Processor;
        _records = (BufferRecord*)description.Records.Start;
        _firstPayload = (byte*)description.Buffers.Start + PoolLayout.PayloadOffset(description.Alignment);
        _slotBytes = (uint)PoolLayout.SlotBytes(description.BufferSize, description.Alignment);
        _count = (uint)description.Count;
        _bufferSize = (uint)description.BufferSize;
        _free = description.Count;
        for (int i = 0; i < description.Count; i++)
        {
            _records[i] = new BufferRecord
            {
                Word = BufferHandle.NotRented | ((ulong)Number << BufferHandle.PoolShift) | ((ulong)i << BufferHandle.IndexShift) | 1,
                NextFree = i + 1 < description.Count ? i + 1 : BufferRecord.None,
                Owner = BufferRecord.OwnerInterrupt,
            };
            WriteGuards(Payload((uint)i));
        }
    }

    /// <summary>Its name in the plan.</summary>
    public string Name { get; }

    /// <summary>Its number, from 1; part of every handle.</summary>
    public int Number { get; }

    /// <summary>Whether callers may wait.</summary>
    public abstract PoolKind Kind { get; }

    /// <summary>Bytes in a buffer.</summary>
    public int BufferSize => (int)_bufferSize;

    /// <summary>Buffers there are.</summary>
    public int Count => (int)_count;

    /// <summary>Buffers that could be rented at this moment.</summary>
    public int Free => _free;

    /// <summary>Rents a buffer if there is one. Never waits.</summary>
    /// <returns>The buffer, or <see cref="RentError.Empty"/>.</returns>
    public RentResult TryRent()
    {
        nuint state = Processor.MaskInterrupts();
        ulong word = TakeFree();
        Processor.RestoreInterrupts(state);
        return word != 0 ? RentResult.Of(word) : RentResult.Of(RentError.Empty);
    }

    /// <summary>Gives a buffer back.</summary>
    /// <param name="buffer">The handle from the rental; afterwards it is worthless.</param>
    /// <returns>Why it was refused, or that the buffer is out of use, or <see cref="ReturnError.None"/>.</returns>
    public ReturnError Return(BufferHandle buffer)
    {
        ulong word = buffer.Word;
        nuint state = Processor.MaskInterrupts();
        uint index = (ushort)(word >> BufferHandle.IndexShift);
        ReturnError error;
        if (index < _count && _records[index].Word == word)
        {
            byte* payload = Payload(index);
            error = *BeforeGuard(payload) == GuardPattern && *BehindGuard(payload) == GuardPattern
                ? ReturnError.None
                : Quarantine(index, payload);
            if (error == ReturnError.None)
            {
                Release(index);
            }
        }
        else
        {
            _refusedReturns++;
            error = Explain(word);
        }

        Processor.RestoreInterrupts(state);
        return error;
    }

    /// <summary>The payload of a rented buffer.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>All <see cref="BufferSize"/> bytes; empty if the handle is refused.</returns>
    public Span<byte> GetSpan(BufferHandle buffer)
    {
        uint index = (ushort)(buffer.Word >> BufferHandle.IndexShift);
        return index < _count && _records[index].Word == buffer.Word ? new Span<byte>(Payload(index), (int)_bufferSize) : default;
    }

    /// <summary>The address of a rented buffer's payload, as a device sees it.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>The address; 0 if the handle is refused.</returns>
    public ulong GetBusAddress(BufferHandle buffer)
    {
        uint index = (ushort)(buffer.Word >> BufferHandle.IndexShift);
        return index < _count && _records[index].Word == buffer.Word ? (ulong)Payload(index) : 0;
    }

    /// <summary>Whether a handle is honoured.</summary>
    /// <param name="buffer">The handle.</param>
    public bool IsRented(BufferHandle buffer)
    {
        uint index = (ushort)(buffer.Word >> BufferHandle.IndexShift);
        return index < _count && _records[index].Word == buffer.Word;
    }

    /// <summary>The thread that holds a buffer or held it last; -1 for an interrupt handler or the boot code.</summary>
    /// <param name="index">The buffer's number, 0 to <see cref="Count"/> - 1.</param>
    public int GetOwner(int index) => (uint)index < _count ? _records[index].Owner : BufferRecord.OwnerInterrupt;

    /// <summary>All numbers at one moment.</summary>
    public PoolSnapshot TakeSnapshot()
    {
        nuint state = Processor.MaskInterrupts();
        PoolSnapshot snapshot = AddWaiting(new PoolSnapshot
        {
            Count = (int)_count,
            InUse = _inUse,
            Free = _free,
            Quarantined = _quarantined,
            HighWater = _highWater,
            Rents = _rents,
            Failures = _failures,
            RefusedReturns = _refusedReturns,
        });
        Processor.RestoreInterrupts(state);
        return snapshot;
    }

    /// <summary>Checks the book-keeping and the guard words of every buffer, with interrupts masked for a few instructions per buffer. Thread context.</summary>
    /// <returns>The first thing that is wrong, or <see cref="PoolAudit.Sound"/>.</returns>
    public PoolAudit Audit()
    {
        nuint state = Processor.MaskInterrupts();
        PoolAudit found = AuditRecords();
        found = found == PoolAudit.Sound ? AuditFreeList() : found;
        Processor.RestoreInterrupts(state);
        return found;
    }

    /// <summary>Rents the first free buffer, if any. Interrupts masked.</summary>
    /// <returns>Its handle; 0 if there is none.</returns>
    private protected ulong TakeFree()
    {
        int index = _firstFree;
        if (index < 0)
        {
            _failures++;
            return 0;
        }

        BufferRecord* record = _records + index;
        _firstFree = record->NextFree;
        _free--;
        int inUse = ++_inUse;
        if (inUse > _highWater)
        {
            _highWater = inUse;
        }

        return BeginRental(record, CurrentOwner);
    }

    /// <summary>Takes back the buffer whose rental has just ended. Interrupts masked. A pool with waiters hands it on instead.</summary>
    private protected virtual void Release(uint index)
    {
        EndRental(index);
        BufferRecord* record = _records + index;
        record->NextFree = _firstFree;
        _firstFree = (int)index;
        _free++;
        _inUse--;
    }

    /// <summary>Ends one rental and begins another's, without the buffer ever being free. Interrupts masked.</summary>
    /// <returns>The new owner's handle.</returns>
    private protected ulong HandOver(uint index, KernelThread to)
    {
        EndRental(index);
        return BeginRental(_records + index, (short)to.Id);
    }

    /// <summary>Adds what only a pool with waiters knows. Interrupts masked.</summary>
    private protected virtual PoolSnapshot AddWaiting(PoolSnapshot snapshot) => snapshot;

    private short CurrentOwner => Scheduler.InInterrupt ? BufferRecord.OwnerInterrupt : (short)Scheduler.Current.Id;

    private ulong BeginRental(BufferRecord* record, short owner)
    {
        ulong word = record->Word & ~BufferHandle.NotRented;
        record->Word = word;
        record->Owner = owner;
        record->RentedAt = Processor.Timestamp;
        _rents++;
        return word;
    }

    private void EndRental(uint index)
    {
        ulong word = _records[index].Word;
        _records[index].Word = (word & 0xFFFF_FFFF_0000_0000) | (uint)(word + 1) | BufferHandle.NotRented;
    }

    private ReturnError Quarantine(uint index, byte* payload)
    {
        EndRental(index);
        _records[index].Quarantined = true;
        _quarantined++;
        _inUse--;
        return *BehindGuard(payload) != GuardPattern ? ReturnError.Overrun : ReturnError.Underrun;
    }

    private ReturnError Explain(ulong word)
    {
        BufferHandle handle = BufferHandle.FromWord(word);
        if (handle.IsNone)
        {
            return ReturnError.NoHandle;
        }

        if (handle.PoolNumber != Number)
        {
            return ReturnError.ForeignPool;
        }

        return (uint)handle.Index >= _count ? ReturnError.NoSuchBuffer : ReturnError.StaleHandle;
    }

    private PoolAudit AuditRecords()
    {
        int rented = 0;
        for (uint i = 0; i < _count; i++)
        {
            BufferHandle handle = BufferHandle.FromWord(_records[i].Word & ~BufferHandle.NotRented);
            if (handle.PoolNumber != Number || handle.Index != (int)i)
            {
                return PoolAudit.DamagedRecord;
            }

            bool isRented = (_records[i].Word & BufferHandle.NotRented) == 0;
            rented += isRented ? 1 : 0;
            byte* payload = Payload(i);
            if (!isRented && !_records[i].Quarantined && (*BeforeGuard(payload) != GuardPattern || *BehindGuard(payload) != GuardPattern))
            {
                return PoolAudit.DamagedFreeBuffer;
            }
        }

        return rented == _inUse ? PoolAudit.Sound : PoolAudit.WrongInUseCount;
    }

    private PoolAudit AuditFreeList()
    {
        int listed = 0;
        for (int i = _firstFree; i != BufferRecord.None; i = _records[i].NextFree)
        {
            if ((uint)i >= _count)
            {
                return PoolAudit.BrokenLink;
            }

            if ((_records[i].Word & BufferHandle.NotRented) == 0 || _records[i].Quarantined)
            {
                return PoolAudit.ListedButNotFree;
            }

            if (++listed > _free)
            {
                break;
            }
        }

        return listed == _free && _free + _inUse + _quarantined == _count ? PoolAudit.Sound : PoolAudit.WrongFreeCount;
    }

    private byte* Payload(uint index) => _firstPayload + (nuint)index * _slotBytes;

    private static ulong* BeforeGuard(byte* payload) => (ulong*)(payload - sizeof(ulong));

    private ulong* BehindGuard(byte* payload) => (ulong*)(payload + _bufferSize);

    private void WriteGuards(byte* payload)
    {
        *BeforeGuard(payload) = GuardPattern;
        *BehindGuard(payload) = GuardPattern;
    }
}
