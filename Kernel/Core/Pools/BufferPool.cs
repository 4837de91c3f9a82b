using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Threads;

namespace Reservoir.Pools;

/// <summary>
/// A fixed number of buffers of a fixed size, all made at boot. What is common to both kinds of pool.
/// </summary>
/// <remarks>
/// <para>A buffer is rented with a handle and returned with it; the handle is the only way to its payload. Each use of a handle is checked
/// in constant time, in every build: one that was returned, belongs elsewhere or was invented is refused with the reason, and nothing has
/// changed.</para>
/// <para>The payload lies between two guard words. They are checked when the buffer comes back: a damaged buffer is quarantined, its last
/// owner is on record, and the pool goes on with one less. The book-keeping lies elsewhere, where no overrun reaches it.</para>
/// <para>Invariant, outside masked sections: a buffer is rented, free or quarantined. The free ones form a stack through their records: the
/// one returned last is rented first, while the cache still knows it. Their number is not kept but follows from the others, so that the
/// three always add up.</para>
/// <para>Every method may be called from threads and interrupt handlers, and takes constant time with interrupts masked;
/// <see cref="Audit"/> and the listings take many short steps. Renting and returning are written out in one piece, because each call would
/// cost as much as the work. Whatever is not asked of every pool (rules, fault injection, watermarks, statistics of the top) hides behind
/// one comparison: see <see cref="_credit"/>.</para>
/// </remarks>
[AllocationFree]
public abstract unsafe partial class BufferPool : ReusableResource
{
    /// <summary>One for each buffer, by its index.</summary>
    private readonly BufferRecord* _records;

    /// <summary>What the guard words hold. A field and not a constant, for it is compared twice with every return.</summary>
    private readonly ulong _guard = 0x5AFE_B0FF_E25E_A1ED;
    private readonly ulong _count;
    private readonly uint _bufferSize;

    /// <summary>
    /// So many buffers can be rented before one rental has to go through <see cref="TryRentSlow"/>: there is none left, it is a new
    /// maximum, reaches the high watermark or the reserve; or every rental has to, for a cap or fault injection. Then it isn't positive.
    /// </summary>
    private long _credit;

    /// <summary>The number of rented buffers at which the credit is used up: their number follows from the two.</summary>
    private long _limit;

    /// <summary>Buffers that came back and became free.</summary>
    private ulong _returns;

    /// <summary>Buffers that came back and went to a waiter.</summary>
    private ulong _handOffs;

    /// <summary>What <see cref="_returns"/> was when <see cref="ThreadRings.Floor"/> was true. While it is, no buffer has been free, and
    /// each return was a hand-off to a waiter.</summary>
    private ulong _floorAt = ulong.MaxValue;

    private int _highWater;
    private int _quarantined;
    private int _posted;
    private ulong _reclaimed;
    private ulong _refusedReturns;

    private protected BufferPool(in PoolDescription description, Scheduler scheduler)
        : base(scheduler, description.Name, "a buffer of pool")
    {
        Number = description.Number;
        Rules = description.Rules;
        _records = (BufferRecord*)description.Records.Start;
        _count = (ulong)description.Count;
        _bufferSize = (uint)description.BufferSize;
        byte* payload = (byte*)description.Buffers.Start + PoolLayout.PayloadOffset(description.Alignment);
        for (int i = 0; i < description.Count; i++, payload += PoolLayout.SlotBytes(description.BufferSize, description.Alignment))
        {
            _records[i] = new BufferRecord
            {
                Word = BufferHandle.NextGeneration | BufferHandle.NotRented | PlaceOf((ulong)i),
                NextFree = i + 1 < description.Count ? _records + i + 1 : null,
                Payload = payload,
            };
            *BeforeGuard(payload) = _guard;
            *BehindGuard(payload) = _guard;
        }

        FirstFree = _records;
        RenewCredit();
    }

    /// <summary>The buffer to be rented next; null if none is free.</summary>
    private protected BufferRecord* FirstFree;

