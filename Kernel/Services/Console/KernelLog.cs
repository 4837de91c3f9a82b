using System;
using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.Console;

/// <summary>
/// What the kernel has to say while it runs. A message costs its writer a copy in memory; the shell's thread, and nobody else, shows it on
/// the slow
/// devices when it next waits for a key.
/// </summary>
/// <remarks>Writers pass whole lines (<see cref="TextLine"/>). Any context; the copy is made with interrupts masked. Messages that come
/// faster than they are
/// shown are forgotten, oldest first.</remarks>
public sealed class KernelLog : TextOutput, IMessageLog, IMessageNews
{
    private const int Bytes = 16 * 1024;
    private const int LongestLine = 160;

    private readonly Processor _processor;
    private readonly TextLog _text = new(Bytes);
    private readonly Semaphore _news;
    private ulong _shown;

    /// <summary>Makes an empty log. Boot context.</summary>
    /// <param name="scheduler">Whose thread will show it.</param>
    /// <param name="news">Signalled at every message.</param>
    public KernelLog(Scheduler scheduler, Semaphore news)
    {
        _processor = scheduler.Processor;
        _news = news;
    }

    /// <summary>Whether there are messages that were not shown.</summary>
    public bool HasNews => _text.Written != _shown;

    /// <summary>Makes an output for one thread's messages. Boot context.</summary>
    public TextOutput CreateWriter() => new TextLine(this, LongestLine);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> utf8)
    {
        nuint state = _processor.MaskInterrupts();
        _text.Write(utf8);
        _processor.RestoreInterrupts(state);
        _news.Release();
    }

    /// <summary>Takes everything so far for shown. Boot context.</summary>
    public void MarkShown() => _shown = _text.Written;

    /// <inheritdoc/>
    public void ShowNews(TextOutput output)
    {
        ulong until = _text.Written;
        _text.CopyTo(output, _shown);
        _shown = until;
    }

    /// <inheritdoc/>
    public void ShowAll(TextOutput output) => _text.CopyTo(output, 0);
}
