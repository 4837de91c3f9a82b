using System;

namespace Cosmos.Core;

/// <summary>
/// Power off and reset through the firmware's tables (ACPI specification 6.4: 5.2.5 root pointer, 5.2.9 fixed description table, 7.4.2
/// sleep states). The tables are read once at boot; afterwards it is a matter of writing a port.
/// </summary>
/// <remarks>
/// The value that means "soft off" is an object named <c>_S5_</c> in the table's byte code. It is found by its name and the package
/// operator behind it, not by interpreting the code, which is what small kernels do and which fails cleanly: without it,
/// <see cref="Shutdown"/> says that it can't.
/// </remarks>
public static unsafe class ACPI
{
    private const int SleepEnable = 1 << 13;
    private const int SleepTypeShift = 10;
    private const int FixedTableDsdt = 40;
    private const int FixedTableSmiPort = 48;
    private const int FixedTableEnableValue = 52;
    private const int FixedTableControlA = 64;
    private const int FixedTableControlB = 68;
    private const int HeaderBytes = 36;
    private const int SciEnabled = 1;
    private const byte PackageOperator = 0x12;
    private const byte BytePrefix = 0x0A;
    private const uint FixedSignature = 0x50434146;     // "FACP"
    private const int KeyboardCommand = 0x64;
    private const byte PulseReset = 0xFE;
    private const int ResetControl = 0xCF9;
    private const byte FullReset = 0x06;
    private const int LongestWait = 1_000_000;

    private static ushort s_controlA;
    private static ushort s_controlB;
    private static ushort s_sleepTypeA;
    private static ushort s_sleepTypeB;
    private static ushort s_smiPort;
    private static byte s_enableValue;

    /// <summary>Whether <see cref="Shutdown"/> can work here.</summary>
    public static bool CanShutDown => s_controlA != 0;

    /// <summary>Switches the machine off. Returns only if it can't. Any context.</summary>
    public static void Shutdown()
    {
        if (!CanShutDown)
        {
            return;
        }

        nuint state = X86Processor.Instance.MaskInterrupts();
        if (s_smiPort != 0 && s_enableValue != 0 && (IOPort.Read16(s_controlA) & SciEnabled) == 0)
        {
            IOPort.Write8(s_smiPort, s_enableValue);
            for (int i = 0; i < LongestWait && (IOPort.Read16(s_controlA) & SciEnabled) == 0; i++)
            {
                IOPort.Wait();
            }
        }

        IOPort.Write16(s_controlA, (ushort)(s_sleepTypeA << SleepTypeShift | SleepEnable));
        if (s_controlB != 0)
        {
            IOPort.Write16(s_controlB, (ushort)(s_sleepTypeB << SleepTypeShift | SleepEnable));
        }

        // The power goes some time after the write.
        for (int i = 0; i < LongestWait; i++)
        {
            IOPort.Wait();
        }

        X86Processor.Instance.RestoreInterrupts(state);
    }

    /// <summary>Resets the machine: chipset, then keyboard controller. Returns only if neither works. Any context.</summary>
    public static void Reboot()
    {
        nuint state = X86Processor.Instance.MaskInterrupts();
        IOPort.Write8(ResetControl, FullReset);
        for (int i = 0; i < LongestWait / 10; i++)
        {
            IOPort.Wait();
        }

        IOPort.Write8(KeyboardCommand, PulseReset);
        for (int i = 0; i < LongestWait; i++)
        {
            IOPort.Wait();
        }

        X86Processor.Instance.RestoreInterrupts(state);
    }

    /// <summary>Reads the tables. Once, while all memory is still mapped.</summary>
    internal static void Init(nuint rootPointer)
    {
        if (rootPointer == 0)
        {
            return;
        }

        byte* fixedTable = FindFixedTable((byte*)rootPointer);
        if (fixedTable is null)
        {
            return;
        }

        var code = (byte*)(nuint)(*(uint*)(fixedTable + FixedTableDsdt));
        if (!IsReachable((nuint)code)
            || !FindSoftOff(new ReadOnlySpan<byte>(code + HeaderBytes, Math.Max(0, *(int*)(code + 4) - HeaderBytes))))
        {
            return;
        }

        s_controlA = (ushort)*(uint*)(fixedTable + FixedTableControlA);
        s_controlB = (ushort)*(uint*)(fixedTable + FixedTableControlB);
        s_smiPort = (ushort)*(uint*)(fixedTable + FixedTableSmiPort);
        s_enableValue = fixedTable[FixedTableEnableValue];
    }

    private static byte* FindFixedTable(byte* root)
    {
        byte revision = root[15];
        nuint extended = revision >= 2 ? (nuint)(*(ulong*)(root + 24)) : 0;
        nuint table = extended != 0 && IsReachable(extended) ? extended : *(uint*)(root + 16);
        int width = table == extended ? sizeof(ulong) : sizeof(uint);
        if (!IsReachable(table))
        {
            return null;
        }

        int length = *(int*)(table + 4);
        for (int at = HeaderBytes; at + width <= length; at += width)
        {
            byte* entry = (byte*)table + at;
            nuint address = width == sizeof(ulong) ? (nuint)(*(ulong*)entry) : *(uint*)entry;
            if (IsReachable(address) && *(uint*)address == FixedSignature)
            {
                return (byte*)address;
            }
        }

        return null;
    }

    private static bool FindSoftOff(ReadOnlySpan<byte> code)
    {
        int at = code.IndexOf("_S5_"u8);
        if (at < 0 || at + 12 > code.Length || code[at + 4] != PackageOperator)
        {
            return false;
        }

        // Package length: the top two bits of its first byte tell how many follow. Then the number of elements.
        at += 5;
        at += 1 + (code[at] >> 6) + 1;
        s_sleepTypeA = ReadSmallInteger(code, ref at);
        s_sleepTypeB = ReadSmallInteger(code, ref at);
        return true;
    }

    private static ushort ReadSmallInteger(ReadOnlySpan<byte> code, ref int at)
    {
        if (at < code.Length && code[at] == BytePrefix)
        {
            at++;
        }

        byte value = at < code.Length ? code[at] : (byte)0;
        at++;
        return (ushort)(value & 7);
    }

    /// <summary>The boot page tables reach 4 GiB; page zero holds no table.</summary>
    private static bool IsReachable(nuint address) => address >= Paging.PageBytes && address < uint.MaxValue - 1024 * 1024;
}
