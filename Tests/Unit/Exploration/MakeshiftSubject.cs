using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Core;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>
/// A pool made on purpose to be wrong in one way, on the kernel's semaphores: the explorer has to find it out.
/// </summary>
/// <remarks>It masks nothing. Interrupts come only where a mask is lifted, so what is done between two calls of the kernel is as good as
/// masked; <see cref="Gap"/> is where an interrupt can come.</remarks>
internal sealed class MakeshiftSubject : Subject
{
    private readonly KernelBench _bench;
    private readonly Flaw _flaw;
    private readonly List<Waiter> _waiters = new();
    private readonly ulong[] _rented = new ulong[Count];
    private readonly Semaphore[] _semaphores;
    private uint _generation;

    private MakeshiftSubject(KernelBench bench, Flaw flaw)
    {
        _bench = bench;
        _flaw = flaw;
        _semaphores = [.. Enumerable.Range(0, Scenario.MaxThreads + 1).Select(_ => new Semaphore(bench.Scheduler, Name, 0, Count))];
    }

    public override int Free => _rented.Count(word => word == 0);

    public override int InUse => Count - Free;

    public static Func<KernelBench, Subject> With(Flaw flaw) => bench => new MakeshiftSubject(bench, flaw);

    public override Rental Rent(ThreadContext context, ulong timeoutNanoseconds)
    {
        if (Free > 0)
        {
            return TryRent();
        }

        if (_flaw == Flaw.LooksOutsideTheMask)
        {
            Gap();
        }

        var waiter = new Waiter(_bench.Scheduler.Current);
        _waiters.Add(waiter);
        WaitResult result = _semaphores[waiter.Thread.Id].Wait(context, _flaw == Flaw.ForgetsTimeouts ? Clock.Forever : timeoutNanoseconds);
        _waiters.Remove(waiter);
        return result switch
        {
            WaitResult.Signalled when _flaw == Flaw.WakesWithoutHandingOver => TryRent(),
            WaitResult.Signalled => new(RentError.None, waiter.Given),
            WaitResult.TimedOut when _flaw == Flaw.TakesAfterTimeout && Free > 0 => TryRent(),
            WaitResult.TimedOut => new(RentError.TimedOut, default),
            _ => new(RentError.Cancelled, default),
        };
    }

    public override Rental TryRent()
    {
        int index = Array.IndexOf(_rented, 0UL);
        Rental rental = index < 0 ? new(RentError.Empty, default) : new(RentError.None, Give(index));
        Gap();
        return rental;
    }

    public override ReturnError Return(BufferHandle buffer)
    {
        if (!IsRented(buffer) && (_flaw != Flaw.HonoursOldHandles || _rented[buffer.Index] == 0))
        {
            Gap();
            return ReturnError.StaleHandle;
        }

        _rented[buffer.Index] = 0;
        IEnumerable<Waiter> waiters =
            _waiters.Where(one => one.Given.IsNone && (one.Thread.State == ThreadState.Waiting || _flaw == Flaw.HandsToOneThatGaveUp));
        Waiter? waiter = _flaw switch
        {
            Flaw.IgnoresPriority => waiters.FirstOrDefault(),
            Flaw.ServesTheLast => waiters.Reverse().MaxBy(one => one.Thread.Priority),
            _ => waiters.MaxBy(one => one.Thread.Priority),
        };
        if (waiter is null)
        {
            Gap();
            return ReturnError.None;
        }

        if (_flaw != Flaw.WakesWithoutHandingOver)
        {
            waiter.Given = Give(buffer.Index);
        }

        _semaphores[waiter.Thread.Id].Release();
        return ReturnError.None;
    }

    public override bool IsRented(BufferHandle buffer) => _rented[buffer.Index] == buffer.Word;

    private BufferHandle Give(int index)
    {
        BufferHandle buffer = Handles.Make(pool: 1, index, ++_generation);
        _rented[index] = buffer.Word;
        return buffer;
    }

    private void Gap() => _bench.Processor.RestoreInterrupts(_bench.Processor.MaskInterrupts());

    private sealed class Waiter(KernelThread thread)
    {
        public KernelThread Thread { get; } = thread;

        public BufferHandle Given { get; set; }
    }
}
