using System;
using System.Runtime.CompilerServices;
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
/// <para>Invariant, outside masked sections: a buffer is rented, free or quarantined. The free ones form a stack through their records: the one returned last is rented first,
/// while the cache still knows it. Their number is not kept but follows from the other two, so that the three always add up.</para>
/// <para>Every method may be called from threads and interrupt handlers, and takes constant time with interrupts masked; <see cref="Audit"/> takes many short steps. Renting and
/// returning are written out in one piece, because each call would cost as much as the work.</para>
/// </remarks>
public abstract unsafe partial class BufferPool
{
    private const ulong GuardPattern = 0x5AFE_B0FF_E25E_A1ED;
    private const ulong GenerationMask = 0xFFFF_FFFF;

    private protected readonly Processor Processor;
    private protected readonly Scheduler Scheduler;

    /// <summary>Threads that wait for a buffer. While there is one, no buffer is free. Null in a pool that never waits.</summary>
    private protected readonly ThreadQueue? Waiters;

    /// <summary>One for each buffer, by its index.</summary>
    private readonly BufferRecord* _records;

    /// <summary>The payload of buffer 0; the others follow every <see cref="_slotBytes"/>.</summary>
    private readonly byte* _firstPayload;
    private readonly uint _slotBytes;
    private readonly uint _count;
    private readonly uint _bufferSize;

    /// <summary>The upper half of the handle of buffer 0: taken off another handle's it leaves the index, or a number beyond every pool.</summary>
    private readonly uint _firstHandle;

    /// <summary>The buffer to be rented next; <see cref="BufferRecord.None"/> if none is free.</summary>
    private int _firstFree;
    private int _inUse;
    private int _highWater;
    private int _quarantined;
    private ulong _rents;
    private ulong _failures;
    private ulong _refusedReturns;

    private protected BufferPool(in PoolDescription description, Scheduler scheduler, ThreadQueue? waiters)
    {
        Name = description.Name;
        Number = description.Number;
        Scheduler = scheduler;
        Processor = scheduler.Processor;
        Waiters = waiters;
        _records = (BufferRecord*)description.Records.Start;
        _firstPayload = (byte*)description.Buffers.Start + PoolLayout.PayloadOffset(description.Alignment);
        _slotBytes = (uint)PoolLayout.SlotBytes(description.BufferSize, description.Alignment);
        _count = (uint)description.Count;
        _bufferSize = (uint)description.BufferSize;
        _firstHandle = (uint)Number << (BufferHandle.PoolShift - BufferHandle.IndexShift);
        for (int i = 0; i < description.Count; i++)
        {
            _records[i] = new BufferRecord
            {
                Word = BufferHandle.NotRented | ((ulong)(_firstHandle + (uint)i) << BufferHandle.IndexShift) | 1,
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
    public int Free => (int)_count - _inUse - _quarantined;

    /// <summary>Rents a buffer if there is one. Never waits.</summary>
    /// <returns>The buffer, or <see cref="RentError.Empty"/>.</returns>
    public RentResult TryRent()
    {
        nuint state = Processor.MaskInterrupts();
        ulong word = TakeFree();
        if (word == 0)
        {
            word = CountFailure();
        }

        Processor.RestoreInterrupts(state);
        return RentResult.FromWord(word);
    }

    /// <summary>Gives a buffer back. In thread context, a more important waiter that gets it runs before this returns.</summary>
    /// <param name="buffer">The handle from the rental; afterwards it is worthless.</param>
    /// <returns>Why it was refused, or that the buffer is out of use, or <see cref="ReturnError.None"/>.</returns>
    public ReturnError Return(BufferHandle buffer)
    {
        nuint state = Processor.MaskInterrupts();
        ReturnError error = ReturnError.None;
        uint index = IndexOf(buffer);
        if (!IsRental(index, buffer))
        {
            error = RefuseReturn(buffer);
        }
        else if (!HasGuards(Payload(index)))
        {
            error = Quarantine(index, state);
        }
        else if (Waiters is null || Waiters.IsEmpty)
        {
            BufferRecord* record = _records + index;
            record->Word = AfterRental(buffer.Word);
            record->NextFree = _firstFree;
            _firstFree = (int)index;
            _inUse--;
        }
        else
        {
            HandOver(index, state);
        }

        Processor.RestoreInterrupts(state);
        return error;
    }

    /// <summary>The payload of a rented buffer.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>All <see cref="BufferSize"/> bytes; empty if the handle is refused.</returns>
    public Span<byte> GetSpan(BufferHandle buffer)
    {
        uint index = IndexOf(buffer);
        return IsRental(index, buffer) ? new Span<byte>(Payload(index), (int)_bufferSize) : default;
    }

    /// <summary>The address of a rented buffer's payload, as a device sees it.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>The address; 0 if the handle is refused.</returns>
    public ulong GetBusAddress(BufferHandle buffer)
    {
        uint index = IndexOf(buffer);
        return IsRental(index, buffer) ? (ulong)Payload(index) : 0;
    }

    /// <summary>Whether a handle is honoured.</summary>
    /// <param name="buffer">The handle.</param>
    public bool IsRented(BufferHandle buffer) => IsRental(IndexOf(buffer), buffer);

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
            Free = Free,
            Quarantined = _quarantined,
            HighWater = _highWater,
            Rents = _rents,
            Failures = _failures,
            RefusedReturns = _refusedReturns,
        });
        Processor.RestoreInterrupts(state);
        return snapshot;
    }

