using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>
/// What a pool has to do, too simple to be wrong: a list of the handles that are good, with their owners, and one of all that ever were.
/// Does an operation to the pool, predicts what it says,
/// and compares all that the pool knows about itself.
/// </summary>
/// <param name="pool">The pool; new.</param>
/// <param name="count">Its buffers.</param>
internal sealed class PoolModel(BufferPool pool, int count)
{
    private const int Interrupt = -1;
    private const int DamageEvery = 150;

    private delegate void Operation(PoolModel model, int choice, ThreadContext context);

    /// <summary>What a caller, careful or not, can do. To try another operation, add it here.</summary>
    private static readonly Operation[] s_operations =
    [
        (model, choice, _) => model.Rent(choice),
        (model, choice, _) => model.Rent(choice),
        (model, choice, _) => model.Rent(choice),
        (model, choice, context) => model.RentInAWayThatCouldWait(choice, context),
        (model, choice, _) => model.Return(choice),
        (model, choice, _) => model.Return(choice),
        (model, choice, _) => model.ReturnOld(choice),
        (model, choice, _) => model.ReturnForged(choice),
        (model, choice, _) => model.ReturnDamaged(choice),
        (model, choice, _) => model.LookThroughOld(choice),
        (model, choice, _) => model.Write(choice),
        (model, choice, _) => model.Post(choice),
        (model, choice, _) => model.Unpost(choice),
        (model, choice, _) => model.Unpost(choice),
        (model, choice, _) => model.Exchange(choice),
        (model, choice, _) => model.ReturnPosted(choice),
        (model, choice, _) => model.Assign(choice, isAdoption: true),
        (model, choice, _) => model.Assign(choice, isAdoption: false),
        (model, choice, _) => model.InjectFailures(choice),
    ];

    private readonly List<Rental> _good = new();
    private readonly List<BufferHandle> _old = new();
    private readonly ulong[] _refusals = new ulong[(int)RentError.Injected + 1];
    private int _quarantined;
    private int _highWater;
    private int _failEvery;
    private int _untilFailure;
    private ulong _rents;
    private ulong _refusedReturns;
    private int _owner;

    /// <summary>Operations that were done: those for which there was no buffer or handle don't count.</summary>
    public long Done { get; private set; }

    /// <summary>How many kinds of operation there are.</summary>
    public static int Operations => s_operations.Length;

    private int Free => count - _good.Count - _quarantined;

    /// <summary>Does an operation.</summary>
    /// <param name="operation">0 to <see cref="Operations"/> - 1.</param>
    /// <param name="choice">Whatever else there is to choose.</param>
    /// <param name="context">Of the running thread; none in an interrupt handler.</param>
    /// <param name="thread">Its number; -1 in an interrupt handler.</param>
    public void Do(int operation, int choice, ThreadContext context, int thread)
    {
        _owner = thread;
        s_operations[operation](this, choice, context);
    }

    public void Check()
    {
        PoolSnapshot snapshot = pool.TakeSnapshot();
        Assert.Equal(_good.Count, snapshot.InUse);
        Assert.Equal(_quarantined, snapshot.Quarantined);
        Assert.Equal(Free, snapshot.Free);
        Assert.Equal(_highWater, snapshot.HighWater);
        Assert.Equal(_rents, snapshot.Rents);
        Assert.Equal(_refusals[(int)RentError.Empty] + _refusals[(int)RentError.NoneLeft], snapshot.RefusedEmpty);
        Assert.Equal(_refusals[(int)RentError.Reserved], snapshot.RefusedReserved);
        Assert.Equal(_refusals[(int)RentError.OverCap], snapshot.RefusedOverCap);
        Assert.Equal(_refusals[(int)RentError.Injected], snapshot.RefusedInjected);
        Assert.Equal(_refusals[(int)RentError.NotAllowedHere], snapshot.RefusedNotAllowed);
        Assert.Equal(_refusedReturns, snapshot.RefusedReturns);
        Assert.Equal(_good.Count(rental => rental.IsPosted), snapshot.Posted);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
        foreach (Rental rental in _good)
        {
            RentalInfo info = pool.GetRental(rental.Handle.Index);
            Assert.True(info.IsRented);
            Assert.Equal(rental.IsPosted, info.IsPosted);
            Assert.Equal(rental.Owner, info.Owner);
            Assert.Equal(!rental.IsPosted, pool.IsRented(rental.Handle));
            Assert.NotEqual(0UL, pool.GetBusAddress(rental.Handle));
            Assert.Equal(rental.IsPosted ? 0 : pool.BufferSize, pool.GetSpan(rental.Handle).Length);
            Assert.Equal(-1, pool.GetSpan(rental.Handle).IndexOfAnyExcept(rental.Content));
        }
    }

