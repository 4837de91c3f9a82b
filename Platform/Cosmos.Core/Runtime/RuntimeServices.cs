using System.Runtime;

namespace Cosmos.Core.Runtime;

/// <summary>The small questions that the class library asks its runtime. Nothing moves and nothing is collected, so most answers are
/// trivial.</summary>
internal static unsafe class RuntimeServices
{
    [RuntimeExport("RhpHandleAlloc")]
    private static void** HandleAlloc(void* target, int kind)
    {
        var handle = (void**)ManagedHeap.TakeUnmanaged((nuint)sizeof(void*));
        if (handle is not null)
        {
            *handle = target;
        }

        return handle;
    }

    [RuntimeExport("RhHandleSet")]
    private static void HandleSet(void** handle, void* target) => *handle = target;

    [RuntimeExport("RhHandleFree")]
    private static void HandleFree(void** handle) => *handle = null;

    [RuntimeExport("RhCurrentOSThreadId")]
    private static ulong CurrentThreadId() => Native.ThreadSlot(Native.ThreadIdSlot);

    [RuntimeExport("RhGetKnobValues")]
    private static uint GetKnobValues(byte*** names, byte*** values)
    {
        *names = null;
        *values = null;
        return 0;
    }

    [RuntimeExport("RhRegisterInlinedThreadStaticRoot")]
    private static void RegisterThreadStaticRoot(void* root, void* typeManager)
    {
    }

    [RuntimeExport("RhSetThreadExitCallback")]
    private static void SetThreadExitCallback(void* callback)
    {
    }

    [RuntimeExport("RhSuppressFinalize")]
    private static void SuppressFinalize(void* target)
    {
    }

    [RuntimeExport("RhReRegisterForFinalize")]
    private static byte ReRegisterForFinalize(void* target) => 1;

    [RuntimeExport("RhpSetThreadDoNotTriggerGC")]
    private static void SetThreadDoNotTriggerCollection()
    {
    }

    [RuntimeExport("RhpGetThreadAbortException")]
    private static void* GetThreadAbortException() => null;

    [RuntimeExport("RhCreateCrashDumpIfEnabled")]
    private static void CreateCrashDump(void* exceptionRecord, void* context)
    {
    }

    [RuntimeExport("RhGetProcessCpuCount")]
    private static int GetProcessorCount() => 1;

    [RuntimeExport("RhGetGcCollectionCount")]
    private static int GetCollectionCount(int generation, byte special) => 0;

    [RuntimeExport("RhGetMaxGcGeneration")]
    private static int GetMaxGeneration() => 0;

    [RuntimeExport("RhpGetGcTotalMemory")]
    private static long GetTotalMemory() => (long)ManagedHeap.BootArenaUsed;

    [RuntimeExport("RhSpinWait")]
    private static void SpinWait(int iterations)
    {
    }

    [RuntimeExport("RhYield")]
    private static byte Yield() => 0;
}
