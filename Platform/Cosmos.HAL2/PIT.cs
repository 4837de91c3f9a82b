using Cosmos.Common;
using Cosmos.Core;

namespace Cosmos.HAL;

/// <summary>
/// The programmable interval timer (Intel 8254 data sheet): channel 2 measures a few milliseconds to calibrate the processor's counter;
/// channel 0 interrupts once, on line 0, where the processor has no timer of its own (<see cref="PitTimer"/>).
/// </summary>
public sealed class PIT : Device
{
    /// <summary>The timer's input, in Hz.</summary>
    public const uint PITFrequency = 1193182;

    /// <summary>Port: mode and channel selection.</summary>
    public const int Command = 0x43;

    /// <summary>Port: channel 0.</summary>
    public const int Data0 = 0x40;

    /// <summary>Port: channel 2.</summary>
    public const int Data2 = 0x42;

    private const int Ports = 4;
    private const byte Channel0OneShot = 0x30;          // low then high byte, mode 0
    private const byte Channel2OneShot = 0xB0;          // low then high byte, mode 0
    private const int SystemControl = 0x61;
    private const byte Gate2 = 0x01;
    private const byte SpeakerData = 0x02;
    private const byte Output2 = 0x20;
    private const int CalibrationRuns = 5;
    private const uint CalibrationCount = PITFrequency / 500;   // 2 ms
    private const int LongestWait = 1_000_000;

    private readonly PortWindow _timer;
    private readonly PortWindow _control;
    private readonly Processor _processor;

    /// <summary>The timer of this machine. Boot context.</summary>
    public PIT()
        : this(ProcessorBus.Instance, X86Processor.Instance)
    {
    }

    /// <summary>A timer on a bus. Boot context.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="processor">Has the counter that is measured.</param>
    public PIT(DeviceBus bus, Processor processor)
    {
        _timer = bus.OpenPorts(Data0, Ports);
        _control = bus.OpenPorts(SystemControl, 1);
        _processor = processor;
    }

    /// <summary>Lets channel 0 interrupt once, when it has counted down. What it was doing is forgotten. Any context, interrupts
    /// masked.</summary>
    /// <param name="counts">From this down to 0, at <see cref="PITFrequency"/>.</param>
    [AllocationFree]
    public void StartOneShot(ushort counts)
    {
        // Mode 0: the control word stops the counter and lowers the output, which rises, and interrupts, when the count is over.
        _timer.Write8(Command - Data0, Channel0OneShot);
        _timer.Write8(0, (byte)counts);
        _timer.Write8(0, (byte)(counts >> 8));
    }

    /// <summary>
    /// Measures how fast the processor's counter counts, against channel 2. Takes about 10 ms. Boot context, interrupts masked.
    /// </summary>
    /// <returns>Counts in a second; 0 if the timer doesn't run.</returns>
    /// <remarks>
    /// Whatever disturbs a run (an emulator that was not given the processor, a system management interrupt) makes it longer, never
    /// shorter: the shortest of several is the best.
    /// </remarks>
    public ulong MeasureTimestampFrequency()
    {
        ulong shortest = ulong.MaxValue;
        for (int i = 0; i < CalibrationRuns; i++)
        {
            ulong counts = MeasureOnce();
            if (counts == 0)
            {
                return 0;
            }

            shortest = counts < shortest ? counts : shortest;
        }

        return shortest * PITFrequency / CalibrationCount;
    }

    private ulong MeasureOnce()
    {
        byte control = (byte)(_control.Read8(0) & ~SpeakerData);
        _control.Write8(0, (byte)(control & ~Gate2));
        _timer.Write8(Command - Data0, Channel2OneShot);
        _timer.Write8(Data2 - Data0, unchecked((byte)CalibrationCount));
        _timer.Write8(Data2 - Data0, (byte)(CalibrationCount >> 8));

        // Before the gate opens, not after: a delay between the two must lengthen the run, or the shortest run would be the worst.
        ulong start = _processor.Timestamp;
        _control.Write8(0, (byte)(control | Gate2));
        for (int i = 0; i < LongestWait; i++)
        {
            if ((_control.Read8(0) & Output2) != 0)
            {
                return _processor.Timestamp - start;
            }
        }

        return 0;
    }
}
