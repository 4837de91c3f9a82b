using System;
using Cosmos.Common;
using Cosmos.HAL;

namespace Reservoir;

/// <summary>
/// Where the kernel's text goes: the serial line, the screen if there is one, and the log. Thread and boot context.
/// </summary>
/// <remarks>
/// Lines of several threads don't mix within one write: each write goes out with interrupts masked only while it is copied to the log; the
/// devices are written unmasked, because a serial line is slow.
/// </remarks>
internal sealed class KernelConsole : TextOutput
{
    private const int LogBytes = 16 * 1024;

    private readonly Processor _processor;
    private readonly TextTee _devices = new(2);

    /// <summary>Makes a console without devices.</summary>
    /// <param name="processor">Masks interrupts around the log.</param>
    public KernelConsole(Processor processor)
    {
        _processor = processor;
    }

    /// <summary>What was written lately.</summary>
    public TextLog Log { get; } = new(LogBytes);

    /// <summary>Adds a device. Boot context.</summary>
    /// <param name="device">The serial line or the screen.</param>
    public void Add(TextOutput device) => _devices.Add(device);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> utf8)
    {
        nuint state = _processor.MaskInterrupts();
        Log.Write(utf8);
        _processor.RestoreInterrupts(state);
        _devices.Write(utf8);
    }
}
