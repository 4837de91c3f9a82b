using System;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Lab.Faults;
using Reservoir.Shell;
using Reservoir.Threads;

namespace Reservoir.Lab.Commands;

/// <summary><c>stall</c>: breaks the network card, so that one can see how its driver notices and mends it.</summary>
public sealed class NicFaultCommand : ShellCommand
{
    private readonly E1000Faults _faults;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="faults">Breaks the card; attached when the driver found it, if there is one.</param>
    public NicFaultCommand(E1000Faults faults)
        : base("stall", "stall interrupts|transmitter", "breaks the network card: no interrupts, or nothing is sent")
    {
        _faults = faults;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> word = arguments.Next();
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        NetworkFault fault = word.SequenceEqual("interrupts"u8) ? NetworkFault.NoInterrupts
            : word.SequenceEqual("transmitter"u8) ? NetworkFault.TransmitterStopped
            : NetworkFault.None;
        if (fault == NetworkFault.None)
        {
            return Refuse(output, word, "'interrupts' or 'transmitter'");
        }

        output.WriteLine(_faults.Inject(fault) ? "stalled, and the driver doesn't know"u8 : "stall: there is no network card"u8);
        return CommandResult.Done;
    }
}
