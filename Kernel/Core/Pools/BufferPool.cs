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
/// while the cache still knows it. Their number is not kept but follows from the others, so that the three always add up.</para>
/// <para>Every method may be called from threads and interrupt handlers, and takes constant time with interrupts masked; <see cref="Audit"/> and the listings take many short steps. Renting and
/// returning are written out in one piece, because each call would cost as much as the work. Whatever is not asked of every pool (rules, fault injection, watermarks, statistics of the
/// top) hides behind one comparison: see <see cref="_attention"/>.</para>
/// </remarks>
[AllocationFree]
public abstract unsafe partial class BufferPool
{
    private protected readonly Processor Processor;
    private protected readonly Scheduler Scheduler;

    /// <summary>Threads that wait for a buffer. While there is one, no buffer is free. <see cref="ThreadRings.Flag"/> is set while returns have to look at the low watermark.</summary>
    private protected readonly ThreadRings* Waiters;

    private readonly WaitQueue _queue;

    /// <summary>Rented buffers of each owner: interrupt handlers first, then the threads by number.</summary>
    private readonly ushort* _held;

    /// <summary>One for each buffer, by its index.</summary>
    private readonly BufferRecord* _records;

    /// <summary>What the guard words hold. A field and not a constant, for it is compared twice with every return.</summary>
    private readonly ulong _guard = 0x5AFE_B0FF_E25E_A1ED;
    private readonly ulong _count;
    private readonly uint _bufferSize;

    /// <summary>The upper half of the handle of buffer 0: taken off another handle's it leaves the index, or a number beyond every pool.</summary>
    private readonly ulong _firstHandle;

    private ulong _inUse;
    private ulong _returns;

    /// <summary>
    /// A rental that makes so many rented buffers, or more, goes through <see cref="RentWithAttention"/>: it is a new maximum, reaches the high watermark or the reserve; or every rental has to, for a cap or fault
    /// injection.
    /// </summary>
    private ulong _attention = 1;

    private int _highWater;
    private int _quarantined;
    private int _posted;
    private ulong _reclaimed;
    private ulong _refusedReturns;

    private protected BufferPool(in PoolDescription description, Scheduler scheduler)
    {
        Name = description.Name;
        Number = description.Number;
        Rules = description.Rules;
        Scheduler = scheduler;
        Processor = scheduler.Processor;
        _queue = WaitQueue.Create(scheduler, description.Name, boosts: true, Reclaim, this);
        Waiters = _queue.Rings;
        _held = Waiters->Held;
        _records = (BufferRecord*)description.Records.Start;
        _count = (ulong)description.Count;
        _bufferSize = (uint)description.BufferSize;
        _firstHandle = (ulong)Number << (BufferHandle.PoolShift - BufferHandle.IndexShift);
        byte* payload = (byte*)description.Buffers.Start + PoolLayout.PayloadOffset(description.Alignment);
        for (int i = 0; i < description.Count; i++, payload += PoolLayout.SlotBytes(description.BufferSize, description.Alignment))
        {
            _records[i] = new BufferRecord
            {
                Word = BufferHandle.NotRented | ((_firstHandle + (ulong)i) << BufferHandle.IndexShift) | 1,
                NextFree = i + 1 < description.Count ? _records + i + 1 : null,
                Payload = payload,
            };
            *BeforeGuard(payload) = _guard;
            *BehindGuard(payload) = _guard;
        }

        FirstFree = _records;
        RenewAttention();
    }

    /// <summary>The buffer to be rented next; null if none is free.</summary>
    private protected BufferRecord* FirstFree;

    /// <summary>Its name in the plan.</summary>
    public string Name { get; }

    /// <summary>Its number, from 1; part of every handle.</summary>
    public int Number { get; }

    /// <summary>What it demands of those who rent.</summary>
    public PoolRules Rules { get; }

    /// <summary>Whether callers may wait.</summary>
    public abstract PoolKind Kind { get; }

    /// <summary>Bytes in a buffer.</summary>
    public int BufferSize => (int)_bufferSize;

