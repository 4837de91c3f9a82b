using System.Runtime;
using System.Runtime.CompilerServices;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>The x86-64 processor: each method is a few instructions of Boot/Processor.asm or Boot/Context.asm.</summary>
public sealed unsafe class X86Processor : Processor
{
    private const int PreservedRegisters = 6;

    private static X86Processor s_instance = null!;
    private ulong _timestampFrequency;
    private OneShotTimer _timer = null!;

    private X86Processor()
    {
    }

    /// <summary>The one processor. After the managed heap is up.</summary>
    [AllocationFree]
    public static X86Processor Instance => s_instance;

    /// <inheritdoc/>
    public override ulong Timestamp => Native.ReadTimestamp();

    /// <inheritdoc/>
    public override ulong TimestampFrequency => _timestampFrequency;

    /// <summary>The longest that an interrupt has been held by a masked section, in counts of <see cref="Timestamp"/>.</summary>
    public ulong LongestHold { get; private set; }

    /// <summary>The instruction at which that interrupt came.</summary>
    public nuint LongestHoldAt { get; private set; }

    /// <summary>When the last interrupt that was held by a masked section came, in counts of <see cref="Timestamp"/>; 0 if none
    /// was.</summary>
    public ulong LatestHoldSince => Gate.HeldSince;

    /// <summary>The instruction at which that interrupt came.</summary>
    public nuint LatestHoldAt => Gate.HeldAt;

    /// <summary>The timer behind <see cref="SetTimer"/>. Boot context, once, before the first thread waits.</summary>
    public OneShotTimer Timer
    {
        get => _timer;
        set => _timer = value;
    }

    /// <inheritdoc/>
    public override void SetTimer(ulong counts) => _timer.Set(counts);

    /// <inheritdoc/>
    public override void RequestInterruptEnd()
    {
        // As if it had come in this masked section. One that really has will do as well.
        Native.DisableInterrupts();
        Gate.Pending = Gate.Pending == 0 ? INTs.EndOnlyVector : Gate.Pending;
        Gate.Held = 1;
    }

    /// <inheritdoc/>
    public override void LetInterruptsIn()
    {
        if (InterruptsMasked)
        {
            return;
        }

        if (Gate.Pending != 0)
        {
            NoteHold();
        }

        Native.LetInterruptsIn();
    }

    /// <summary>How long the interrupt that is about to be served has waited.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteHold()
    {
        if (Gate.Pending != INTs.EndOnlyVector)
        {
            ulong held = Native.ReadTimestamp() - Gate.HeldSince;
            if (held > LongestHold)
            {
                LongestHold = held;
                LongestHoldAt = Gate.HeldAt;
            }
        }
    }

    /// <summary>Holds interrupts by the processor's own flag, until a thread opens the gate. For a fault: what follows must not be
    /// interrupted, whatever the gate says.</summary>
    internal static void HoldInterrupts()
    {
        Native.DisableInterrupts();
        if (s_instance is not null)
        {
            s_instance.MaskInterrupts();
            s_instance.Gate.Held = 1;
        }
    }

    /// <summary>Says how fast <see cref="Timestamp"/> counts, after it was measured against a timer. Boot context, once.</summary>
    /// <param name="countsPerSecond">Counts in a second, at least 1.</param>
    public void SetTimestampFrequency(ulong countsPerSecond) => _timestampFrequency = countsPerSecond;

    /// <inheritdoc/>
    public override void PrepareContext(ProcessorContext* context, int id, nuint stackBottom, nuint stackBytes)
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        nuint threadPointer = (stackBottom + stackBytes - Native.ThreadControlBytes) & ~(nuint)63;
        PrepareThreadLocal(threadPointer, id);

        // Down from the top: control words, local data, then what CpuSwitchContext will pop.
        nuint top = (threadPointer - image.TlsBytes) & ~(nuint)63;
        var words = (nuint*)top;
        *--words = 0;
        *--words = 0;
        *--words = Native.ContextStartAddress();
        for (int i = 0; i < PreservedRegisters; i++)
        {
            *--words = 0;
        }

        words[3] = (nuint)id; // r15, r14, r13, r12: the order of CpuSwitchContext
        context->StackPointer = (nuint)words;
        context->ThreadLocalBase = threadPointer;
        context->Id = id;
    }

    /// <inheritdoc/>
    public override void AdoptContext(ProcessorContext* context) => Native.AdoptContext(context);

    /// <inheritdoc/>
    public override void SwitchContext(ProcessorContext* from, ProcessorContext* to) => Native.SwitchContext(from, to);

    /// <inheritdoc/>
    public override void SwitchContextFromInterrupt(ProcessorContext* from, ProcessorContext* to) =>
        Native.SwitchContextFromInterrupt(from, to);

    /// <inheritdoc/>
    public override byte SwitchContextAndUnmask(ProcessorContext* from, ProcessorContext* to) => Native.SwitchContextAndUnmask(from, to);

    /// <inheritdoc/>
    public override void WaitForInterrupt() => Native.WaitForInterrupt();

    internal static void CreateInstance()
    {
        s_instance = new X86Processor();
        s_instance.Gate.Held = 1;
        Native.SetInterruptGate((InterruptGate*)Unsafe.AsPointer(ref s_instance.Gate));
    }

    /// <summary>A switch has lifted the mask, and something came meanwhile.</summary>
    [RuntimeExport("InterruptsHeld")]
    [AllocationFree]
    private static void InterruptsHeld() => s_instance.LetInterruptsIn();

    /// <summary>Fills a thread's block of local data, which ends at <paramref name="threadPointer"/>.</summary>
    [AllocationFree]
    internal static void PrepareThreadLocal(nuint threadPointer, int id)
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        nuint block = threadPointer - image.TlsBytes;
        nuint initialised = image.TlsTemplateEnd - image.TlsTemplateStart;
        Native.Move((void*)block, (void*)image.TlsTemplateStart, initialised);
        Native.Fill((void*)(block + initialised), 0, image.TlsBytes - initialised);
        var control = (nuint*)threadPointer;
        Native.Fill(control, 0, Native.ThreadControlBytes);
        control[0] = threadPointer;
        control[Native.ThreadIdSlot / sizeof(nuint)] = (nuint)id;
    }

    [RuntimeExport("ContextEntered")]
    private static void ContextEntered(int id)
    {
        s_instance.ContextEntry!(id);
        Fault.Panic("a thread's first method has returned"u8);
    }
}
