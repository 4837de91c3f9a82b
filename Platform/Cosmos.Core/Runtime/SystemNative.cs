using System;
using System.Runtime;

namespace Cosmos.Core.Runtime;

/// <summary>
/// What the class library asks of the operating system below it (libSystem.Native), answered by a kernel that has no other below it.
/// Waiting is not offered: the kernel's own semaphores do that, and a managed monitor that had to wait would say so by name
/// (Boot/Runtime.asm).
/// </summary>
internal static unsafe class SystemNative
{
    private static int s_error;
    private static ulong s_random;

    [RuntimeExport("SystemNative_LowLevelMonitor_Create")]
    private static nint MonitorCreate() => 1;

    [RuntimeExport("SystemNative_LowLevelMonitor_Destroy")]
    private static void MonitorDestroy(nint monitor)
    {
    }

    [RuntimeExport("SystemNative_LowLevelMonitor_Acquire")]
    private static void MonitorAcquire(nint monitor)
    {
    }

    [RuntimeExport("SystemNative_LowLevelMonitor_Release")]
    private static void MonitorRelease(nint monitor)
    {
    }

    [RuntimeExport("SystemNative_LowLevelMonitor_Signal_Release")]
    private static void MonitorSignalRelease(nint monitor)
    {
    }

    /// <summary>Seeds hash codes. The time stamp, stirred (splitmix64): not a secret and not needed as one.</summary>
    [RuntimeExport("SystemNative_GetNonCryptographicallySecureRandomBytes")]
    private static void GetRandomBytes(byte* buffer, int length)
    {
        s_random += Native.ReadTimestamp();
        for (int i = 0; i < length; i++)
        {
            s_random += 0x9E3779B97F4A7C15;
            ulong mixed = (s_random ^ (s_random >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            buffer[i] = (byte)(mixed >> 56);
        }
    }

    /// <summary>The raw time stamp: only the class library's own spin heuristics ask.</summary>
    [RuntimeExport("SystemNative_GetTimestamp")]
    private static ulong GetTimestamp() => Native.ReadTimestamp();

    /// <summary>About a millisecond a count: likewise.</summary>
    [RuntimeExport("SystemNative_GetLowResolutionTimestamp")]
    private static long GetLowResolutionTimestamp() => (long)(Native.ReadTimestamp() >> 20);

    [RuntimeExport("SystemNative_GetEnv")]
    private static byte* GetEnvironment(byte* name) => null;

    [RuntimeExport("SystemNative_GetErrNo")]
    private static int GetError() => s_error;

    [RuntimeExport("SystemNative_SetErrNo")]
    private static void SetError(int error) => s_error = error;

    [RuntimeExport("SystemNative_SchedGetCpu")]
    private static int GetProcessor() => 0;

    [RuntimeExport("SystemNative_Malloc")]
    private static void* Malloc(nuint bytes) => ManagedHeap.TakeUnmanaged(bytes);

    [RuntimeExport("SystemNative_Free")]
    private static void Free(void* memory)
    {
    }

    [RuntimeExport("SystemNative_LogError")]
    private static void LogError(byte* text, int length)
    {
        BootConsole.WriteBytes(new ReadOnlySpan<byte>(text, length));
    }
}
