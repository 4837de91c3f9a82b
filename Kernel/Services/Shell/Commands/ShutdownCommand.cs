using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Recorder;

namespace Reservoir.Shell.Commands;

/// <summary><c>shutdown</c>: switches the machine off when the recorder has written everything.</summary>
public sealed class ShutdownCommand : PowerCommand
{
    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="power">The machine's power.</param>
    /// <param name="recorder">The recorder, which may still have something to write; null if there is none.</param>
    public ShutdownCommand(PowerSwitch power, RecorderThread? recorder)
        : base("shutdown", "writes what waits, then switches off", power, recorder)
    {
    }

    /// <inheritdoc/>
    protected override void Act(TextOutput output)
    {
        if (Power.CanShutDown)
        {
            output.WriteLine("shutting down"u8);
            Power.ShutDown();
        }

        output.WriteLine("shutdown: the firmware does not say how; cut the power by hand"u8);
    }
}
