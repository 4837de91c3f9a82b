namespace Cosmos.Common;

/// <summary>
/// What a kernel asks of the one processor it runs on: hold interrupts off, switch between
/// stacks, count time, rest.
/// </summary>
/// <remarks>
/// The kernel's core is written against this class and never against an instruction, so that the
/// very assembly that runs on bare metal is also tested on a host. <c>Cosmos.Core</c> implements
/// it for x86-64; the unit tests implement it with operating system threads.
/// The kernel holds one instance for ever. Whole-program compilation finds the single
/// implementation and calls it directly.
/// </remarks>
public abstract class Processor
{
    /// <summary>
    /// Holds maskable interrupts off and returns the former state, to be given back to
    /// <see cref="RestoreInterrupts"/>: zero if they were held off already. Sections nest. Any context; constant time.
    /// </summary>
    public abstract nuint MaskInterrupts();

    /// <summary>Puts back the state that the matching <see cref="MaskInterrupts"/> returned.</summary>
    /// <param name="state">The value returned by <see cref="MaskInterrupts"/>.</param>
    public abstract void RestoreInterrupts(nuint state);

    /// <summary>Lets maskable interrupts in, whatever the state was. Where a thread begins.</summary>
    public abstract void EnableInterrupts();

    /// <summary>True while maskable interrupts are held off. Any context.</summary>
    public abstract bool InterruptsMasked { get; }

    /// <summary>
    /// A counter that never runs backwards, in units of <see cref="TimestampFrequency"/>. Any context.
    /// </summary>
    public abstract ulong Timestamp { get; }

    /// <summary>Counts of <see cref="Timestamp"/> in one second; zero until the clock has been calibrated.</summary>
    public abstract ulong TimestampFrequency { get; }

    /// <summary>
    /// Lays out a stack so that the first <see cref="SwitchContext"/> to it calls
    /// <see cref="ContextEntry"/> with <paramref name="id"/>, with interrupts masked. The block for
    /// thread-local data is carved from the top of the stack. Boot or thread context.
    /// </summary>
    /// <param name="context">The context to prepare.</param>
    /// <param name="id">A number that the entry hands back: the kernel's name for the thread.</param>
    /// <param name="stackBottom">Lowest address of the stack.</param>
    /// <param name="stackBytes">Size of the stack in bytes.</param>
    public abstract void PrepareContext(ref ProcessorContext context, int id, nuint stackBottom, nuint stackBytes);

    /// <summary>
    /// Stores what the calling convention preserves in <paramref name="from"/> and continues where
    /// <paramref name="to"/> was stored. Interrupts must be masked; they are masked on return too.
    /// </summary>
    /// <param name="from">Receives the state of the caller.</param>
    /// <param name="to">A state prepared by <see cref="PrepareContext"/> or stored by an earlier switch.</param>
    public abstract void SwitchContext(ref ProcessorContext from, ref ProcessorContext to);

    /// <summary>
    /// Called with interrupts masked; enables them and rests until one has been served, then masks
    /// them again. No interrupt can slip in between the two. Idle thread only.
    /// </summary>
    public abstract void WaitForInterrupt();

    /// <summary>Where a context that was prepared begins to run. It must not return.</summary>
    public ContextEntry? ContextEntry { get; set; }
}
