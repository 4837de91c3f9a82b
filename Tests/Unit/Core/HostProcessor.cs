using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using Cosmos.Common;

namespace Reservoir.Tests.Unit.Core;

/// <summary>
/// A processor made of operating system threads, for the kernel's own scheduler to run on.
/// </summary>
/// <remarks>
/// Each kernel context is an operating system thread, and only the one that holds the baton runs: <see cref="SwitchContext"/> hands it on
/// and waits
/// to get it back. Time stands still unless a test moves it, and interrupts come only where a test raises them or at the moment at which a
/// mask is lifted,
/// so a run is the same every time. An exception in any context ends the run and comes out of the call that started it.
/// </remarks>
internal sealed unsafe class HostProcessor : Processor, IDisposable
{
    private readonly List<Lane> _lanes = new();
    private readonly Queue<Action> _pending = new();
    private readonly ulong _frequency;
    private Lane _running;
    private bool _abandoned;
    private ExceptionDispatchInfo? _failure;

    public HostProcessor(ulong frequency = 1_000_000_000)
    {
        _frequency = frequency;
        _running = AddLane();
        Gate.Open = 1;
        Gate.Held = 1;
    }

    /// <summary>Called around each interrupt: the kernel's interrupt glue.</summary>
    public Action? Prologue { get; set; }

    public Action? Epilogue { get; set; }

    /// <summary>Called when the kernel rests and no interrupt is pending. Raises one, or throws to end the run.</summary>
    public Action? Resting { get; set; }

    /// <summary>Called each time a mask is lifted: the moments at which an interrupt could come.</summary>
    public Action? Unmasked { get; set; }

    public ulong Now { get; set; }

    /// <summary>When the timer will interrupt; null if it isn't set.</summary>
    public ulong? TimerAt { get; private set; }

    /// <summary>How often the timer was set.</summary>
    public int TimerSettings { get; private set; }

    /// <summary>How often the processor was switched: for tests that count.</summary>
    public int Switches { get; private set; }

    public override ulong Timestamp => Now;

    public override ulong TimestampFrequency => _frequency;

    public override void LetInterruptsIn()
    {
        if (InterruptsMasked)
        {
            return;
        }

        Unmasked?.Invoke();
        while (!InterruptsMasked && _pending.TryDequeue(out Action? handler))
        {
            Serve(handler);
        }
    }

    /// <summary>An interrupt request: served at once, or as soon as interrupts are no longer masked.</summary>
    public void Interrupt(Action handler)
    {
        _pending.Enqueue(handler);
        if (!InterruptsMasked)
        {
            LetInterruptsIn();
        }
    }

    public override void SetTimer(ulong counts)
    {
        if (!InterruptsMasked)
        {
            throw new InvalidOperationException("The timer is set with interrupts enabled.");
        }

        TimerSettings++;
        TimerAt = Now + counts < Now ? ulong.MaxValue : Now + counts;
    }

    /// <summary>Moves time, and requests the timer's interrupt if it is due then.</summary>
    public void Advance(ulong nanoseconds, Action timerHandler)
    {
        Now += nanoseconds;
        if (TimerAt <= Now)
        {
            TimerAt = null;
            Interrupt(timerHandler);
        }
    }

    public override void RequestInterruptEnd() => _pending.Enqueue(() => { });

    public override void PrepareContext(ProcessorContext* context, int id, nuint stackBottom, nuint stackBytes)
    {
        Lane lane = AddLane();
        context->Id = id;
        context->StackPointer = (nuint)lane.Number;
        lane.Worker = Worker.Start(() => RunLane(lane, id));
    }

    public override void AdoptContext(ProcessorContext* context) => context->EnteredAt = Now;

    public override void SwitchContext(ProcessorContext* from, ProcessorContext* to)
    {
        if (!IsMaskedOnce)
        {
            throw new InvalidOperationException("A switch with interrupts enabled, or masked twice: whoever continues ends one section.");
        }

        Lane leaving = _running;
        from->Counts += Now - from->EnteredAt;
        from->LeftAt = Now;
        to->EnteredAt = Now;
        from->StackPointer = (nuint)leaving.Number;
        Switches++;
        PassBaton(_lanes[(int)to->StackPointer]);
        AwaitBaton(leaving);
    }

    public override void WaitForInterrupt()
    {
        if (!InterruptsMasked)
        {
            throw new InvalidOperationException("A rest with interrupts enabled.");
        }

        if (_pending.Count == 0)
        {
            Resting?.Invoke();
        }

        EnableInterrupts();
        MaskInterrupts();
    }

    public void Dispose()
    {
        _abandoned = true;
        foreach (Lane lane in _lanes)
        {
            lane.Baton.Set();
        }

        foreach (Lane lane in _lanes)
        {
            lane.Worker?.AwaitEnd();
            lane.Baton.Dispose();
        }
    }

    private void Serve(Action handler)
    {
        MaskInterrupts();
        Prologue?.Invoke();
        handler();
        Epilogue?.Invoke();
        Gate.Open = 1;
    }

    private Lane AddLane()
    {
        var lane = new Lane(_lanes.Count);
        _lanes.Add(lane);
        return lane;
    }

    private void RunLane(Lane lane, int id)
    {
        try
        {
            AwaitBaton(lane);
            ContextEntry!(id);
            throw new InvalidOperationException("A thread's first method has returned.");
        }
        catch (AbandonedException)
        {
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            PassBaton(_lanes[0]);
        }
    }

    private void PassBaton(Lane to)
    {
        _running = to;
        to.Baton.Set();
    }

    private void AwaitBaton(Lane lane)
    {
        lane.Baton.WaitOne();
        if (_abandoned)
        {
            throw new AbandonedException();
        }

        if (lane.Number == 0)
        {
            _failure?.Throw();
        }
    }

    private sealed class Lane(int number)
    {
        public int Number { get; } = number;

        // Not one that spins first: whoever waits here waits for another thread's work.
        public AutoResetEvent Baton { get; } = new(initialState: false);

        public Worker? Worker { get; set; }
    }

    private sealed class AbandonedException : Exception;
}
