using Reservoir.Threads;

namespace Reservoir.Pools;

/// <content>The owners of buffers: devices that hold one, owners that pass one on, owners that die; and a listing of all.</content>
public abstract unsafe partial class BufferPool
{
    /// <summary>Counts what changes owners without being rented or returned, so that a listing notices.</summary>
    private ulong _transfers;

    /// <summary>
    /// Gives a buffer to a device. Until <see cref="Unpost"/> the processor may neither return nor touch it, and its handle is good for
    /// nothing but that and <see cref="GetBusAddress"/>. Any context.
    /// </summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>Why it was refused (<see cref="ReturnError.Posted"/>: a device holds it already), or
    /// <see cref="ReturnError.None"/>.</returns>
    public ReturnError Post(BufferHandle buffer)
    {
        Processor.Mask();
        ulong index = IndexOf(buffer);
        ReturnError error = ReturnError.None;
        if (IsRental(index, buffer))
        {
            _records[index].Word |= BufferHandle.Posted;
            _posted++;
            _transfers++;
        }
        else
        {
            error = Explain(buffer);
        }

        Processor.Unmask();
        return error;
    }

    /// <summary>Gives a buffer to a device and disowns it (<see cref="Post"/>, <see cref="Disown"/> and <see cref="GetBusAddress"/> in
    /// one), so that it outlives the thread that sent it: one step instead of three, for a driver's every frame. Any context.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <param name="busAddress">The address of its payload, as a device sees it; 0 if it was refused.</param>
    /// <returns>Why it was refused, or <see cref="ReturnError.None"/>.</returns>
    public ReturnError PostUnowned(BufferHandle buffer, out ulong busAddress)
    {
        busAddress = 0;
        Processor.Mask();
        ulong index = IndexOf(buffer);
        if (!IsRental(index, buffer) || !Waiters->IsEmpty)
        {
            ReturnError error = PostUnownedSlow(buffer, ref busAddress);
            Processor.Unmask();
            return error;
        }

        BufferRecord* record = _records + index;
        Held[RenterStamp.OwnerOf(record->Stamp)]--;
        record->Stamp = RenterStamp.WithOwner(record->Stamp, RenterStamp.Interrupt);
        Held[RenterStamp.Interrupt]++;
        record->Word |= BufferHandle.Posted;
        _posted++;
        _transfers++;
        busAddress = (ulong)record->Payload;
        Processor.Unmask();
        return ReturnError.None;
    }

    /// <summary>Takes a buffer back from a device that has let go of it. Any context.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>
    /// <see cref="ReturnError.None"/>; <see cref="ReturnError.OwnerDied"/> if its owner isn't there any more: the buffer has gone back to
    /// the pool, and the caller must forget it; or why it was refused.
    /// </returns>
    public ReturnError Unpost(BufferHandle buffer)
    {
        Processor.Mask();
        ulong index = IndexOf(buffer);
        if (!IsPosted(index, buffer))
        {
            ReturnError error = IsRental(index, buffer) ? ReturnError.NotPosted : Explain(buffer);
            Processor.Unmask();
            return error;
        }

        BufferRecord* record = _records + index;
        record->Word &= ~BufferHandle.Posted;
        _posted--;
        _transfers++;
        bool orphaned = record->Orphaned;
        if (orphaned)
        {
            record->Orphaned = false;
            TakeBack(buffer);
        }

        Processor.Unmask();
        return orphaned ? ReturnError.OwnerDied : ReturnError.None;
    }

    /// <summary>Makes the caller the owner of a rented buffer, for instance a thread that takes it out of a queue. Any context.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>Why it was refused, or <see cref="ReturnError.None"/>.</returns>
    public ReturnError Adopt(BufferHandle buffer) => Assign(buffer, RenterStamp.OwnerOf(Processor.Stamp));

    /// <summary>Leaves a rented buffer without an owner: a queue has it, and it outlives the thread that put it there. It counts with the
    /// buffers of interrupt handlers. Any context.</summary>
    /// <param name="buffer">Its handle.</param>
    /// <returns>Why it was refused, or <see cref="ReturnError.None"/>.</returns>
    public ReturnError Disown(BufferHandle buffer) => Assign(buffer, RenterStamp.Interrupt);

