using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>
/// Interrupts: who handles which, how often they came, and what happens around each.
/// </summary>
/// <remarks>
/// Handlers of hardware lines run one after the other, with interrupts masked, on the stack of whichever thread was running; the
/// end-of-interrupt is sent after the last. A prologue and an epilogue surround them (<see cref="Surround"/>); the epilogue is called last
/// of all and may switch threads. The processor's own timer has an entry and a handler for itself, without prologue: what every deadline
/// waits for takes the shortest way. A processor exception is a <see cref="Fault"/> of the code that caused it. Upstream's context has
/// 32-bit registers; here they are 64-bit.
/// </remarks>
public static unsafe class INTs
{
    /// <summary>Number of lines of the interrupt controllers.</summary>
    public const int Lines = 16;

    /// <summary>In place of a line's number: the processor's own timer (<see cref="LocalApic"/>).</summary>
    public const int TimerSource = Lines;

    /// <summary>Everything that interrupts: the lines, then <see cref="TimerSource"/>.</summary>
    public const int Sources = Lines + 1;

    /// <summary>The processor's own timer.</summary>
    internal const int TimerVector = FirstLineVector + TimerSource;

    /// <summary>No interrupt: its end only (<see cref="X86Processor.RequestInterruptEnd"/>).</summary>
    internal const int EndOnlyVector = TimerVector + 1;

    /// <summary>What the local APIC delivers for an interrupt that has vanished; it wants no end (Intel SDM volume 3, 11.9).</summary>
    internal const int SpuriousVector = 255;

    private const int MostHandlersPerLine = 4;
    private const int FirstLineVector = 32;
    private const int FirstSoftwareVector = EndOnlyVector + 1;
    private const int Vectors = 256;
    private const int PageFault = 14;
    private const int DoubleFault = 8;
    private const int DebugTrap = 1;
    private const ulong PageFaultPresent = 1;
    private const ulong PageFaultWrite = 2;
    private const ulong PageFaultFetch = 16;

    private static IRQDelegate?[] s_handlers = null!;
    private static SourceAccount[] s_accountMemory = null!;
    private static SourceAccount* s_accounts;
    private static IRQDelegate?[] s_softwareHandlers = null!;
    private static InterruptHook s_prologue = null!;
    private static InterruptHook s_epilogue = null!;
    private static InterruptHook? s_timerHandler;
    private static nuint s_timerEnd;
    private static ulong s_spurious;
    private static bool s_inHandler;

    /// <summary>Called with the interrupted code's registers.</summary>
    /// <param name="aContext">The registers.</param>
    [AllocationFree]
    public delegate void IRQDelegate(ref IRQContext aContext);

    /// <summary>True inside the handler of a hardware interrupt. Any context.</summary>
    public static bool InInterrupt => s_inHandler;

    /// <summary>Interrupts that turned out to have no cause (8259A data sheet, "spurious").</summary>
    public static ulong SpuriousCount => s_spurious;

    /// <summary>Says what surrounds the handlers. Boot context, once, before interrupts are let in.</summary>
    /// <param name="prologue">Called at the beginning of each hardware interrupt but the timer's, interrupts masked.</param>
    /// <param name="epilogue">Called at the end of each, interrupts masked, after the end-of-interrupt. May switch threads.</param>
    public static void Surround(InterruptHook prologue, InterruptHook epilogue)
    {
        s_prologue = prologue;
        s_epilogue = epilogue;
    }

    /// <summary>Adds a handler to a line of the interrupt controllers and unmasks it. Lines may be shared: every handler is called. Boot
    /// context.</summary>
    /// <param name="aIrqNo">The line, 0 to 15.</param>
    /// <param name="aHandler">The handler; runs with interrupts masked, may not allocate or wait.</param>
    /// <returns>False if the line does not exist or has its four handlers already; then nothing has changed.</returns>
    public static bool SetIrqHandler(byte aIrqNo, IRQDelegate aHandler)
    {
        for (int i = 0; aIrqNo < Lines && i < MostHandlersPerLine; i++)
        {
            ref IRQDelegate? slot = ref s_handlers[aIrqNo * MostHandlersPerLine + i];
            if (slot is null)
            {
                slot = aHandler;
                PIC.SetMask(aIrqNo, masked: false);
                return true;
            }
        }

        return false;
    }

    /// <summary>Sets the handler of a vector that code raises itself (<see cref="CPU.RaiseTestInterrupt"/>). It is entered and left as a
    /// hardware interrupt is. Boot context.</summary>
    /// <param name="aIntNo">The vector, behind those of exceptions and lines.</param>
    /// <param name="aHandler">The handler; runs with interrupts masked, may not allocate or wait.</param>
    /// <returns>False if the vector is an exception's or a line's, or has a handler already; then nothing has changed.</returns>
    public static bool SetIntHandler(byte aIntNo, IRQDelegate aHandler)
    {
        int index = aIntNo - FirstSoftwareVector;
        if (index < 0 || s_softwareHandlers[index] is not null)
        {
            return false;
        }

        s_softwareHandlers[index] = aHandler;
        return true;
    }

