using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>Registers of devices that are reached as memory: each access is done once, in its place, with exactly the width asked for. Any
/// context.</summary>
/// <remarks>
/// A write is one instruction: what <see cref="Volatile"/> promises of a word of the processor's size or less is just that (ECMA-335,
/// I.12.6.6 and I.12.6.7). A read is a call, because a compiler that sees that nobody wants the value may read another width, or not at
/// all.
/// </remarks>
[AllocationFree]
public static unsafe class Mmio
{
    /// <summary>Makes a device's registers accessible, uncached. Boot context.</summary>
    /// <param name="physical">First address.</param>
    /// <param name="bytes">Length in bytes.</param>
    /// <returns>False if <see cref="Paging.Map"/> refuses.</returns>
    public static bool Map(nuint physical, nuint bytes) => Paging.Map(physical, bytes, PageAccess.Device);

    /// <summary>Reads 8 bits.</summary>
    /// <param name="address">The register's address.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuLoad8")]
    public static extern byte Read8(nuint address);

    /// <summary>Reads 16 bits.</summary>
    /// <param name="address">The register's address, a multiple of 2.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuLoad16")]
    public static extern ushort Read16(nuint address);

    /// <summary>Reads 32 bits.</summary>
    /// <param name="address">The register's address, a multiple of 4.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuLoad32")]
    public static extern uint Read32(nuint address);

    /// <summary>Reads 64 bits.</summary>
    /// <param name="address">The register's address, a multiple of 8.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuLoad64")]
    public static extern ulong Read64(nuint address);

    /// <summary>Writes 8 bits.</summary>
    /// <param name="address">The register's address.</param>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write8(nuint address, byte value) => Volatile.Write(ref *(byte*)address, value);

    /// <summary>Writes 16 bits.</summary>
    /// <param name="address">The register's address, a multiple of 2.</param>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write16(nuint address, ushort value) => Volatile.Write(ref *(ushort*)address, value);

    /// <summary>Writes 32 bits.</summary>
    /// <param name="address">The register's address, a multiple of 4.</param>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write32(nuint address, uint value) => Volatile.Write(ref *(uint*)address, value);

    /// <summary>Writes 64 bits.</summary>
    /// <param name="address">The register's address, a multiple of 8.</param>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write64(nuint address, ulong value) => Volatile.Write(ref *(ulong*)address, value);
}
