using Reservoir.Devices;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Shell;

/// <summary>
/// The thread that people see: the steps of the boot first, then the prompt.
/// </summary>
/// <remarks>
/// It alone writes to the console once the threads run, and it alone makes objects after the seal: in a scratch arena that is emptied
/// behind every step and every line. The steps run once. A thread that was killed and is started again begins at the prompt, also if it was
/// killed in a step: a step that kills its thread must not do so for ever.
/// </remarks>
public sealed class ShellThread : ThreadBody
{
    private readonly Shell _shell;
    private readonly ScratchArena _scratch;
    private readonly BootStep[] _steps;
    private readonly PowerSwitch _power;
    private readonly Clock _clock;
    private bool _hasBooted;

    /// <summary>Makes the body; <see cref="Scheduler.CreateThread"/> makes it run. Boot context.</summary>
    /// <param name="shell">The dialogue; it uses the same arena.</param>
    /// <param name="scratch">Where the thread allocates from.</param>
    /// <param name="steps">What is done before the first prompt, in this order.</param>
    /// <param name="power">Switches the machine off, or stops it, when a step says so.</param>
    /// <param name="clock">Tells how long the boot took.</param>
    public ShellThread(Shell shell, ScratchArena scratch, BootStep[] steps, PowerSwitch power, Clock clock)
    {
        _shell = shell;
        _scratch = scratch;
        _steps = steps;
        _power = power;
        _clock = clock;
    }

    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        _scratch.Use();
        if (!_hasBooted)
        {
            _hasBooted = true;
            RunSteps(context);
            _shell.ShowMessages();
            _shell.Output.WriteLine(
                $"boot took {_clock.Nanoseconds / Clock.NanosecondsPerMillisecond} ms from the boot loader's hand-over; 'help' " +
                $"lists the commands");
        }

        _shell.Run(context);
    }

    private void RunSteps(ThreadContext context)
    {
        foreach (BootStep step in _steps)
        {
            BootStepResult result = step.Run(context, _shell.Output);
            _scratch.Reset();
            if (result == BootStepResult.ShutDown)
            {
                // Returns only if the firmware does not say how to switch off; the prompt is of more use then than a machine that hangs.
                _power.ShutDown();
            }
            else if (result != BootStepResult.Continue)
            {
                _power.Stop(result == BootStepResult.StopPassed);
            }
        }
    }
}
