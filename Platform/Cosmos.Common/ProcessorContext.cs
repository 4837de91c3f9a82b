namespace Cosmos.Common;

/// <summary>
/// Where a thread that is not running continues. Its content belongs to the <see cref="Processor"/>.
/// </summary>
public struct ProcessorContext
{
    /// <summary>The stack pointer, below which the preserved registers lie.</summary>
    public nuint StackPointer;

    /// <summary>The base of this thread's thread-local data (FS base on x86-64).</summary>
    public nuint ThreadLocalBase;

    /// <summary>Processor time used up to the last switch away, in counts of <see cref="Processor.Timestamp"/>.</summary>
    public ulong Counts;

    /// <summary>When it was last given the processor.</summary>
    public ulong EnteredAt;

    /// <summary>When it last left the processor.</summary>
    public ulong LeftAt;

    /// <summary>What a switch that lifts the mask returns when it continues. Set by whoever lets it.</summary>
    public ulong Result;

    /// <summary>The number given to <see cref="Processor.PrepareContext"/>.</summary>
    public int Id;

    /// <summary>The processor time that it has used up to a moment at which it runs, in counts. Any context, interrupts masked.</summary>
    /// <param name="timestamp">That moment.</param>
    public readonly ulong CountsAt(ulong timestamp) => Counts + timestamp - EnteredAt;
}
