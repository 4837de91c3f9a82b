using System.Runtime;
using System.Runtime.CompilerServices;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>What Boot/*.asm offers to the rest of this assembly. Each is described there.</summary>
[AllocationFree]
internal static unsafe class Native
{
    /// <summary>Offset from FS base of the thread's scratch arena (Runtime/ManagedHeap.cs).</summary>
    public const nint ScratchSlot = 8;

    /// <summary>Offset from FS base of the thread's number.</summary>
    public const nint ThreadIdSlot = 16;

    /// <summary>Room at FS base for the word that points to itself and the slots.</summary>
    public const int ThreadControlBytes = 64;

    public const uint FsBaseRegister = 0xC0000100;

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuMaskInterrupts")]
    public static extern nuint MaskInterrupts();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuRestoreInterrupts")]
    public static extern void RestoreInterrupts(nuint state);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuDisableInterrupts")]
    public static extern void DisableInterrupts();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuWaitForInterrupt")]
    public static extern void WaitForInterrupt();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuLetInterruptsIn")]
    public static extern void LetInterruptsIn();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuRaiseTestInterrupt")]
    public static extern void RaiseTestInterrupt();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuSetTrapFlag")]
    public static extern void SetTrapFlag(uint on);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuAdoptContext")]
    public static extern void AdoptContext(ProcessorContext* context);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuSetInterruptGate")]
    public static extern void SetInterruptGate(InterruptGate* gate);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuHalt")]
    public static extern void Halt();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuReadTimestamp")]
    public static extern ulong ReadTimestamp();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuIdentify")]
    public static extern void Identify(uint leaf, uint subleaf, uint* results);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuReadPageFaultAddress")]
    public static extern nuint ReadPageFaultAddress();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuReadPageTableRoot")]
    public static extern nuint ReadPageTableRoot();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuWritePageTableRoot")]
    public static extern void WritePageTableRoot(nuint root);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuInvalidatePage")]
    public static extern void InvalidatePage(nuint address);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuReadModelRegister")]
    public static extern ulong ReadModelRegister(uint register);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuWriteModelRegister")]
    public static extern void WriteModelRegister(uint register, ulong value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuLoadDescriptorTable")]
    public static extern void LoadDescriptorTable(void* pointer);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuLoadInterruptTable")]
    public static extern void LoadInterruptTable(void* pointer);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuLoadTaskRegister")]
    public static extern void LoadTaskRegister(ushort selector);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuEnableFsBaseInstructions")]
    public static extern void EnableFsBaseInstructions();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuSwitchContext")]
    public static extern void SwitchContext(void* from, void* to);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuSwitchContextFromInterrupt")]
    public static extern void SwitchContextFromInterrupt(void* from, void* to);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuSwitchContextAndUnmask")]
    public static extern byte SwitchContextAndUnmask(void* from, void* to);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuContextStartAddress")]
    public static extern nuint ContextStartAddress();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "InterruptStubsAddress")]
    public static extern nuint InterruptStubsAddress();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "InterfaceDispatchCacheAddress")]
    public static extern void* InterfaceDispatchCacheAddress();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "ImageLayoutAddress")]
    public static extern ImageLayout* ImageLayoutAddress();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "ClassLibraryFunctionsAddress")]
    public static extern nuint* ClassLibraryFunctionsAddress();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuThreadSlot")]
    public static extern nuint ThreadSlot(nint offset);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuSetThreadSlot")]
    public static extern void SetThreadSlot(nint offset, nuint value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuCaptureFrame")]
    public static extern void CaptureFrame(out nuint instruction, out nuint stack, out nuint frame);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "memset")]
    public static extern void* Fill(void* destination, int value, nuint bytes);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "memmove")]
    public static extern void* Move(void* destination, void* source, nuint bytes);
}
