using System;
using System.Runtime.CompilerServices;
using Reservoir.Threads;

namespace Reservoir.Pools;

/// <content>What a device's ring and the queue behind it do with every frame, in one step each, where renting, posting and passing on one
/// by one would be many.</content>
public abstract unsafe partial class BufferPool
{
    /// <summary>
    /// Takes a buffer back from a device and gives it another, newly rented, that no thread owns: <see cref="TryRent"/>,
    /// <see cref="Unpost"/> and <see cref="PostUnowned"/> in one. All or nothing. Any context, interrupts masked; constant time.
    /// </summary>
    /// <param name="filled">The handle of the buffer that the device is done with. Its owner doesn't change.</param>
    /// <param name="busAddress">The address of the other one's payload, as a device sees it; 0 if there is none.</param>
    /// <param name="file">The caller's file, on record until the next rental. The compiler fills it in: it has to be a literal.</param>
    /// <param name="line">The caller's line.</param>
    /// <returns>The other buffer, or why there is none, as from <see cref="TryRent"/>; <see cref="RentError.NotPosted"/> if no device holds
    /// the first. Then nothing has changed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RentResult TryExchange(BufferHandle filled, out ulong busAddress, [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        ulong index = IndexOf(filled);
        if (!HasCredit || index >= _count)
        {
            return ExchangeSlow(filled, out busAddress, file, line);
        }

        BufferRecord* former = _records + index;
        if (former->Word != (filled.Word | BufferHandle.Posted) || former->Orphaned)
        {
            return ExchangeSlow(filled, out busAddress, file, line);
        }

        former->Word = filled.Word;
        BufferRecord* record = FirstFree;
        FirstFree = record->NextFree;
        _credit--;
        record->Stamp = RenterStamp.WithOwner(Processor.Stamp, RenterStamp.Interrupt);
        Held[RenterStamp.Interrupt]++;
        record->SiteFile = CharactersOf(file);
        record->SiteLine = line;
        ulong word = record->Word - BufferHandle.NotRented;
        record->Word = word | BufferHandle.Posted;
        busAddress = (ulong)record->Payload;
        return RentResult.FromWord(word);
    }

    /// <summary>Takes a buffer back from a device and returns it: <see cref="Unpost"/> and <see cref="Return"/> in one. Any context,
    /// interrupts masked; constant time.</summary>
    /// <param name="buffer">The handle of the buffer that the device is done with.</param>
    /// <returns>What either says.</returns>
    public ReturnError ReturnPosted(BufferHandle buffer)
    {
        ulong index = IndexOf(buffer);
        BufferRecord* record = _records + index;
        if (!IsPosted(index, buffer) || record->Orphaned || !HasGuards(record->Payload) || Waiters->Occupied != 0)
        {
            ReturnError error = Unpost(buffer);
            return error == ReturnError.None ? Return(buffer) : error;
        }

        record->Word = buffer.Word;
        _posted--;
        PutFree(record, Held);
        return ReturnError.None;
    }

    /// <summary>Makes the caller the owner of a rented buffer and returns its payload: <see cref="Adopt"/> and <see cref="GetSpan"/> in
    /// one. Any context, interrupts masked; constant time.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>All <see cref="BufferSize"/> bytes; empty if the handle is refused, and then nothing has changed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> AdoptSpan(BufferHandle buffer)
    {
        ulong index = IndexOf(buffer);
        if (!IsRental(index, buffer) || !Waiters->IsEmpty)
        {
            return AdoptSpanSlow(buffer);
        }

        BufferRecord* record = _records + index;
        ushort* held = Held;
        nuint former = RenterStamp.OwnerOf(record->Stamp);
        held[former] = (ushort)(held[former] - 1);
        byte owner = RenterStamp.OwnerOf(Processor.Stamp);
        held[owner] = (ushort)(held[owner] + 1);
        RenterStamp.SetOwner(ref record->Stamp, owner);
        _transfers++;
        ForgetFloor();
        return new Span<byte>(record->Payload, (int)_bufferSize);
    }

    /// <summary>There is no credit, so that renting takes its slow path; or the handle is refused, or its owner has died.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RentResult ExchangeSlow(BufferHandle filled, out ulong busAddress, string file, int line)
    {
        busAddress = 0;
        if (!IsPosted(IndexOf(filled), filled))
        {
            return RentResult.Of(RentError.NotPosted);
        }

        RentResult rented = TryRent(file, line);
        if (rented.Succeeded)
        {
            Unpost(filled);
            PostUnowned(rented.Buffer, out busAddress);
        }

        return rented;
    }

    /// <summary>A thread waits for a buffer, so the holders that are boosted for it change; or the handle is refused.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Span<byte> AdoptSpanSlow(BufferHandle buffer)
    {
        Adopt(buffer);
        return GetSpan(buffer);
    }
}
