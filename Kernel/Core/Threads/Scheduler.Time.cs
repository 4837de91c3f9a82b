using System;
using System.Runtime.CompilerServices;
using Cosmos.Common;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <content>What interrupts do: the end of turns and of waits whose time is up, and the switch at the end of a handler.</content>
public sealed unsafe partial class Scheduler
{
    /// <summary>True between <see cref="EnterInterrupt"/> and <see cref="ExitInterrupt"/>. Any context.</summary>
    public bool InInterrupt => _inInterrupt;

    /// <summary>Called in each of the timer's interrupts, after the scheduler's own work; null for none. For tests that need an interrupt
    /// handler of their own.</summary>
    public InterruptWork? AtTimer { get; set; }

    /// <summary>The interrupt glue calls this first in every hardware interrupt but the timer's, interrupts masked.</summary>
    /// <param name="timestamp">The time, in counts of <see cref="Processor.Timestamp"/>.</param>
    public void EnterInterrupt(ulong timestamp)
    {
        _inInterrupt = true;
        _processor.Stamp = RenterStamp.WithOwner(timestamp, RenterStamp.Interrupt);
    }

    /// <summary>The interrupt glue calls this last in every hardware interrupt, interrupts masked. Switches threads if it is time
    /// to.</summary>
    /// <param name="timestamp">The time, in counts of <see cref="Processor.Timestamp"/>.</param>
    public void ExitInterrupt(ulong timestamp)
    {
        if (_quantumOver || Running == _idle)
        {
            ExitInterruptSlow(timestamp);
        }
        else
        {
            GiveWay();
        }
    }

    /// <summary>
    /// The timer's interrupt handler: ends waits whose time is up, looks at the running thread's turn, and sets the timer for what comes
    /// next. <see cref="EnterInterrupt"/> need not come before it. An interrupt that comes too early does no harm.
    /// </summary>
    /// <remarks>
    /// Time in proportion to the number of waits that end, times the logarithm of the number of those that go on. While a thread runs the
    /// timer comes at the end of its turn at the latest, even if it has no equal that is ready: one that becomes ready then need not set
    /// it, and what is done at each rental or signal is spared. So a busy processor takes one interrupt a quantum, an idle one none.
    /// </remarks>
    /// <param name="timestamp">The time, in counts of <see cref="Processor.Timestamp"/>.</param>
    public void ServeTimer(ulong timestamp)
    {
        _processor.Stamp = timestamp;
        while (_timers.Earliest <= timestamp)
        {
            EndWait(_timers.TakeFirst());
        }

        ulong next = _timers.Earliest;
        if (!_ready->HasOnlyLowest)
        {
            next = Math.Min(next, timestamp + RestOfTurn(timestamp));
        }

        SetTimer(next, timestamp);
        if (AtTimer is not null)
        {
            EnterInterrupt(timestamp);
            AtTimer(timestamp);
        }
    }

    /// <summary>Sets the timer. Interrupts masked.</summary>
    private void SetTimer(ulong deadline, ulong now)
    {
        _timerSetFor = deadline;
        if (deadline != Clock.Forever)
        {
            _processor.SetTimer(deadline - now);
        }
    }

    /// <summary>A thread is about to run after a rest: sees to it that its turn will end. Interrupts masked.</summary>
    private void LeaveIdle(ulong timestamp)
    {
        if (_timerSetFor > timestamp + _quantumCounts)
        {
            SetTimer(timestamp + _quantumCounts, timestamp);
        }
    }

    /// <summary>A thread's deadline has passed, and it has left the timer queue. In the timer's interrupt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EndWait(ThreadBlock* thread)
    {
        if (thread->Queue is not null)
        {
            LeaveQueue(thread);
        }

        thread->Context.Result = (ulong)WaitResult.TimedOut;
        thread->State = ThreadState.Ready;
        _ready->Add(thread);
    }

    /// <summary>Counts until the running thread's turn should be looked at again; if it is over, that is noted. In the timer's
    /// interrupt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong RestOfTurn(ulong timestamp)
    {
        ThreadBlock* running = Running;
        KeepTurn(running);
        ulong used = running->Context.CountsAt(timestamp) - running->TurnBegan;
        ulong quantum = _quantumCounts;
        if (used < quantum)
        {
            return quantum - used;
        }

        _quantumOver = true;
        return quantum;
    }

    /// <summary>The interrupted thread's turn is over, or it was the idle one, which the boot code is too.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ExitInterruptSlow(ulong timestamp)
    {
        ThreadBlock* running = Running;
        if (!_started)
        {
            _inInterrupt = false;
            SetRenter(running->Owner);
            return;
        }

        if (_quantumOver)
        {
            _quantumOver = false;
            running->TurnBegan = running->Context.CountsAt(timestamp);
            if (running->State == ThreadState.Ready)
            {
                _ready->Rotate(running);
            }
        }

        if (running == _idle && _ready->First != running)
        {
            LeaveIdle(timestamp);
        }

        GiveWay();
    }

    /// <summary>The end of an interrupt: the most important thread runs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void GiveWay()
    {
        _inInterrupt = false;
        Processor processor = _processor;
        var self = (ThreadBlock*)processor.Running;
        ThreadBlock* next = _ready->First;
        if (next == self)
        {
            SetRenter(self->Owner);
            return;
        }

        KeepTurn(self);
        Enter(processor, next);
        processor.SwitchContextFromInterrupt((ProcessorContext*)self, (ProcessorContext*)next);
    }

    /// <summary>A turn that began when the running thread was given the processor is not over because another one takes it away, or the
    /// timer looks.</summary>
    private static void KeepTurn(ThreadBlock* self)
    {
        if (self->TurnBegan == ThreadBlock.NewTurn)
        {
            self->TurnBegan = self->Context.Counts;
        }
    }
}
