using System;
using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.Console;

/// <summary>
/// The kernel's messages. A message costs its writer a copy in memory; the shell's thread alone shows it on the slow devices, when it next
/// waits for a key.
/// </summary>
/// <remarks>Writers pass whole lines (<see cref="TextLine"/>). Any context; the copy is made with interrupts masked. The log keeps the last
/// <see cref="Capacity"/> bytes: messages that come faster than they are shown are forgotten, whole lines, oldest first.</remarks>
public sealed class KernelLog : TextOutput
{
    /// <summary>Bytes that are kept.</summary>
    public const int Capacity = 16 * 1024;

    private const int LongestLine = 160;

    private readonly Processor _processor;
    private readonly TextLog _text = new(Capacity);
    private readonly Semaphore _written;
    private ulong _shown;

    /// <summary>Makes an empty log. Boot context.</summary>
    /// <param name="scheduler">Its threads write messages and show them.</param>
    /// <param name="written">Signalled at every message.</param>
    public KernelLog(Scheduler scheduler, Semaphore written)
    {
        _processor = scheduler.Processor;
        _written = written;
    }

    /// <summary>Whether there are messages that were not shown.</summary>
    public bool HasPending => _text.Written != _shown;

    /// <summary>Makes an output for one thread's messages. Boot context.</summary>
    public TextOutput CreateWriter() => new TextLine(this, LongestLine);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> utf8)
    {
        nuint state = _processor.MaskInterrupts();
        _text.Write(utf8);
        _processor.RestoreInterrupts(state);
        _written.Release();
    }

    /// <summary>Takes all messages so far for shown. Boot context.</summary>
    public void MarkShown() => _shown = _text.Written;

    /// <summary>Shows the messages that were not shown yet. Shell thread.</summary>
    /// <param name="output">Where to.</param>
    [AllocationFree]
    public void ShowPending(TextOutput output)
    {
        // Read first: what is written while the output is busy is shown the next time.
        ulong until = _text.Written;
        _text.CopyTo(output, _shown);
        _shown = until;
    }

    /// <summary>Shows all messages that are kept, whether they were shown or not. Shell thread.</summary>
    /// <param name="output">Where to.</param>
    public void ShowAll(TextOutput output) => _text.CopyTo(output, 0);
}
