using Cosmos.Common;
using Cosmos.Core;
using Cosmos.Core.Runtime;
using Cosmos.HAL;
using Reservoir.Options;
using Reservoir.Time;

namespace Reservoir;

/// <summary>
/// The clock, which is the processor's counter measured against the 8254, and the timer: the local APIC's, or the 8254 where there is none
/// or the kernel's option <c>timer=pit</c> asks for it. Boot context.
/// </summary>
public sealed class TimeWiring
{
    private const ulong HertzPerKilohertz = 1000;

    private readonly OneShotTimer _timer;

    /// <summary>Measures the counter and chooses the timer; without an 8254 the boot stops. Boot context.</summary>
    /// <param name="options">Says which timer.</param>
    public TimeWiring(KernelOptions options)
    {
        X86Processor processor = X86Processor.Instance;
        processor.SetTimestampFrequency(new PIT().MeasureTimestampFrequency());
        if (processor.TimestampFrequency == 0)
        {
            Fault.Panic("the timer (8254, channel 2) doesn't run"u8);
        }

        Clock = new Clock(processor, RuntimeStartup.BootTimestamp);
        _timer = (options.UsesPit ? null : LocalApic.Find()) ?? (OneShotTimer)new PitTimer();
        processor.Timer = _timer;
    }

    /// <summary>Nanoseconds since the boot loader has handed over.</summary>
    public Clock Clock { get; }

    /// <summary>What the timer is.</summary>
    public string TimerDescription => _timer.Description;

    /// <summary>How fine it is.</summary>
    public ulong TimerGrainNanoseconds => _timer.GrainNanoseconds;

    /// <summary>Says what was measured.</summary>
    /// <param name="messages">Where to.</param>
    public void Describe(TextOutput messages)
    {
        ulong kilohertz = X86Processor.Instance.TimestampFrequency / HertzPerKilohertz;
        messages.WriteLine(
            $"clock: a counter at {kilohertz} kHz, measured against the 8254; timer: {TimerDescription}, grain {TimerGrainNanoseconds} ns");
    }

    /// <summary>Gives the timer's interrupt to a handler.</summary>
    /// <param name="handler">Called at each.</param>
    public void Start(InterruptHook handler)
    {
        if (!_timer.Start(handler))
        {
            Fault.Panic("the timer's interrupt line is taken"u8);
        }
    }
}
