using System;
using System.Collections.Generic;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>
/// Return, timeout and cancellation meet at one point: whichever comes first decides how a wait ends, the others find it decided.
/// </summary>
/// <remarks>
/// A scenario is run again and again, with interrupts dropped into it at every pair of moments at which one could come: whenever the kernel
/// lifts its mask. However they fall, each buffer has one
/// owner or is free, and each waiter is told exactly one thing.
/// </remarks>
public sealed class WaitInterleavingTests
{
    /// <summary>What an interrupt does.</summary>
    public enum Event
    {
        /// <summary>Time runs past the deadline, and the timer's interrupt comes.</summary>
        Timeout,

        /// <summary>A handler calls the wait off.</summary>
        Cancel,

        /// <summary>A handler returns the buffer that everybody waits for.</summary>
        Return,

        /// <summary>A handler takes a buffer if one is free, and keeps it to the end.</summary>
        Rent,
    }

    public static TheoryData<Event, Event> Pairs
    {
        get
        {
            var pairs = new TheoryData<Event, Event>();
            foreach (Event first in Enum.GetValues<Event>())
            {
                foreach (Event second in Enum.GetValues<Event>())
                {
                    pairs.Add(first, second);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void HoweverTwoInterruptsFallTheWaitEndsOnceAndTheBufferHasOneOwner(Event first, Event second)
    {
        var outcomes = new HashSet<RentError>();
        int moments = new Scenario(first, -1, second, -1).Run(outcomes);
        Assert.InRange(moments, 8, 200);
        for (int i = 0; i < moments; i++)
        {
            for (int j = i; j < moments; j++)
            {
                new Scenario(first, i, second, j).Run(outcomes);
            }
        }

        // The interrupts were really late enough not to matter, and early enough to decide.
        Assert.Contains(RentError.None, outcomes);
        Assert.True(first != Event.Timeout || outcomes.Contains(RentError.TimedOut));
        Assert.True(first != Event.Cancel || outcomes.Contains(RentError.Cancelled));
        Assert.True(first == Event.Cancel || second == Event.Cancel || !outcomes.Contains(RentError.Cancelled));
    }

    /// <summary>One buffer, held by a thread of low importance; two threads of higher importance wait for it, one of them with a
    /// deadline.</summary>
    private sealed class Scenario(Event first, int firstMoment, Event second, int secondMoment)
    {
        private const ulong Timeout = 20 * KernelBench.Tick;
        private KernelBench _bench = null!;
        private BlockingPool _pool = null!;
        private KernelThread _hasty = null!;
        private BufferHandle _held;
        private BufferHandle _handlers;
        private int _moment;
        private bool _raising;
        private int _accepted;

        /// <summary>Runs it, checks it, and tells how many moments there were.</summary>
        public int Run(HashSet<RentError> outcomes)
        {
            using KernelBench bench = KernelBench.WithBlocking(1, out _pool);
            _bench = bench;
            _held = _pool.TryRent().Buffer;
            RentError? hasty = null;
            RentError? patient = null;
            _hasty = bench.Thread("hasty", 9, context => hasty = Use(_pool.TryRent(context, Timeout)));
            KernelThread waiter = bench.Thread("patient", 8, context => patient = Use(_pool.Rent(context)));
            bench.Thread("holder", 5, _ => GiveBack());
            bench.Processor.Unmasked = Drop;
            bench.Run(restingTicks: 30);
            bench.Processor.Unmasked = null;
            Check(hasty, patient, waiter);
            outcomes.Add(hasty!.Value);
            return _moment;
        }

        private void Check(RentError? hasty, RentError? patient, KernelThread waiter)
        {
            PoolSnapshot snapshot = _pool.TakeSnapshot();
            Assert.Equal(PoolAudit.Sound, _pool.Audit());
            Assert.Equal(1, _accepted);
            Assert.NotNull(hasty);
            Assert.Equal(hasty == RentError.TimedOut ? 1UL : 0UL, snapshot.Timeouts);
            Assert.Equal(hasty == RentError.Cancelled ? 1UL : 0UL, snapshot.Cancellations);
            if (_handlers.IsNone)
            {
                Assert.Equal(RentError.None, patient);
                Assert.Equal(1, snapshot.Free);
                Assert.Equal(0, snapshot.Waiting);
            }
            else
            {
                // The handler has the only buffer for good: whoever still waits for it, waits.
                Assert.True(_pool.IsRented(_handlers));
                Assert.Equal(waiter.State == ThreadState.Waiting ? 1 : 0, snapshot.Waiting);
                Assert.Equal(patient is null, waiter.State == ThreadState.Waiting);
            }

            Assert.Equal(1, snapshot.InUse + snapshot.Free);
        }

        private RentError Use(RentResult rented)
        {
            if (rented.Succeeded)
            {
                Assert.Equal(0, _pool.Free);
                Assert.True(_pool.IsRented(rented.Buffer));
                Assert.Equal(ReturnError.None, _pool.Return(rented.Buffer));
            }

            return rented.Error;
        }

        /// <summary>Two may try: the holder and a handler. Exactly one return is accepted.</summary>
        private void GiveBack()
        {
            ReturnError error = _pool.Return(_held);
            Assert.True(error is ReturnError.None or ReturnError.StaleHandle);
            _accepted += error == ReturnError.None ? 1 : 0;
        }

        private void Drop()
        {
            if (_raising)
            {
                return;
            }

            _raising = true;
            int moment = _moment++;
            if (moment == firstMoment)
            {
                Raise(first);
            }

            if (moment == secondMoment)
            {
                Raise(second);
            }

            _raising = false;
        }

        private void Raise(Event what)
        {
            if (what == Event.Timeout)
            {
                _bench.Processor.Now += Timeout;
            }

            _bench.Processor.Interrupt(() => Handle(what));
        }

        private void Handle(Event what)
        {
            switch (what)
            {
                case Event.Timeout:
                    _bench.ServeTimer();
                    break;
                case Event.Cancel:
                    _bench.Scheduler.CancelWait(_hasty);
                    break;
                case Event.Return:
                    GiveBack();
                    break;
                case Event.Rent when _handlers.IsNone:
                    _handlers = _pool.TryRent().Buffer;
                    break;
            }
        }
    }
}