    /// <summary>Its number, from 1; part of every handle.</summary>
    public int Number { get; }

    /// <summary>What it demands of callers that rent.</summary>
    public PoolRules Rules { get; }

    /// <summary>Whether callers may wait.</summary>
    public abstract PoolKind Kind { get; }

    /// <summary>Bytes in a buffer.</summary>
    public int BufferSize => (int)_bufferSize;

    /// <summary>Buffers there are.</summary>
    public int Count => (int)_count;

    /// <summary>Buffers that could be rented at this moment.</summary>
    public int Free => (int)_count - InUse - _quarantined;

    /// <summary>Rented buffers of each owner: interrupt handlers first, then the threads by number.</summary>
    private ushort* Held
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ThreadRings.CountsOf(Waiters);
    }

    private int InUse => (int)(_limit - _credit);

    private ulong Rents => _returns + _handOffs + (ulong)InUse;

    /// <summary>Rents a buffer if there is one. Never waits.</summary>
    /// <param name="file">The caller's file, on record until the next rental. The compiler fills it in: it has to be a literal.</param>
    /// <param name="line">The caller's line.</param>
    /// <returns>The buffer, or <see cref="RentError.Empty"/>, <see cref="RentError.Reserved"/>, <see cref="RentError.OverCap"/> or
    /// <see cref="RentError.Injected"/>.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public RentResult TryRent([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Processor processor = Processor;
        processor.Mask();
        if (!HasCredit)
        {
            return TryRentSlow(file, line);
        }

        BufferRecord* record = Take(processor, file, line);
        return processor.TryUnmask() ? RentResult.FromWord(record->Word) : LetInterruptsIn(record);
    }

    /// <summary>Gives a buffer back. In thread context, a more important waiter that gets it runs before this returns.</summary>
    /// <param name="buffer">The handle from the rental; afterwards it is worthless.</param>
    /// <returns>Why it was refused, or that the buffer is out of use, or <see cref="ReturnError.None"/>.</returns>
    public ReturnError Return(BufferHandle buffer)
    {
        Processor processor = Processor;
        processor.Mask();
        ulong index = IndexOf(buffer);
        if (index >= _count)
        {
            return RefuseReturn(buffer);
        }

        BufferRecord* record = _records + index;
        if (Volatile.Read(ref record->Word) != buffer.Word)
        {
            return RefuseReturn(buffer);
        }

        if (!HasGuards(record->Payload))
        {
            return Quarantine(record);
        }

        ThreadRings* waiters = Waiters;
        if (waiters->Occupied != 0)
        {
            return ReturnToWaiter(record);
        }

        PutFree(record, ThreadRings.CountsOf(waiters));
        return processor.TryUnmask() ? ReturnError.None : LetInterruptsIn(ReturnError.None);
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

    /// <summary>How many buffers an owner has rented and not returned. Any context, constant time.</summary>
    /// <param name="threadId">A thread's number; -1 for interrupt handlers and the boot code.</param>
    public int CountRentedBy(int threadId) => (uint)(threadId + 1) <= Scheduler.MaxThreads ? Held[threadId + 1] : 0;

    /// <summary>All numbers at one moment.</summary>
    public PoolSnapshot TakeSnapshot()
    {
        Processor.Mask();
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
        Processor.Unmask();
        return snapshot;
    }

    /// <summary>Whether the next rental may go the short way. Then a buffer is free.</summary>
    private protected bool HasCredit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _credit) > 0;
    }

    /// <summary>Rents the first free buffer, of which there is one, for the caller. Interrupts masked.</summary>
    /// <param name="processor"><see cref="Processor"/>, from a register.</param>
    /// <param name="file">Where it is rented.</param>
    /// <param name="line">Where it is rented.</param>
    /// <returns>Its record, which holds its handle.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected BufferRecord* Take(Processor processor, string file, int line)
    {
        BufferRecord* record = FirstFree;
        FirstFree = record->NextFree;
        _credit--;
        ulong stamp = processor.Stamp;
        record->Stamp = stamp;
        nuint owner = RenterStamp.OwnerOf(stamp);
        Held[owner] = (ushort)(Held[owner] + 1);
        record->SiteFile = CharactersOf(file);
        record->SiteLine = line;
        record->Word -= BufferHandle.NotRented;
        return record;
    }

    /// <summary>Counts a request that is refused and lifts the mask.</summary>
    /// <param name="error">Why.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected RentResult RefuseRent(RentError error)
    {
        _refused[(int)error]++;
        Processor.Unmask();
        return RentResult.Of(error);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected RentResult LetInterruptsIn(BufferRecord* record)
    {
        ulong word = record->Word;
        Processor.LetInterruptsIn();
        return RentResult.FromWord(word);
    }

    /// <summary>Whether every buffer is quarantined, so that none can ever come back.</summary>
    private protected bool HasNoBufferLeft => _quarantined == (int)_count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected static char* CharactersOf(string literal) =>
        (char*)Unsafe.AsPointer(ref Unsafe.AsRef(in literal.GetPinnableReference()));

    /// <summary>The last buffer was quarantined: all waits end. Interrupts masked.</summary>
    private protected virtual void LoseLastBuffer()
    {
    }

    /// <summary>
    /// Whether <see cref="ThreadRings.Floor"/> is up to date, no rule applies, and not every buffer is quarantined: a thread that finds the
    /// pool empty then only has to compare its priority with the floor before it waits. Interrupts masked.
    /// </summary>
    private protected bool KnowsFloor
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _floorAt == _returns;
    }

    /// <summary>Brings <see cref="ThreadRings.Floor"/> up to date before a thread waits, if no rule applies. Interrupts masked; bounded by
    /// the number of threads.</summary>
    private protected void KnowFloor()
    {
        if (!KnowsFloor && !IsRuled && !HasNoBufferLeft)
        {
            Waiters->Floor = Scheduler.LowestHolder(Waiters);
            _floorAt = _returns;
        }
    }

    /// <summary>A buffer has got another owner without having been returned, or the rules have changed: the floor is out of date.
    /// Interrupts masked.</summary>
    private void ForgetFloor()
    {
        Waiters->Floor = 0;
        _floorAt = ulong.MaxValue;
    }

    /// <summary>Ends one rental and begins another's, the first waiter's, without the buffer ever being free. Interrupts masked.</summary>
    /// <param name="record">The buffer's record.</param>
    /// <param name="waiter">The waiter.</param>
    /// <param name="processor"><see cref="Processor"/>, from a register.</param>
    /// <returns>The waiter's handle.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong PassOn(BufferRecord* record, ThreadBlock* waiter, Processor processor)
    {
        ushort* held = Held;
        nuint former = RenterStamp.OwnerOf(record->Stamp);
        held[former] = (ushort)(held[former] - 1);
        nuint owner = waiter->Owner;
        held[owner] = (ushort)(held[owner] + 1);
        record->Stamp = RenterStamp.WithOwner(processor.Stamp, (byte)owner);
        record->SiteFile = waiter->SiteFile;
        record->SiteLine = waiter->SiteLine;
        record->Word += BufferHandle.NextGeneration;
        _handOffs++;
        if (waiter->BasePriority < Waiters->Floor)
        {
            Waiters->Floor = waiter->BasePriority;
        }

        return record->Word;
    }

    /// <summary>Adds what only a pool with waiters knows. Interrupts masked.</summary>
    private protected virtual PoolSnapshot AddWaiting(PoolSnapshot snapshot) => snapshot;

    /// <summary>The index in a handle, or a number beyond the pool.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong IndexOf(BufferHandle buffer) => (ushort)buffer.Word;

    /// <summary>
    /// The check of every handle: that very word, the pool's number included, is on record as the rental of the buffer that it names. The
    /// word of a buffer that isn't rented has <see cref="BufferHandle.NotRented"/>, that of one that a device holds
    /// <see cref="BufferHandle.Posted"/>, and no handle with such a bit gets past the first comparison.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsRental(ulong index, BufferHandle buffer) => index < _count && _records[index].Word == buffer.Word;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsPosted(ulong index, BufferHandle buffer) =>
        index < _count && _records[index].Word == (buffer.Word | BufferHandle.Posted);

    /// <summary>What a handle of a buffer holds beside the generation.</summary>
    private ulong PlaceOf(ulong index) => (ulong)Number << BufferHandle.PoolShift | index;

    /// <summary>Makes a rented buffer the first free one. Interrupts masked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutFree(BufferRecord* record, ushort* held)
    {
        EndRental(record, held);
        record->NextFree = FirstFree;
        FirstFree = record;
    }

    /// <summary>The generation moves on, and the handle of the rental is worthless.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EndRental(BufferRecord* record, ushort* held)
    {
        record->Word += BufferHandle.NextGeneration | BufferHandle.NotRented;
        _credit++;
        _returns++;
        nuint owner = RenterStamp.OwnerOf(record->Stamp);
        held[owner] = (ushort)(held[owner] - 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReturnError LetInterruptsIn(ReturnError error)
    {
        Processor.LetInterruptsIn();
        return error;
    }

    /// <summary>Hands a returned buffer to the first waiter if that is simple; otherwise, or if no thread waits and a time of pressure may
    /// end, takes the slow path. Lifts the mask.</summary>
    private ReturnError ReturnToWaiter(BufferRecord* record)
    {
        ThreadRings* waiters = Waiters;
        if (waiters->IsEmpty || Scheduler.HasBoosts)
        {
            return ReturnSlow(record);
        }

        Processor processor = Processor;
        ThreadBlock* waiter = waiters->First;
        if (!Scheduler.WakesPlainly(processor, waiter))
        {
            return ReturnSlow(record);
        }

        Scheduler.WakePlainly(waiters, waiter, PassOn(record, waiter, processor));
        return processor.TryUnmask() ? ReturnError.None : LetInterruptsIn(ReturnError.None);
    }

    /// <summary>No thread waits; or the waiter has a deadline or is more important; or some thread is boosted, perhaps the caller. Lifts
    /// the mask.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReturnError ReturnSlow(BufferRecord* record)
    {
        int owner = RenterStamp.OwnerOf(record->Stamp) - 1;
        if (Waiters->IsEmpty)
        {
            PutFree(record, Held);
            EndPressure();
        }
        else
        {
            ThreadBlock* waiter = Waiters->First;
            Scheduler.WakeWith(waiter, PassOn(record, waiter, Processor));
            Scheduler.DropBoost(owner);
        }

        Scheduler.Preempt();
        Processor.Unmask();
        return ReturnError.None;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReturnError Quarantine(BufferRecord* record)
    {
        int owner = RenterStamp.OwnerOf(record->Stamp) - 1;
        EndRental(record, Held);
        record->Quarantined = true;
        _quarantined++;
        RenewCredit();
        ReturnError error = *BehindGuard(record->Payload) != _guard ? ReturnError.Overrun : ReturnError.Underrun;
        if (HasNoBufferLeft)
        {
            LoseLastBuffer();
        }

        Scheduler.DropBoost(owner);
        EndPressure();
        Scheduler.Preempt();
        Processor.Unmask();
        return error;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReturnError RefuseReturn(BufferHandle buffer)
    {
        _refusedReturns++;
        ReturnError error = Explain(buffer);
        Processor.Unmask();
        return error;
    }

    /// <summary>Why a handle isn't honoured. Interrupts masked.</summary>
    private ReturnError Explain(BufferHandle buffer)
    {
        if (buffer.IsNone)
        {
            return ReturnError.NoHandle;
        }

        if (buffer.PoolNumber != Number)
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
