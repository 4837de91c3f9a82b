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
    private const ulong GenerationMask = 0xFFFF_FFFF;

    private protected readonly Processor Processor;
    private protected readonly Scheduler Scheduler;

    /// <summary>Threads that wait for a buffer. While there is one, no buffer is free. Null in a pool that never waits.</summary>
    private protected readonly ThreadQueue? Waiters;

    /// <summary>One for each buffer, by its index.</summary>
    private readonly BufferRecord* _records;

    /// <summary>What the guard words hold. A field and not a constant, for it is compared twice with every return.</summary>
    private readonly ulong _guard = 0x5AFE_B0FF_E25E_A1ED;
    private readonly uint _count;
    private readonly uint _bufferSize;

    /// <summary>The upper half of the handle of buffer 0: taken off another handle's it leaves the index, or a number beyond every pool.</summary>
    private readonly uint _firstHandle;

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
        _count = (uint)description.Count;
        _bufferSize = (uint)description.BufferSize;
        _firstHandle = (uint)Number << (BufferHandle.PoolShift - BufferHandle.IndexShift);
        byte* payload = (byte*)description.Buffers.Start + PoolLayout.PayloadOffset(description.Alignment);
        for (int i = 0; i < description.Count; i++, payload += PoolLayout.SlotBytes(description.BufferSize, description.Alignment))
        {
            _records[i] = new BufferRecord
            {
                Word = BufferHandle.NotRented | ((ulong)(_firstHandle + (uint)i) << BufferHandle.IndexShift) | 1,
                NextFree = i + 1 < description.Count ? i + 1 : BufferRecord.None,
                Owner = BufferRecord.OwnerInterrupt,
                Payload = payload,
            };
            *BeforeGuard(payload) = _guard;
            *BehindGuard(payload) = _guard;
        }
    }

    /// <summary>The buffer to be rented next; <see cref="BufferRecord.None"/> if none is free.</summary>
    private protected int FirstFree { get; private set; }

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
        int index = FirstFree;
        if (index < 0)
        {
            return RefuseRent(state);
        }

        ulong word = Take((uint)index);
        Processor.RestoreInterrupts(state);
        return RentResult.FromWord(word);
    }

    /// <summary>Gives a buffer back. In thread context, a more important waiter that gets it runs before this returns.</summary>
    /// <param name="buffer">The handle from the rental; afterwards it is worthless.</param>
    /// <returns>Why it was refused, or that the buffer is out of use, or <see cref="ReturnError.None"/>.</returns>
    public ReturnError Return(BufferHandle buffer)
    {
        nuint state = Processor.MaskInterrupts();
        uint index = IndexOf(buffer);
        if (!IsRental(index, buffer))
        {
            return RefuseReturn(buffer, state);
        }

        BufferRecord* record = _records + index;
        if (!HasGuards(record->Payload))
        {
            return Quarantine(record, state);
        }

        if (Waiters is not null && !Waiters.IsEmpty)
        {
            return HandOver(record, state);
        }

        record->Word = AfterRental(buffer.Word);
        record->NextFree = FirstFree;
        FirstFree = (int)index;
        _inUse--;
        Processor.RestoreInterrupts(state);
        return ReturnError.None;
    }

    /// <summary>The payload of a rented buffer.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>All <see cref="BufferSize"/> bytes; empty if the handle is refused.</returns>
    public Span<byte> GetSpan(BufferHandle buffer)
    {
        uint index = IndexOf(buffer);
        return IsRental(index, buffer) ? new Span<byte>(_records[index].Payload, (int)_bufferSize) : default;
    }

    /// <summary>The address of a rented buffer's payload, as a device sees it.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>The address; 0 if the handle is refused.</returns>
    public ulong GetBusAddress(BufferHandle buffer)
    {
        uint index = IndexOf(buffer);
        return IsRental(index, buffer) ? (ulong)_records[index].Payload : 0;
    }

    /// <summary>Whether a handle is honoured.</summary>
    /// <param name="buffer">The handle.</param>
    public bool IsRented(BufferHandle buffer) => IsRental(IndexOf(buffer), buffer);

    /// <summary>The thread that holds a buffer or held it last; -1 for an interrupt handler or the boot code.</summary>
    /// <param name="index">The buffer's number, 0 to <see cref="Count"/> - 1.</param>
    public int GetOwner(int index) => (uint)index < _count ? _records[index].Owner : BufferRecord.OwnerInterrupt;

    /// <summary>
    /// How many buffers a thread has rented and nobody has returned: what a thread that dies leaves behind. Any context; time in proportion to <see cref="Count"/>, interrupts
    /// not masked.
    /// </summary>
    /// <param name="threadId">The thread's number; -1 for interrupt handlers and the boot code.</param>
    public int CountRentedBy(int threadId)
    {
        int rented = 0;
        for (uint i = 0; i < _count; i++)
        {
            rented += _records[i].Owner == threadId && (_records[i].Word & BufferHandle.NotRented) == 0 ? 1 : 0;
        }

        return rented;
    }

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

    /// <summary>Rents the first free buffer, for the one who runs. Interrupts masked.</summary>
    /// <param name="index"><see cref="FirstFree"/>, which is not <see cref="BufferRecord.None"/>.</param>
    /// <returns>Its handle.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected ulong Take(uint index)
    {
        BufferRecord* record = _records + index;
        FirstFree = record->NextFree;
        int inUse = _inUse + 1;
        _inUse = inUse;
        if (inUse > _highWater)
        {
            _highWater = inUse;
        }

        return BeginRental(record, Scheduler.Renter);
    }

    /// <summary>No buffer is free and nobody waits for one: counts it and lifts the mask.</summary>
    /// <param name="state">What masking the interrupts returned.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected RentResult RefuseRent(nuint state)
    {
        _failures++;
        Processor.RestoreInterrupts(state);
        return RentResult.Of(RentError.Empty);
    }

    /// <summary>Whether every buffer is quarantined, so that none can ever come back.</summary>
    private protected bool HasNoBufferLeft => _quarantined == (int)_count;

    /// <summary>Gives a returned buffer to the first waiter, of whom there is one, and lifts the mask.</summary>
    /// <param name="record">The buffer's record.</param>
    /// <param name="state">What masking the interrupts returned.</param>
    private protected virtual ReturnError HandOver(BufferRecord* record, nuint state) => ReturnError.None;

    /// <summary>The last buffer was quarantined: nobody need wait any more. Interrupts masked.</summary>
    /// <param name="state">What masking the interrupts returned.</param>
    private protected virtual void LoseLastBuffer(nuint state)
    {
    }

    /// <summary>Ends one rental and begins another's, without the buffer ever being free. Interrupts masked.</summary>
    /// <returns>The new owner's handle.</returns>
    private protected ulong PassOn(BufferRecord* record, KernelThread to)
    {
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
        record->RentedAt = Scheduler.LastTick;
        _rents++;
        return word;
    }

    /// <summary>The word of a record between this rental and the next: the generation moves on, and never into the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AfterRental(ulong word)
    {
        return (uint)word != uint.MaxValue ? word + (BufferHandle.NotRented + 1) : (word & ~GenerationMask) | BufferHandle.NotRented;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReturnError Quarantine(BufferRecord* record, nuint state)
    {
        record->Word = AfterRental(record->Word);
        record->Quarantined = true;
        _quarantined++;
        _inUse--;
        ReturnError error = *BehindGuard(record->Payload) != _guard ? ReturnError.Overrun : ReturnError.Underrun;
        if (HasNoBufferLeft)
        {
            LoseLastBuffer(state);
        }

        Processor.RestoreInterrupts(state);
        return error;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReturnError RefuseReturn(BufferHandle buffer, nuint state)
    {
        _refusedReturns++;
        Processor.RestoreInterrupts(state);
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
    private bool HasGuards(byte* payload)
    {
        ulong guard = _guard;
        return *BeforeGuard(payload) == guard && *BehindGuard(payload) == guard;
    }

    private static ulong* BeforeGuard(byte* payload) => (ulong*)(payload - sizeof(ulong));

    private ulong* BehindGuard(byte* payload) => (ulong*)(payload + _bufferSize);
}
