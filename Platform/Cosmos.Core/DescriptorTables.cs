using System.Runtime.InteropServices;

namespace Cosmos.Core;

/// <summary>
/// The processor's tables: segments (flat), one task state that only names the stack for double faults, and 256 interrupt gates (Intel SDM
/// volume 3, chapters 3, 6 and 7). Filled once, before the first object exists.
/// </summary>
internal static unsafe class DescriptorTables
{
    private const ushort CodeSelector = 0x08;
    private const ushort TaskSelector = 0x18;
    private const ulong FlatCode64 = 0x00209A0000000000;
    private const ulong FlatData = 0x0000920000000000;
    private const ulong AvailableTask64 = 0x0000890000000000;
    private const byte InterruptGate = 0x8E;
    private const int GateCount = 256;
    private const int GateBytes = 16;
    private const int StubBytes = 16;
    private const int DoubleFault = 8;
    private const int NonMaskable = 2;
    private const int MachineCheck = 18;
    private const byte FaultStackIndex = 1;
    private const int TaskStateBytes = 104;
    private const int FaultStackOffset = 36;
    private const int PermissionMapOffset = 102;

    public static void Load()
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        byte* gates = (byte*)image.DescriptorTableRoom;
        ulong* segments = (ulong*)(gates + GateCount * GateBytes);
        byte* task = (byte*)(segments + 8);

        *(nuint*)(task + FaultStackOffset) = image.FaultStackTop;
        *(ushort*)(task + PermissionMapOffset) = TaskStateBytes;
        nuint taskBase = (nuint)task;
        segments[CodeSelector / 8] = FlatCode64;
        segments[2] = FlatData;
        segments[TaskSelector / 8] =
            AvailableTask64 | (TaskStateBytes - 1) | ((taskBase & 0xFFFFFF) << 16) | ((taskBase >> 24 & 0xFF) << 56);
        segments[TaskSelector / 8 + 1] = taskBase >> 32;

        nuint stubs = Native.InterruptStubsAddress();
        for (int i = 0; i < GateCount; i++)
        {
            bool ownStack = i is DoubleFault or NonMaskable or MachineCheck;
            var gate = (Gate*)(gates + i * GateBytes);
            nuint entry = stubs + (nuint)(i * StubBytes);
            gate->OffsetLow = (ushort)entry;
            gate->Selector = CodeSelector;
            gate->StackIndex = ownStack ? FaultStackIndex : (byte)0;
            gate->Type = InterruptGate;
            gate->OffsetMiddle = (ushort)(entry >> 16);
            gate->OffsetHigh = (uint)(entry >> 32);
        }

        TablePointer pointer;
        pointer.Limit = 8 * sizeof(ulong) - 1;
        pointer.Base = (nuint)segments;
        Native.LoadDescriptorTable(&pointer);
        Native.LoadTaskRegister(TaskSelector);
        pointer.Limit = GateCount * GateBytes - 1;
        pointer.Base = (nuint)gates;
        Native.LoadInterruptTable(&pointer);
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct TablePointer
    {
        public ushort Limit;
        public nuint Base;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1, Size = GateBytes)]
    private struct Gate
    {
        public ushort OffsetLow;
        public ushort Selector;
        public byte StackIndex;
        public byte Type;
        public ushort OffsetMiddle;
        public uint OffsetHigh;
    }
}
