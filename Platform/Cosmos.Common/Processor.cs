using System.Runtime.CompilerServices;
using System.Threading;

namespace Cosmos.Common;

/// <summary>
/// What a kernel asks of the one processor it runs on: hold interrupts off, switch between stacks, count time, rest.
/// </summary>
/// <remarks>
/// The kernel's core is written against this class and never against an instruction, so that the very assembly that runs on bare metal is
/// also tested on a host. <c>Cosmos.Core</c> implements it for x86-64; the unit tests implement it with operating system threads. The
/// kernel holds one instance for ever. Whole-program compilation finds the single implementation and calls it directly.
/// </remarks>
public abstract unsafe class Processor
{
    private InterruptGate _gate;

    /// <summary>A word of the kernel's own, about what this processor is doing: here, where it is reached without a detour. The processor
    /// doesn't look at it.</summary>
    public ulong Stamp;

    /// <summary>Another word of the kernel's own, in the same place: what runs on this processor.</summary>
    public nuint Running;

    /// <summary>
    /// Holds maskable interrupts off until <see cref="Unmask"/>. Sections nest. Any context; one instruction.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Mask() => Volatile.Write(ref _gate.Open, Volatile.Read(ref _gate.Open) - 1);

    /// <summary>Ends the section that <see cref="Mask"/> began. If it was the outermost, what came meanwhile is served before this
    /// returns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Unmask()
    {
        if (!TryUnmask())
        {
            LetInterruptsIn();
        }
    }

    /// <summary>The same for code that counts instructions: it calls <see cref="LetInterruptsIn"/> itself, last of all, if this returns
    /// false.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryUnmask()
    {
        Volatile.Write(ref _gate.Open, Volatile.Read(ref _gate.Open) + 1);
        return Volatile.Read(ref _gate.Held) == 0;
    }

    /// <summary>In a masked section: whether interrupts could come before it. Not so in an interrupt handler, in the boot code, and within
    /// another section.</summary>
    public bool IsMaskedOnce
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _gate.Open) == 0;
    }

    /// <summary>
    /// Holds maskable interrupts off and returns the former state, to be given back to <see cref="RestoreInterrupts"/>: for those who can't
    /// pair <see cref="Mask"/> with <see cref="Unmask"/>. Within this section, <see cref="IsMaskedOnce"/> is true whatever was before. Any
    /// context.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nuint MaskInterrupts()
    {
        long state = Volatile.Read(ref _gate.Open);
        Volatile.Write(ref _gate.Open, 0);
        return (nuint)state;
    }

    /// <summary>Puts back the state that the matching <see cref="MaskInterrupts"/> returned. What came meanwhile is served before this
    /// returns.</summary>
    /// <param name="state">The value returned by <see cref="MaskInterrupts"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void RestoreInterrupts(nuint state)
    {
        Volatile.Write(ref _gate.Open, (nint)state);
        if (Volatile.Read(ref _gate.Held) != 0)
        {
            LetInterruptsIn();
        }
    }

    /// <summary>Serves what came while interrupts were held off, unless they still are.</summary>
    public abstract void LetInterruptsIn();

    /// <summary>Lets maskable interrupts in, whatever the state was. Where a thread begins.</summary>
    public void EnableInterrupts() => RestoreInterrupts(1);

    /// <summary>True while maskable interrupts are held off. Any context.</summary>
    public bool InterruptsMasked => Volatile.Read(ref _gate.Open) <= 0;

    /// <summary>
    /// A counter that never runs backwards, in units of <see cref="TimestampFrequency"/>. Any context.
    /// </summary>
    public abstract ulong Timestamp { get; }

    /// <summary>Counts of <see cref="Timestamp"/> in one second; zero until the clock has been calibrated.</summary>
    public abstract ulong TimestampFrequency { get; }

    /// <summary>
    /// Asks for the timer's interrupt, once. Whatever was asked for before is forgotten. Any context, interrupts masked; constant time.
    /// </summary>
    /// <param name="counts">How long from now, in counts of <see cref="Timestamp"/>. Longer than the timer can wait is no error: the
    /// interrupt then comes early, and who serves it asks again.</param>
    public abstract void SetTimer(ulong counts);

    /// <summary>
    /// Lets the end of an interrupt, which switches threads, happen as if one came: at the moment at which the mask is lifted. Interrupts
    /// masked; thread context.
    /// </summary>
    public abstract void RequestInterruptEnd();

    /// <summary>
    /// Lays out a stack so that the first <see cref="SwitchContext"/> to it calls <see cref="ContextEntry"/> with <paramref name="id"/>,
    /// with interrupts masked. The block for thread-local data is carved from the top of the stack. Boot or thread context.
    /// </summary>
    /// <param name="context">The context to prepare.</param>
    /// <param name="id">A number that the entry hands back: the kernel's name for the thread.</param>
    /// <param name="stackBottom">Lowest address of the stack.</param>
    /// <param name="stackBytes">Size of the stack in bytes.</param>
    public abstract void PrepareContext(ProcessorContext* context, int id, nuint stackBottom, nuint stackBytes);

    /// <summary>Makes a context of the code that runs, which has none yet: the boot code's, before the first switch. Starts the count of
    /// processor time.</summary>
    /// <param name="context">The context, which then is the running one.</param>
    public abstract void AdoptContext(ProcessorContext* context);

    /// <summary>
    /// Stores what the calling convention preserves in <paramref name="from"/> and continues where <paramref name="to"/> was stored, and
    /// keeps the account of processor time. Interrupts must be masked, once (<see cref="IsMaskedOnce"/>); they are on return too.
    /// </summary>
    /// <param name="from">Receives the state of the caller.</param>
    /// <param name="to">A state prepared by <see cref="PrepareContext"/> or stored by an earlier switch.</param>
    public abstract void SwitchContext(ProcessorContext* from, ProcessorContext* to);

    /// <summary>The same at the end of an interrupt handler: what ran when the interrupt came gives way.</summary>
    /// <param name="from">Receives the state of the interrupted code.</param>
    /// <param name="to">Where to continue.</param>
    public virtual void SwitchContextFromInterrupt(ProcessorContext* from, ProcessorContext* to) => SwitchContext(from, to);

    /// <summary>The same in thread context, and then <see cref="Unmask"/>: what most who leave the processor of their own accord do
    /// next.</summary>
    /// <param name="from">Receives the state of the caller.</param>
    /// <param name="to">Where to continue.</param>
    /// <returns>The lowest byte of the caller's <see cref="ProcessorContext.Result"/>, when it continues.</returns>
    public virtual byte SwitchContextAndUnmask(ProcessorContext* from, ProcessorContext* to)
    {
        SwitchContext(from, to);
        byte result = (byte)from->Result;
        Unmask();
        return result;
    }

    /// <summary>
    /// Called with interrupts masked; enables them and rests until one has been served, then masks them again. No interrupt can slip in
    /// between the two. Idle thread only.
    /// </summary>
    public abstract void WaitForInterrupt();

    /// <summary>The word that masks interrupts. Closed at first.</summary>
    protected ref InterruptGate Gate => ref _gate;

    /// <summary>Where a context that was prepared begins to run. It must not return.</summary>
    public ContextEntry? ContextEntry { get; set; }
}
