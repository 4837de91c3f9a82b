using System.Runtime;
using Cosmos.Common;
using Cosmos.Core.Runtime;

namespace Cosmos.Core;

/// <summary>The x86-64 processor: each method is a few instructions of Boot/Processor.asm or Boot/Context.asm.</summary>
public sealed unsafe class X86Processor : Processor
{
    private const nuint InterruptFlag = 0x200;
    private const int PreservedRegisters = 6;

    private static X86Processor s_instance = null!;
    private ulong _timestampFrequency;

    private X86Processor()
    {
    }

    /// <summary>The one processor. After the managed heap is up.</summary>
    public static X86Processor Instance => s_instance;

    /// <inheritdoc/>
    public override bool InterruptsMasked => (Native.ReadFlags() & InterruptFlag) == 0;

    /// <inheritdoc/>
    public override ulong Timestamp => Native.ReadTimestamp();

    /// <inheritdoc/>
    public override ulong TimestampFrequency => _timestampFrequency;

    /// <inheritdoc/>
    public override nuint MaskInterrupts() => Native.MaskInterrupts();

    /// <inheritdoc/>
    public override void RestoreInterrupts(nuint state) => Native.RestoreInterrupts(state);

    /// <inheritdoc/>
    public override void EnableInterrupts() => Native.EnableInterrupts();

    /// <summary>Says how fast <see cref="Timestamp"/> counts, after it was measured against a timer. Boot context, once.</summary>
    /// <param name="countsPerSecond">Counts in a second, at least 1.</param>
    public void SetTimestampFrequency(ulong countsPerSecond) => _timestampFrequency = countsPerSecond;

    /// <inheritdoc/>
    public override void PrepareContext(ref ProcessorContext context, int id, nuint stackBottom, nuint stackBytes)
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
        context.StackPointer = (nuint)words;
        context.ThreadLocalBase = threadPointer;
        context.Id = id;
    }

    /// <inheritdoc/>
    public override void SwitchContext(ref ProcessorContext from, ref ProcessorContext to)
    {
        fixed (ProcessorContext* leaving = &from, entering = &to)
        {
            Native.SwitchContext(leaving, entering);
        }
    }

    /// <inheritdoc/>
    public override void WaitForInterrupt() => Native.WaitForInterrupt();

    internal static void CreateInstance() => s_instance = new X86Processor();

    /// <summary>Fills a thread's block of local data, which ends at <paramref name="threadPointer"/>.</summary>
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
