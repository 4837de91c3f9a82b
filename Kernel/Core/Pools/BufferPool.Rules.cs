using System;
using System.Runtime.CompilerServices;
using Reservoir.Memory;
using Reservoir.Threads;

namespace Reservoir.Pools;

/// <content>Rules beyond there being a buffer: reserve, cap, watermarks; and fault injection. All behind one comparison in the usual
/// path.</content>
public abstract unsafe partial class BufferPool
{
    /// <summary>By cause.</summary>
    private readonly ulong[] _refused = new ulong[(int)RentError.Injected + 1];

    private int _failEvery;
    private int _untilFailure;
    private bool _underPressure;
    private ulong _pressureBegun;

    /// <summary>Signalled each time a time of pressure begins or ends; null unless <see cref="WatchPressure"/> was called.</summary>
    private Semaphore? _pressureChanged;

    /// <summary>Every k-th rental fails with <see cref="RentError.Injected"/>; 0 if none does.</summary>
    public int FailEvery => _failEvery;

    /// <summary>Lets every k-th rental fail that would have succeeded, counted from now: to see what becomes of the callers. One that would
    /// have to wait counts as if it would succeed. Any context.</summary>
    /// <param name="k">1 for all of them, 0 for none.</param>
    /// <returns>False if it is negative; then nothing has changed.</returns>
    public bool InjectFailures(int k)
    {
        if (k < 0)
        {
            return false;
        }

        Processor.Mask();
        _failEvery = k;
        _untilFailure = k;
        RenewCredit();
        Processor.Unmask();
        return true;
    }

    /// <summary>Names a semaphore that each beginning and each end of pressure signals, for a thread that reports it
    /// (<see cref="PressureLog"/>) or acts on it; <see cref="PoolSnapshot.IsUnderPressure"/> tells which it was. The semaphore may serve
    /// several pools. Boot context.</summary>
    /// <param name="changed">The semaphore to be released, in whatever context rents or returns; null for none.</param>
    public void WatchPressure(Semaphore? changed) => _pressureChanged = changed;

    /// <summary>Rents a buffer where the credit is used up: the rental is a new maximum, or a rule applies to it, or no buffer is free.
    /// Interrupts masked; lifts the mask.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected RentResult TryRentSlow(string file, int line)
    {
        RentError error = FirstFree is null ? RentError.Empty : CheckRules();
        if (error != RentError.None)
        {
            return RefuseRent(error);
        }

        ulong word = Take(Processor, file, line)->Word;
        int inUse = InUse;
        if (inUse > _highWater)
        {
            _highWater = inUse;
        }

        if (Rules.HighWatermark != 0 && inUse >= Rules.HighWatermark && !_underPressure)
        {
            _underPressure = true;
            _pressureBegun++;
            Waiters->Occupied |= ThreadRings.Flag;
            _pressureChanged?.Release();
        }

        RenewCredit();
        Scheduler.Preempt();
        Processor.Unmask();
        return RentResult.FromWord(word);
    }

    /// <summary>Whether a cap or fault injection has to be checked for every rental and every wait.</summary>
    private bool IsRuled => (_failEvery | Rules.Cap) != 0;

    /// <summary>Whether the rules, or fault injection, refuse a request that would get a buffer, now or after a wait. Interrupts
    /// masked.</summary>
    private protected RentError CheckRules()
    {
        byte owner = RenterStamp.OwnerOf(Processor.Stamp);
        if (owner == RenterStamp.Interrupt && Free <= Rules.Reserve)
        {
            return RentError.Reserved;
        }

        if (Rules.Cap != 0 && Held[owner] >= Rules.Cap)
        {
            return RentError.OverCap;
        }

        if (_failEvery != 0 && --_untilFailure == 0)
        {
            _untilFailure = _failEvery;
            return RentError.Injected;
        }

        return RentError.None;
    }

    /// <summary>Ends the time of pressure, if it is over. Interrupts masked.</summary>
    private void EndPressure()
    {
        if (_underPressure && InUse <= Rules.LowWatermark)
        {
            _underPressure = false;
            Waiters->Occupied &= ~ThreadRings.Flag;
            RenewCredit();
            _pressureChanged?.Release();
        }
    }

    /// <summary>Computes how many more can be rented until a rental takes the slow path. Interrupts masked.</summary>
    private void RenewCredit()
    {
        long inUse = InUse;
        long limit = 0;
        if (!IsRuled)
        {
            limit = Math.Min(_highWater, (int)_count - _quarantined - Rules.Reserve);
            if (Rules.HighWatermark != 0 && !_underPressure)
            {
                limit = Math.Min(limit, Rules.HighWatermark - 1);
            }
        }

        // At the limit or beyond it there is no credit; a return there must not make any.
        ForgetFloor();
        _limit = limit;
        _credit = limit - inUse;
    }
}