    /// <summary>Masks or unmasks a line. Any context.</summary>
    /// <param name="aIRQLine">The line, 0 to 15.</param>
    /// <param name="aDoMask">True to mask it.</param>
    public static void SetIRQMaskState(byte aIRQLine, bool aDoMask)
    {
        if (aIRQLine < Lines)
        {
            PIC.SetMask(aIRQLine, aDoMask);
        }
    }

    /// <summary>How often a line has interrupted since boot. Any context.</summary>
    /// <param name="aIRQLine">The line, 0 to 15, or <see cref="TimerSource"/>; any other has never interrupted.</param>
    public static ulong GetIrqCount(int aIRQLine) => (uint)aIRQLine < Sources ? s_accounts[aIRQLine].Count : 0;

    /// <summary>How much processor time a line's handlers have taken since boot, in counts of <see cref="X86Processor.Timestamp"/>. Any
    /// context.</summary>
    /// <param name="aIRQLine">The line, 0 to 15, or <see cref="TimerSource"/>; any other has taken none.</param>
    public static ulong GetIrqTime(int aIRQLine) => (uint)aIRQLine < Sources ? s_accounts[aIRQLine].Total : 0;

    /// <summary>The longest time that a line's handlers have taken at once, in counts of <see cref="X86Processor.Timestamp"/>. Any
    /// context.</summary>
    /// <param name="aIRQLine">The line, 0 to 15, or <see cref="TimerSource"/>; any other has taken none.</param>
    public static ulong GetIrqLongest(int aIRQLine) => (uint)aIRQLine < Sources ? s_accounts[aIRQLine].Longest : 0;

    /// <summary>The vector of a line. Any context.</summary>
    /// <param name="aIRQLine">The line, 0 to 15, or <see cref="TimerSource"/>.</param>
    public static int GetVector(int aIRQLine) => FirstLineVector + aIRQLine;

    /// <summary>Whether a line has a handler. Any context.</summary>
    /// <param name="aIRQLine">The line, 0 to 15, or <see cref="TimerSource"/>.</param>
    public static bool HasIrqHandler(int aIRQLine)
    {
        return aIRQLine == TimerSource
            ? s_timerHandler is not null : (uint)aIRQLine < Lines && s_handlers[aIRQLine * MostHandlersPerLine] is not null;
    }

    /// <summary>Appoints the handler of the processor's own timer. Boot context.</summary>
    /// <param name="handler">The handler; runs with interrupts masked, may not allocate or wait. It does what the prologue does.</param>
    /// <param name="endOfInterrupt">The register that takes the end of the interrupt.</param>
    internal static void SetTimerHandler(InterruptHook handler, nuint endOfInterrupt)
    {
        s_timerEnd = endOfInterrupt;
        s_timerHandler = handler;
    }

    internal static void Initialise()
    {
        s_handlers = new IRQDelegate?[Lines * MostHandlersPerLine];
        s_accountMemory = GC.AllocateArray<SourceAccount>(Sources, pinned: true);
        fixed (SourceAccount* accounts = s_accountMemory)
        {
            s_accounts = accounts;
        }

        s_softwareHandlers = new IRQDelegate?[Vectors - FirstSoftwareVector];
        PIC.Initialise(FirstLineVector);
    }