    private void Rent(int choice)
    {
        RentError expected = PredictRent();
        Note(expected, pool.TryRent(), (byte)choice);
    }

    /// <summary>A wait would never end here, so it isn't begun: for ever where there is a buffer or a wait is refused, else without
    /// waiting.</summary>
    private void RentInAWayThatCouldWait(int choice, ThreadContext context)
    {
        if (pool is BlockingPool blocking)
        {
            RentError expected = _owner == Interrupt ? RentError.NotAllowedHere : Free == 0 && _quarantined == count
                ? RentError.NoneLeft : PredictRent();
            Note(expected, expected != RentError.Empty && choice % 2 == 0 ? blocking.Rent(context) : blocking.TryRent(context, 0),
                (byte)choice);
        }
    }

    private RentError PredictRent()
    {
        if (Free == 0)
        {
            return RentError.Empty;
        }

        if (_owner == Interrupt && Free <= pool.Rules.Reserve)
        {
            return RentError.Reserved;
        }

        if (pool.Rules.Cap != 0 && _good.Count(rental => rental.Owner == _owner) >= pool.Rules.Cap)
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

    private void Note(RentError expected, RentResult rented, byte content)
    {
        Done++;
        Assert.Equal(expected, rented.Error);
        if (!rented.Succeeded)
        {
            Assert.True(rented.Buffer.IsNone);
            _refusals[(int)expected]++;
            return;
        }

        Assert.DoesNotContain(_good, rental => rental.Handle.Index == rented.Buffer.Index);
        _good.Add(new Rental(rented.Buffer) { Owner = _owner, Content = content });
        _rents++;
        _highWater = Math.Max(_highWater, _good.Count);
        pool.GetSpan(rented.Buffer).Fill(content);
    }

    private void Return(int choice)
    {
        if (Pick(choice) is { } rental)
        {
            if (rental.IsPosted)
            {
                Refuse(ReturnError.Posted, rental.Handle);
            }
            else
            {
                Done++;
                Assert.Equal(ReturnError.None, pool.Return(rental.Handle));
                Forget(rental);
            }
        }
    }

    /// <summary>Seldom, for each takes a buffer out of use for good.</summary>
    private void ReturnDamaged(int choice)
    {
        if (choice % DamageEvery == 0 && Pick(choice / DamageEvery) is { IsPosted: false } rental)
        {
            Done++;
            bool isBehind = choice / DamageEvery % 2 == 0;
            if (isBehind)
            {
                Damage.Behind(pool, rental.Handle);
            }
            else
            {
                Damage.Before(pool, rental.Handle);
            }

            Assert.Equal(isBehind ? ReturnError.Overrun : ReturnError.Underrun, pool.Return(rental.Handle));
            Forget(rental);
            _quarantined++;
        }
    }

    private void ReturnOld(int choice)
    {
        if (_old.Count > 0)
        {
            Refuse(ReturnError.StaleHandle, _old[choice % _old.Count]);
        }
    }

    private void ReturnForged(int choice)
    {
        var random = new System.Random(choice);
        ulong word = (choice % 3) switch
        {
            0 => (ulong)random.NextInt64(),
            1 when _good.Count > 0 => _good[choice % _good.Count].Handle.Word ^ (1UL << random.Next(64)),
            _ => ((ulong)random.Next(4) * BufferHandle.NextGeneration) | (1UL << 16) | ((ulong)random.Next(2) << 15) | (
                uint)random.Next(count + 1),
        };
        if (!_good.Any(rental => rental.Handle.Word == word))
        {
            Done++;
            Assert.NotEqual(ReturnError.None, pool.Return(BufferHandle.FromWord(word)));
            _refusedReturns++;
        }
    }

    private void LookThroughOld(int choice)
    {
        if (_old.Count > 0)
        {
            Done++;
            BufferHandle old = _old[choice % _old.Count];
            Assert.True(pool.GetSpan(old).IsEmpty);
            Assert.Equal(0UL, pool.GetBusAddress(old));
            Assert.Equal(ReturnError.StaleHandle, pool.Post(old));
            Assert.Equal(ReturnError.StaleHandle, pool.Adopt(old));
        }
    }

    private void Write(int choice)
    {
        if (Pick(choice) is { IsPosted: false } rental)
        {
            Done++;
            rental.Content = (byte)(choice >> 8);
            pool.GetSpan(rental.Handle).Fill(rental.Content);
        }
    }

    private void Post(int choice)
    {
        if (Pick(choice) is { } rental)
        {
            Done++;
            Assert.Equal(rental.IsPosted ? ReturnError.Posted : ReturnError.None, pool.Post(rental.Handle));
            rental.IsPosted = true;
        }
    }

    private void Unpost(int choice)
    {
        if (Pick(choice) is { } rental)
        {
            Done++;
            Assert.Equal(rental.IsPosted ? ReturnError.None : ReturnError.NotPosted, pool.Unpost(rental.Handle));
            rental.IsPosted = false;
        }
    }

    private void Exchange(int choice)
    {
        if (Pick(choice) is { IsPosted: false } kept)
        {
            Done++;
            Assert.Equal(RentError.NotPosted, pool.TryExchange(kept.Handle, out ulong none).Error);
            Assert.Equal(0UL, none);
        }
        else if (Pick(choice) is { } filled)
        {
            RentError expected = PredictRent();
            RentResult other = pool.TryExchange(filled.Handle, out ulong address);
            Assert.Equal(other.Succeeded, address != 0);
            if (other.Succeeded)
            {
                Assert.Equal(address, pool.GetBusAddress(other.Buffer));
                Assert.Equal(ReturnError.None, pool.Unpost(other.Buffer));
            }

            Note(expected, other, (byte)(choice >> 8));
            if (other.Succeeded)
            {
                filled.IsPosted = false;
                Assert.Equal(ReturnError.None, pool.Post(other.Buffer));
                _good[^1].IsPosted = true;
                _good[^1].Owner = Interrupt;
            }
        }
    }

    private void ReturnPosted(int choice)
    {
        if (Pick(choice) is { } rental)
        {
            Done++;
            Assert.Equal(rental.IsPosted ? ReturnError.None : ReturnError.NotPosted, pool.ReturnPosted(rental.Handle));
            if (rental.IsPosted)
            {
                Forget(rental);
            }
        }
    }

    private void Assign(int choice, bool isAdoption)
    {
        if (Pick(choice) is { } rental)
        {
            Done++;
            Assert.Equal(rental.IsPosted ? ReturnError.Posted : ReturnError.None, isAdoption
                ? pool.Adopt(rental.Handle) : pool.Disown(rental.Handle));
            rental.Owner = rental.IsPosted ? rental.Owner : isAdoption ? _owner : Interrupt;
        }
    }

    private void InjectFailures(int choice)
    {
        int every = Math.Max(0, (choice % 12) - 6);
        Done++;
        Assert.True(pool.InjectFailures(every));
        _failEvery = every;
        _untilFailure = every;
    }

    private Rental? Pick(int choice) => _good.Count == 0 ? null : _good[choice % _good.Count];

    private void Refuse(ReturnError expected, BufferHandle handle)
    {
        Done++;
        Assert.Equal(expected, pool.Return(handle));
        _refusedReturns++;
    }

    private void Forget(Rental rental)
    {
        _good.Remove(rental);
        _old.Add(rental.Handle);
    }

    private sealed class Rental(BufferHandle handle)
    {
        public BufferHandle Handle { get; } = handle;

        public int Owner { get; set; }

        public byte Content { get; set; }

        public bool IsPosted { get; set; }
    }
}
