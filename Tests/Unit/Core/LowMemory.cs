using System;
using System.Runtime.InteropServices;

namespace Reservoir.Tests.Unit.Core;

/// <summary>Memory of the host below 4 GiB, as a device with 32-bit addresses needs it.</summary>
internal static unsafe class LowMemory
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymousLow = 0x02 | 0x20 | 0x40;

    public static void* Allocate(int bytes)
    {
        void* memory = Map(null, (nuint)bytes, ReadWrite, PrivateAnonymousLow, -1, 0);
        return (nint)memory != -1 ? memory : throw new InvalidOperationException("The host has no memory below 4 GiB.");
    }

    public static void Free(void* memory, int bytes) => _ = Unmap(memory, (nuint)bytes);

    [DllImport("libc", EntryPoint = "mmap")]
    private static extern void* Map(void* address, nuint bytes, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "munmap")]
    private static extern int Unmap(void* address, nuint bytes);
}