    [RuntimeExport("InterruptEntered")]
    private static void Entered(IRQContext* context)
    {
        int line = (int)context->Interrupt - FirstLineVector;
        if ((uint)line < Lines)
        {
            HandleLine(line, context);
        }
        else
        {
            HandleOther((int)context->Interrupt, context);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void HandleOther(int vector, IRQContext* context)
    {
        if (vector < FirstLineVector)
        {
            if (vector != DebugTrap || !MaskedSections.Step(context))
            {
                RaiseException(context);
            }
        }
        else if (vector == TimerVector)
        {
            HandleTimer(Native.ReadTimestamp());
        }
        else if (vector == EndOnlyVector)
        {
            s_epilogue(Native.ReadTimestamp());
        }
        else
        {
            HandleSoftware(vector - FirstSoftwareVector, context);
        }
    }

    [AllocationFree]
    private static void HandleSoftware(int index, IRQContext* context)
    {
        IRQDelegate? handler = s_softwareHandlers[index];
        if (handler is null)
        {
            s_spurious++;
            return;
        }

        ulong begun = Native.ReadTimestamp();
        s_inHandler = true;
        s_prologue(begun);
        handler(ref *context);
        s_inHandler = false;
        s_epilogue(begun);
    }

    [AllocationFree]
    private static void HandleLine(int line, IRQContext* context)
    {
        if (PIC.IsSpurious(line))
        {
            s_spurious++;
            return;
        }

        ulong begun = Native.ReadTimestamp();
        s_inHandler = true;
        s_prologue(begun);
        ref IRQDelegate? handlers = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(s_handlers), line * MostHandlersPerLine);
        handlers?.Invoke(ref *context);
        for (int i = 1; i < MostHandlersPerLine && Unsafe.Add(ref handlers, i) is { } handler; i++)
        {
            handler(ref *context);
        }

        PIC.EndOfInterrupt(line);
        s_inHandler = false;
        ulong ended = Native.ReadTimestamp();
        s_accounts[line].Add(ended - begun);
        s_epilogue(ended);
    }

    [RuntimeExport("TimerEntered")]
    [AllocationFree]
    private static void HandleTimer(ulong begun)
    {
        s_inHandler = true;
        Mmio.Write32(s_timerEnd, 0);
        s_timerHandler!(begun);
        s_inHandler = false;
        ulong ended = Native.ReadTimestamp();
        s_accounts[TimerSource].Add(ended - begun);
        s_epilogue(ended);
    }

    private static void RaiseException(IRQContext* context)
    {
        ReadOnlySpan<byte> message = default;
        nuint address = 0;
        bool hasAddress = context->Interrupt is PageFault or DoubleFault;
        if (hasAddress)
        {
            address = Native.ReadPageFaultAddress();
            message = DescribePageFault(context->Param, address, context->Interrupt == DoubleFault);
        }

        var report =
            new FaultReport(ProcessorException.Name(context->Interrupt), message, context->RIP, context->RSP, context->RBP, isCaller: false)
            {
                Address = address,
                HasAddress = hasAddress,
            };
        Fault.Raise(ref report);
    }

    private static ReadOnlySpan<byte> DescribePageFault(ulong error, nuint address, bool isDouble)
    {
        if (isDouble)
        {
            return "the stack has run into its guard page, or the kernel's tables are damaged; last page fault"u8;
        }

        if (address < 4096)
        {
            return "null reference"u8;
        }

        if ((error & PageFaultFetch) != 0)
        {
            return "an attempt to execute data"u8;
        }

        bool present = (error & PageFaultPresent) != 0;
        return (error & PageFaultWrite) != 0
            ? present ? "an attempt to write what is read-only"u8 : "an attempt to write where nothing is mapped"u8
            : present ? "an attempt to read what is protected"u8 : "an attempt to read where nothing is mapped"u8;
    }

    /// <summary>What the handlers of one source have cost.</summary>
    [AllocationFree]
    private struct SourceAccount
    {
        public ulong Count;
        public ulong Total;
        public ulong Longest;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(ulong taken)
        {
            Count++;
            Total += taken;
            if (taken > Longest)
            {
                Longest = taken;
            }
        }
    }

    /// <summary>The registers of interrupted code, in the order in which Boot/Interrupts.asm pushes them.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IRQContext
    {
        /// <summary>R15.</summary>
        public ulong R15;

        /// <summary>R14.</summary>
        public ulong R14;

        /// <summary>R13.</summary>
        public ulong R13;

        /// <summary>R12.</summary>
        public ulong R12;

        /// <summary>R11.</summary>
        public ulong R11;

        /// <summary>R10.</summary>
        public ulong R10;

        /// <summary>R9.</summary>
        public ulong R9;

        /// <summary>R8.</summary>
        public ulong R8;

        /// <summary>RDI.</summary>
        public ulong RDI;

        /// <summary>RSI.</summary>
        public ulong RSI;

        /// <summary>RBP.</summary>
        public nuint RBP;

        /// <summary>RBX.</summary>
        public ulong RBX;

        /// <summary>RDX.</summary>
        public ulong RDX;

        /// <summary>RCX.</summary>
        public ulong RCX;

        /// <summary>RAX.</summary>
        public ulong RAX;

        /// <summary>The vector.</summary>
        public ulong Interrupt;

        /// <summary>The processor's error code; zero where it gives none.</summary>
        public ulong Param;

        /// <summary>Where the code was.</summary>
        public nuint RIP;

        /// <summary>Its code segment.</summary>
        public ulong CS;

        /// <summary>Its flags.</summary>
        public ulong RFLAGS;

        /// <summary>Its stack pointer.</summary>
        public nuint RSP;

        /// <summary>Its stack segment.</summary>
        public ulong SS;
    }
}