    /// <summary>What is on record about a buffer, at one moment. Any context.</summary>
    /// <param name="index">The buffer's number, 0 to <see cref="Count"/> - 1; beyond them nothing is on record.</param>
    public RentalInfo GetRental(int index)
    {
        if ((uint)index >= (uint)_count)
        {
            return new RentalInfo(null) { Owner = RenterStamp.Interrupt - 1 };
        }

        Processor.Mask();
        BufferRecord record = _records[index];
        Processor.Unmask();
        ulong age = Processor.Timestamp - RenterStamp.CountsOf(record.Stamp);
        return new RentalInfo(record.SiteFile)
        {
            Index = index,
            IsRented = (record.Word & BufferHandle.NotRented) == 0,
            IsPosted = (record.Word & BufferHandle.Posted) != 0,
            IsQuarantined = record.Quarantined,
            Owner = RenterStamp.OwnerOf(record.Stamp) - 1,
            AgeNanoseconds = Scheduler.Clock.ToNanoseconds(age),
            Line = record.SiteLine,
        };
    }

    /// <summary>A number that changes whenever a buffer is rented, returned or gets another owner: equal before and after a listing, it
    /// shows one state of the pool. Any context.</summary>
    public ulong ChangeNumber
    {
        get
        {
            Processor.Mask();
            ulong number = Changes;
            Processor.Unmask();
            return number;
        }
    }

    /// <summary>See <see cref="ChangeNumber"/>. Interrupts masked.</summary>
    private ulong Changes => Rents + _returns + _handOffs + _transfers;

    /// <summary>A thread waits for a buffer, so the holders that are boosted for it change; or the handle is refused. Interrupts
    /// masked.</summary>
    private ReturnError PostUnownedSlow(BufferHandle buffer, ref ulong busAddress)
    {
        Disown(buffer);
        ReturnError error = Post(buffer);
        busAddress = error == ReturnError.None ? GetBusAddress(buffer) : 0;
        return error;
    }

    private ReturnError Assign(BufferHandle buffer, byte owner)
    {
        Processor.Mask();
        ulong index = IndexOf(buffer);
        ReturnError error = ReturnError.None;
        if (IsRental(index, buffer))
        {
            BufferRecord* record = _records + index;
            byte former = RenterStamp.OwnerOf(record->Stamp);
            Held[former]--;
            record->Stamp = RenterStamp.WithOwner(record->Stamp, owner);
            Held[owner]++;
            _transfers++;
            ForgetFloor();
            if (!Waiters->IsEmpty)
            {
                Scheduler.DropBoost(former - 1);
                Scheduler.RaiseHolders(Waiters);
                Scheduler.Preempt();
            }
        }
        else
        {
            error = Explain(buffer);
        }

        Processor.Unmask();
        return error;
    }

    /// <summary>Takes the buffers of a thread that has ended back, one after the other; a buffer that a device holds comes back when the
    /// device is done with it. Supervisor.</summary>
    /// <param name="thread">The thread, which no longer runs.</param>
    internal override void TakeBackFrom(KernelThread thread)
    {
        byte owner = RenterStamp.OwnerOf(thread.Block);
        for (uint i = 0; i < _count && Held[owner] != 0; i++)
        {
            Processor.Mask();
            BufferRecord* record = _records + i;
            if (RenterStamp.OwnerOf(record->Stamp) == owner && (record->Word & BufferHandle.NotRented) == 0)
            {
                if ((record->Word & BufferHandle.Posted) != 0)
                {
                    record->Orphaned = true;
                    Held[owner]--;
                    record->Stamp = RenterStamp.WithOwner(record->Stamp, RenterStamp.Interrupt);
                    Held[RenterStamp.Interrupt]++;
                    _transfers++;
                }
                else
                {
                    TakeBack(BufferHandle.FromWord(record->Word));
                }
            }

            Processor.Unmask();
        }
    }

    /// <summary>Returns a dead thread's buffer. Interrupts masked.</summary>
    private void TakeBack(BufferHandle buffer)
    {
        _reclaimed += Return(buffer) == ReturnError.None ? 1u : 0u;
        Scheduler.Preempt();
    }
}