    /// <summary>Rents the first free buffer, if any. Interrupts masked.</summary>
    /// <returns>Its handle; 0 if there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected ulong TakeFree()
    {
        int index = _firstFree;
        if (index < 0)
        {
            return 0;
        }

        BufferRecord* record = _records + (uint)index;
        _firstFree = record->NextFree;
        int inUse = _inUse + 1;
        _inUse = inUse;
        if (inUse > _highWater)
        {
            _highWater = inUse;
        }

        return BeginRental(record, Scheduler.Renter);
    }

    /// <summary>Counts a request that was refused because no buffer is free. Interrupts masked.</summary>
    /// <returns>The word of the result that says so.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected ulong CountFailure()
    {
        _failures++;
        return RentResult.WordOf(RentError.Empty);
    }

    /// <summary>Whether every buffer is quarantined, so that none can ever come back.</summary>
    private protected bool HasNoBufferLeft => _quarantined == (int)_count;

    /// <summary>Gives a buffer whose rental is over to the first waiter. Interrupts masked; there is a waiter.</summary>
    /// <param name="index">The buffer.</param>
    /// <param name="state">What masking the interrupts returned.</param>
    private protected virtual void HandOver(uint index, nuint state)
    {
    }

    /// <summary>The last buffer was quarantined: nobody need wait any more. Interrupts masked.</summary>
    /// <param name="state">What masking the interrupts returned.</param>
    private protected virtual void LoseLastBuffer(nuint state)
    {
    }

    /// <summary>Ends one rental and begins another's, without the buffer ever being free. Interrupts masked.</summary>
    /// <returns>The new owner's handle.</returns>
    private protected ulong PassOn(uint index, KernelThread to)
    {
        BufferRecord* record = _records + index;
        record->Word = AfterRental(record->Word);
        return BeginRental(record, (short)to.Id);
    }

    /// <summary>Adds what only a pool with waiters knows. Interrupts masked.</summary>
    private protected virtual PoolSnapshot AddWaiting(PoolSnapshot snapshot) => snapshot;

    /// <summary>The index in a handle, or a number beyond the pool if the handle is another pool's, or none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint IndexOf(BufferHandle buffer) => (uint)(buffer.Word >> BufferHandle.IndexShift) - _firstHandle;

    /// <summary>
    /// The check of every handle: it is this pool's, and that very word is on record as the buffer's rental. The word of a buffer that isn't rented has
    /// <see cref="BufferHandle.NotRented"/>, and no handle with that bit gets past the first comparison.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsRental(uint index, BufferHandle buffer) => index < _count && _records[index].Word == buffer.Word;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong BeginRental(BufferRecord* record, short owner)
    {
        ulong word = record->Word & ~BufferHandle.NotRented;
        record->Word = word;
        record->Owner = owner;
        record->RentedAt = Processor.Timestamp;
        _rents++;
        return word;
    }

    /// <summary>The word of a record between this rental and the next: the generation moves on, and never into the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AfterRental(ulong word) => (word & ~GenerationMask) | (uint)(word + 1) | BufferHandle.NotRented;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReturnError Quarantine(uint index, nuint state)
    {
        BufferRecord* record = _records + index;
        record->Word = AfterRental(record->Word);
        record->Quarantined = true;
        _quarantined++;
        _inUse--;
        ReturnError error = *BehindGuard(Payload(index)) != GuardPattern ? ReturnError.Overrun : ReturnError.Underrun;
        if (HasNoBufferLeft)
        {
            LoseLastBuffer(state);
        }

        return error;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReturnError RefuseReturn(BufferHandle buffer)
    {
        _refusedReturns++;
        if (buffer.IsNone)
        {
            return ReturnError.NoHandle;
        }

        if (buffer.Word >> BufferHandle.PoolShift != (ulong)Number)
        {
            return ReturnError.ForeignPool;
        }

        return IndexOf(buffer) >= _count ? ReturnError.NoSuchBuffer : ReturnError.StaleHandle;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Payload(uint index) => _firstPayload + ((nuint)index * _slotBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasGuards(byte* payload) => ((*BeforeGuard(payload) ^ GuardPattern) | (*BehindGuard(payload) ^ GuardPattern)) == 0;

    private static ulong* BeforeGuard(byte* payload) => (ulong*)(payload - sizeof(ulong));

    private ulong* BehindGuard(byte* payload) => (ulong*)(payload + _bufferSize);

    private void WriteGuards(byte* payload)
    {
        *BeforeGuard(payload) = GuardPattern;
        *BehindGuard(payload) = GuardPattern;
    }
}
