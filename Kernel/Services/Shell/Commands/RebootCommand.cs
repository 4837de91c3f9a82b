using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Recorder;

namespace Reservoir.Shell.Commands;

/// <summary><c>reboot</c>: restarts the machine when the recorder has written everything.</summary>
public sealed class RebootCommand : PowerCommand
{
    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="power">The machine's power.</param>
    /// <param name="recorder">The recorder, which may still have something to write; null if there is none.</param>
    public RebootCommand(PowerSwitch power, RecorderThread? recorder)
        : base("reboot", "writes what waits, then restarts", power, recorder)
    {
    }

    /// <inheritdoc/>
    protected override void Act(TextOutput output)
    {
        output.WriteLine("restarting"u8);
        Power.Reboot();
        output.WriteLine("reboot: the machine does not restart; cut the power by hand"u8);
    }
}
