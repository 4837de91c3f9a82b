using System.Runtime.CompilerServices;
using Cosmos.Core;
using Reservoir.Devices;
using static Reservoir.Drivers.E1000.E1000Registers;

namespace Reservoir.Drivers.E1000;

/// <content>How frames come in: by interrupt, or by polling while the stack is behind; and what happens if the device stops doing its
/// part.</content>
public sealed partial class E1000Card
{
    private uint _suspectOldest;
    private bool _suspectTransmitter;
    private bool _suspectReceiver;
    private ulong _suspectInterrupts;
    private ulong _interruptsLost;
    private ulong _transmitterRestarts;

    /// <inheritdoc/>
    public override bool NeedsPolling => _polling;

    /// <inheritdoc/>
    public override int Poll(int budget)
    {
        int taken = _receive.Take(budget, _processor);
        nuint state = _processor.MaskInterrupts();
        _polls++;
        _polled += (uint)taken;
        if (taken != 0)
        {
            _receive.Refill();
        }

        if (taken == budget)
        {
            _budgetsUsedUp++;
        }
        else if (_polling)
        {
            EndPolling();
        }

        _processor.RestoreInterrupts(state);
        return taken;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A look that finds a frame in the ring, or one not sent, only notes it: it may have come this moment. If the next look finds the same
    /// one still there, the device has had all the time between.
    /// </remarks>
    public override NetworkFault Watch()
    {
        _statistics.Refresh();
        NetworkFault found = NetworkFault.None;
        if (IsReceiverSilent())
        {
            found |= NetworkFault.NoInterrupts;
            _interruptsLost++;
            Poll(ReceiveRingSize);
            _registers.Write(IMS, _polling ? Causes & ~CausesOfReception : Causes);
        }

        if (IsTransmitterStuck())
        {
            found |= NetworkFault.TransmitterStopped;
            _transmitterRestarts++;
            _transmit.Restart(_model.TransmitDescriptorControl);
        }

        return found;
    }

    /// <summary>The device's line has interrupted; perhaps for another device. Interrupt context.</summary>
    internal void Serve()
    {
        uint cause = _registers.Read(ICR);
        if (cause == 0)
        {
            return;
        }

        _interrupts++;
        int left = InterruptBudget;
        if ((cause & CausesOfReception) != 0 && !_polling)
        {
            left -= TakeSome();
        }

        if ((cause & ~CausesOfReception) != 0)
        {
            ServeOthers(cause, left);
        }
    }

    private void HandleInterrupt(ref INTs.IRQContext context) => Serve();

    /// <summary>Takes frames as far as the budget goes; where it doesn't go far enough, polling begins.</summary>
    /// <returns>How many.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int TakeSome()
    {
        int taken = _receive.Take(InterruptBudget);
        if (taken == 0)
        {
            return 0;
        }

        if ((taken == InterruptBudget && _receive.HasFrame) || _queue.Count >= Backlog)
        {
            BeginPolling(taken == InterruptBudget && _receive.HasFrame);
        }

        _receive.Refill();
        _queue.Announce();
        return taken;
    }

    /// <summary>The stack is behind.</summary>
    /// <param name="usedUp">Whether that shows in frames that are left.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void BeginPolling(bool usedUp)
    {
        _budgetsUsedUp += usedUp ? 1u : 0u;
        _pollingBegun++;
        _polling = true;
        _registers.Write(IMC, CausesOfReception);
    }

    /// <summary>What has nothing to do with reception.</summary>
    /// <param name="cause">Why the card has interrupted.</param>
    /// <param name="budget">How many frames that were sent may be given back; for the others the card interrupts again.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ServeOthers(uint cause, int budget)
    {
        if ((cause & CauseTransmitDone) != 0 && _transmit.Outstanding != 0 && !_transmit.Reap(budget))
        {
            _registers.Write(ICS, CauseTransmitDone);
        }

        if ((cause & CauseLinkChange) != 0)
        {
            _linkChanges++;
            _queue.Announce();
        }
    }

    /// <summary>
    /// Lets receive interrupts come again, unless there are frames. Interrupts masked. The causes of those that were polled are cleared
    /// first, and one that arrives after the last look at the ring sets its cause anew and interrupts at once: none is overlooked.
    /// </summary>
    private void EndPolling()
    {
        ServeOthers(_registers.Read(ICR), InterruptBudget);
        if (_receive.HasFrame)
        {
            return;
        }

        _polling = false;
        _registers.Write(IMS, CausesOfReception);
    }

    /// <summary>Whether a frame has waited since the last look, with interrupts allowed and none raised.</summary>
    private bool IsReceiverSilent()
    {
        bool waits = !_polling && _receive.HasFrame;
        bool silent = waits && _suspectReceiver && _interrupts == _suspectInterrupts;
        _suspectReceiver = waits && !silent;
        _suspectInterrupts = _interrupts;
        return silent;
    }

    /// <summary>Whether the oldest frame on its way is the one that it was at the last look. Those that are out without an interrupt having
    /// said so are given back.</summary>
    private bool IsTransmitterStuck()
    {
        nuint state = _processor.MaskInterrupts();
        _transmit.Reap(InterruptBudget);
        bool waits = _transmit.Outstanding != 0;
        uint oldest = _transmit.Oldest;
        _processor.RestoreInterrupts(state);
        bool stuck = _transmit.IsHalfRestarted || (waits && _suspectTransmitter && oldest == _suspectOldest);
        _suspectTransmitter = waits && !stuck;
        _suspectOldest = oldest;
        return stuck;
    }
}