    /// <summary>Buffers there are.</summary>
    public int Count => (int)_count;

    /// <summary>Buffers that could be rented at this moment.</summary>
    public int Free => (int)_count - InUse - _quarantined;

    private int InUse => (int)_inUse;

    private ulong Rents => _returns + _inUse;

    /// <summary>Rents a buffer if there is one. Never waits.</summary>
    /// <param name="file">The caller's file, on record until the next rental. The compiler fills it in: it has to be a literal.</param>
    /// <param name="line">The caller's line.</param>
    /// <returns>The buffer, or <see cref="RentError.Empty"/>, <see cref="RentError.Reserved"/>, <see cref="RentError.OverCap"/> or <see cref="RentError.Injected"/>.</returns>
    public RentResult TryRent([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Processor processor = Processor;
        nuint state = processor.MaskInterrupts();
        BufferRecord* record = FirstFree;
        if (record is null)
        {
            return RefuseRent(RentError.Empty, state);
        }

        ulong inUse = _inUse + 1;
        if (inUse >= _attention)
        {
            return RentWithAttention(state, file, line);
        }

        ulong word = Take(processor, record, inUse, file, line);
        return processor.TryRestoreInterrupts(state) ? RentResult.FromWord(word) : LetInterruptsIn(word);
    }

    /// <summary>Gives a buffer back. In thread context, a more important waiter that gets it runs before this returns.</summary>
    /// <param name="buffer">The handle from the rental; afterwards it is worthless.</param>
    /// <returns>Why it was refused, or that the buffer is out of use, or <see cref="ReturnError.None"/>.</returns>
    public ReturnError Return(BufferHandle buffer)
    {
        Processor processor = Processor;
        nuint state = processor.MaskInterrupts();
        ulong index = IndexOf(buffer);
        if (!IsRental(index, buffer))
        {
            return RefuseReturn(buffer, state);
        }

        BufferRecord* record = _records + index;
        if (!HasGuards(record->Payload))
        {
            return Quarantine(record, state);
        }

        if (Waiters->Occupied != 0)
        {
            return ReturnWithAttention(record, state);
        }

        PutFree(record);
        return processor.TryRestoreInterrupts(state) ? ReturnError.None : LetInterruptsIn(ReturnError.None);
    }

    /// <summary>The payload of a rented buffer.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>All <see cref="BufferSize"/> bytes; empty if the handle is refused, or a device holds the buffer.</returns>
    public Span<byte> GetSpan(BufferHandle buffer)
    {
        ulong index = IndexOf(buffer);
        return IsRental(index, buffer) ? new Span<byte>(_records[index].Payload, (int)_bufferSize) : default;
    }

    /// <summary>The address of a rented buffer's payload, as a device sees it.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>The address; 0 if the handle is refused.</returns>
    public ulong GetBusAddress(BufferHandle buffer)
    {
        ulong index = IndexOf(buffer);
        return IsRental(index, buffer) || IsPosted(index, buffer) ? (ulong)_records[index].Payload : 0;
    }

    /// <summary>Whether a handle is honoured: the buffer is rented with it, and no device holds it.</summary>
    /// <param name="buffer">The handle.</param>
    public bool IsRented(BufferHandle buffer) => IsRental(IndexOf(buffer), buffer);

    /// <summary>The thread that holds a buffer or held it last; -1 for an interrupt handler or the boot code.</summary>
    /// <param name="index">The buffer's number, 0 to <see cref="Count"/> - 1.</param>
    public int GetOwner(int index) => (uint)index < (uint)_count ? RenterStamp.OwnerOf(_records[index].Stamp) - 1 : -1;

    /// <summary>How many buffers an owner has rented and nobody has returned. Any context, constant time.</summary>
    /// <param name="threadId">A thread's number; -1 for interrupt handlers and the boot code.</param>
    public int CountRentedBy(int threadId) => (uint)(threadId + 1) <= Scheduler.MaxThreads ? _held[threadId + 1] : 0;

    /// <summary>All numbers at one moment.</summary>
    public PoolSnapshot TakeSnapshot()
    {
        nuint state = Processor.MaskInterrupts();
        PoolSnapshot snapshot = AddWaiting(new PoolSnapshot
        {
            Count = (int)_count,
            InUse = InUse,
            Free = Free,
            Quarantined = _quarantined,
            Posted = _posted,
            HighWater = _highWater,
            Rents = Rents,
            RefusedEmpty = _refused[(int)RentError.Empty] + _refused[(int)RentError.NoneLeft],
            RefusedReserved = _refused[(int)RentError.Reserved],
            RefusedOverCap = _refused[(int)RentError.OverCap],
            RefusedInjected = _refused[(int)RentError.Injected],
            RefusedNotAllowed = _refused[(int)RentError.NotAllowedHere],
            RefusedReturns = _refusedReturns,
            Reclaimed = _reclaimed,
            PressureBegun = _pressureBegun,
            IsUnderPressure = _underPressure,
        });
        Processor.RestoreInterrupts(state);
        return snapshot;
    }

    /// <summary>Rents the first free buffer, for the one who runs. Interrupts masked.</summary>
    /// <param name="processor"><see cref="Processor"/>, from a register.</param>
    /// <param name="record"><see cref="FirstFree"/>, which is not null.</param>
    /// <param name="inUse">The number of rented buffers, this one included.</param>
    /// <param name="file">Where it is rented.</param>
    /// <param name="line">Where it is rented.</param>
    /// <returns>Its handle.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected ulong Take(Processor processor, BufferRecord* record, ulong inUse, string file, int line)
    {
        FirstFree = record->NextFree;
        _inUse = inUse;
        ulong stamp = processor.Stamp;
        record->Stamp = stamp;
        _held[RenterStamp.OwnerOf(stamp)]++;
        record->SiteFile = CharactersOf(file);
        record->SiteLine = line;
        return BeginRental(record);
    }

    /// <summary>Whether a rental that makes so many must go the long way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected bool NeedsAttention(out ulong inUse)
    {
        inUse = _inUse + 1;
        return inUse >= _attention;
    }

    /// <summary>Counts a request that is refused and lifts the mask.</summary>
    /// <param name="error">Why.</param>
    /// <param name="state">What masking the interrupts returned.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected RentResult RefuseRent(RentError error, nuint state)
    {
        _refused[(int)error]++;
        Processor.RestoreInterrupts(state);
        return RentResult.Of(error);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected RentResult LetInterruptsIn(ulong word)
    {
        Processor.LetInterruptsIn();
        return RentResult.FromWord(word);
    }

    /// <summary>Whether every buffer is quarantined, so that none can ever come back.</summary>
    private protected bool HasNoBufferLeft => _quarantined == (int)_count;

    /// <summary>Gives a returned buffer to the first waiter, of whom there is one. Interrupts masked.</summary>
    /// <param name="record">The buffer's record.</param>
    private protected virtual void HandOver(BufferRecord* record)
    {
    }

    /// <summary>The last buffer was quarantined: nobody need wait any more. Interrupts masked.</summary>
    private protected virtual void LoseLastBuffer()
    {
    }

    /// <summary>Ends one rental and begins another's, without the buffer ever being free. Interrupts masked.</summary>
    /// <returns>The new owner's handle.</returns>
    private protected ulong PassOn(BufferRecord* record, ThreadBlock* to)
    {
        EndRental(record);
        _inUse++;
        byte owner = RenterStamp.OwnerOf(to);
        record->Stamp = RenterStamp.WithOwner(Processor.Stamp, owner);
        _held[owner]++;
        return BeginRental(record);
    }

    /// <summary>Puts on record where a waiter has rented. Interrupts masked.</summary>
    private protected void SetSite(BufferHandle buffer, string file, int line)
    {
        ulong index = IndexOf(buffer);
        if (index < _count)
        {
            _records[index].SiteFile = CharactersOf(file);
            _records[index].SiteLine = line;
        }
    }

    /// <summary>Adds what only a pool with waiters knows. Interrupts masked.</summary>
    private protected virtual PoolSnapshot AddWaiting(PoolSnapshot snapshot) => snapshot;

    /// <summary>The index in a handle, or a number beyond the pool if the handle is another pool's, or none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong IndexOf(BufferHandle buffer) => (buffer.Word >> BufferHandle.IndexShift) - _firstHandle;

    /// <summary>
    /// The check of every handle: it is this pool's, and that very word is on record as the buffer's rental. The word of a buffer that isn't rented has
    /// <see cref="BufferHandle.NotRented"/>, that of one that a device holds <see cref="BufferHandle.Posted"/>, and no handle with such a bit gets past the first comparison.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsRental(ulong index, BufferHandle buffer) => index < _count && _records[index].Word == buffer.Word;

    private bool IsPosted(ulong index, BufferHandle buffer) => index < _count && _records[index].Word == (buffer.Word | BufferHandle.Posted);

    /// <summary>Makes a rented buffer the first free one. Interrupts masked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutFree(BufferRecord* record)
    {
        EndRental(record);
        record->NextFree = FirstFree;
        FirstFree = record;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BeginRental(BufferRecord* record)
    {
        record->Place &= ~(uint)(BufferHandle.NotRented >> BufferHandle.IndexShift);
        return record->Word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static char* CharactersOf(string literal) => (char*)Unsafe.AsPointer(ref Unsafe.AsRef(in literal.GetPinnableReference()));

    /// <summary>The generation moves on, without ever reaching the index, and the handle of the rental is worthless.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EndRental(BufferRecord* record)
    {
        record->Generation++;
        record->Place |= (uint)(BufferHandle.NotRented >> BufferHandle.IndexShift);
        _inUse--;
        _returns++;
        _held[RenterStamp.OwnerOf(record->Stamp)]--;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReturnError LetInterruptsIn(ReturnError error)
    {
        Processor.LetInterruptsIn();
        return error;
    }

    /// <summary>Somebody waits, or it may be the end of a time of pressure. Lifts the mask.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReturnError ReturnWithAttention(BufferRecord* record, nuint state)
    {
        int owner = RenterStamp.OwnerOf(record->Stamp) - 1;
        if (Waiters->IsEmpty)
        {
            PutFree(record);
            EndPressure();
        }
        else
        {
            HandOver(record);
            Scheduler.DropBoost(owner);
        }

        Scheduler.Preempt(state);
        Processor.RestoreInterrupts(state);
        return ReturnError.None;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReturnError Quarantine(BufferRecord* record, nuint state)
    {
        int owner = RenterStamp.OwnerOf(record->Stamp) - 1;
        EndRental(record);
        record->Quarantined = true;
        _quarantined++;
        RenewAttention();
        ReturnError error = *BehindGuard(record->Payload) != _guard ? ReturnError.Overrun : ReturnError.Underrun;
        if (HasNoBufferLeft)
        {
            LoseLastBuffer();
        }

        Scheduler.DropBoost(owner);
        EndPressure();
        Scheduler.Preempt(state);
        Processor.RestoreInterrupts(state);
        return error;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReturnError RefuseReturn(BufferHandle buffer, nuint state)
    {
        _refusedReturns++;
        ReturnError error = Explain(buffer);
        Processor.RestoreInterrupts(state);
        return error;
    }

    /// <summary>Why a handle isn't honoured. Interrupts masked.</summary>
    private ReturnError Explain(BufferHandle buffer)
    {
        if (buffer.IsNone)
        {
            return ReturnError.NoHandle;
        }

        if (buffer.Word >> BufferHandle.PoolShift != (ulong)Number)
        {
            return ReturnError.ForeignPool;
        }

        ulong index = IndexOf(buffer);
        return index >= _count ? ReturnError.NoSuchBuffer : IsPosted(index, buffer) ? ReturnError.Posted : ReturnError.StaleHandle;
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
