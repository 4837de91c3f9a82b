using System;
using Reservoir.Devices;
using Reservoir.Drivers.E1000;
using static Reservoir.Drivers.E1000.E1000Registers;

namespace Reservoir.Lab.Faults;

/// <summary>
/// Breaks a card behind its driver's back, through the card's own registers, so that one can see what the driver makes of it.
/// </summary>
/// <remarks>
/// <see cref="Attach"/> goes into the driver's <see cref="E1000Card.Find"/>, and returns the very window that it was given: a second kind
/// of window in the image would make each access to a register an indirect call, and the benchmarks measure the driver on this one.
/// </remarks>
public sealed class E1000Faults
{
    private RegisterWindow? _registers;

    /// <summary>Gets hold of a card's registers. Boot context, once.</summary>
    /// <param name="registers">The registers.</param>
    /// <returns>The same.</returns>
    public RegisterWindow Attach(RegisterWindow registers)
    {
        if (_registers is not null)
        {
            throw new InvalidOperationException("one card has been attached already");
        }

        _registers = registers;
        return registers;
    }

    /// <summary>Breaks the card. Any context.</summary>
    /// <param name="fault">How; several at once are possible.</param>
    /// <returns>False if no card is attached.</returns>
    public bool Inject(NetworkFault fault)
    {
        if (_registers is null)
        {
            return false;
        }

        if ((fault & NetworkFault.NoInterrupts) != 0)
        {
            _registers.Write(IMC, CauseAll);
        }

        if ((fault & NetworkFault.TransmitterStopped) != 0)
        {
            _registers.Write(TCTL, _registers.Read(TCTL) & ~TransmitEnable);
        }

        return true;
    }
}
