using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>The two cascaded interrupt controllers (Intel 8259A data sheet). Any context, interrupts masked.</summary>
[AllocationFree]
internal static class PIC
{
    private const int MasterCommand = 0x20;
    private const int MasterData = 0x21;
    private const int SlaveCommand = 0xA0;
    private const int SlaveData = 0xA1;
    private const byte InitialiseCascadedEdge = 0x11;   // ICW1: edge triggered, cascade, ICW4 follows
    private const byte Mode8086 = 0x01;                 // ICW4
    private const byte ReadInService = 0x0B;            // OCW3
    private const byte NonSpecificEnd = 0x20;           // OCW2
    private const int CascadeLine = 2;
    private const int MasterSpuriousLine = 7;
    private const int SlaveSpuriousLine = 15;
    private const int LowestPriorityBit = 0x80;

    /// <summary>Moves the sixteen lines to consecutive vectors and masks all but the cascade.</summary>
    public static void Initialise(byte firstVector)
    {
        WriteSlow(MasterCommand, InitialiseCascadedEdge);
        WriteSlow(SlaveCommand, InitialiseCascadedEdge);
        WriteSlow(MasterData, firstVector);
        WriteSlow(SlaveData, (byte)(firstVector + 8));
        WriteSlow(MasterData, 1 << CascadeLine);
        WriteSlow(SlaveData, CascadeLine);
        WriteSlow(MasterData, Mode8086);
        WriteSlow(SlaveData, Mode8086);
        WriteSlow(MasterData, unchecked((byte)~(1 << CascadeLine)));
        WriteSlow(SlaveData, 0xFF);
    }

    public static void SetMask(int line, bool masked)
    {
        nuint state = Native.MaskInterrupts();
        int port = line < 8 ? MasterData : SlaveData;
        int bit = 1 << (line & 7);
        int mask = IOPort.Read8(port);
        IOPort.Write8(port, (byte)(masked ? mask | bit : mask & ~bit));
        Native.RestoreInterrupts(state);
    }

    /// <summary>
    /// Whether a request vanished before it was acknowledged: the controller then reports its last line without marking it in service. The
    /// master has to be told about a spurious request of the slave.
    /// </summary>
    public static bool IsSpurious(int line)
    {
        return (line & 7) == MasterSpuriousLine && IsNotInService(line);
    }

    private static bool IsNotInService(int line)
    {
        int command = line == MasterSpuriousLine ? MasterCommand : SlaveCommand;
        IOPort.Write8(command, ReadInService);
        if ((IOPort.Read8(command) & LowestPriorityBit) != 0)
        {
            return false;
        }

        if (line == SlaveSpuriousLine)
        {
            IOPort.Write8(MasterCommand, NonSpecificEnd);
        }

        return true;
    }

    public static void EndOfInterrupt(int line)
    {
        if (line >= 8)
        {
            IOPort.Write8(SlaveCommand, NonSpecificEnd);
        }

        IOPort.Write8(MasterCommand, NonSpecificEnd);
    }

    private static void WriteSlow(int port, byte value)
    {
        IOPort.Write8(port, value);
        IOPort.Wait();
    }
}
