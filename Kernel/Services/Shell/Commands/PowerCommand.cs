using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Recorder;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Shell.Commands;

/// <summary>What <c>reboot</c> and <c>shutdown</c> have in common: first everything that was accepted is written to the disk.</summary>
public abstract class PowerCommand : ShellCommand
{
    private const ulong LongestDrain = 5 * Clock.NanosecondsPerSecond;
    private readonly RecorderThread? _recorder;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="name">The word that calls it.</param>
    /// <param name="summary">What it does.</param>
    /// <param name="power">The machine's power.</param>
    /// <param name="recorder">The recorder, which may still have something to write; null if there is none.</param>
    protected PowerCommand(string name, string summary, PowerSwitch power, RecorderThread? recorder)
        : base(name, name, summary)
    {
        Power = power;
        _recorder = recorder;
    }

    /// <summary>The machine's power.</summary>
    protected PowerSwitch Power { get; }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (_recorder is not null && !_recorder.Drain(context, LongestDrain))
        {
            output.WriteLine($"{Name}: the disk did not take everything in time; what still waits is lost");
        }

        Act(output);
        return CommandResult.Done;
    }

    /// <summary>Does it. Returns only if it does not work.</summary>
    /// <param name="output">Where text goes.</param>
    protected abstract void Act(TextOutput output);
}
