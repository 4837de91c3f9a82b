using System.Runtime;
using System.Runtime.CompilerServices;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>Registers of devices that are reached as memory: each access is done once, with exactly the width asked for. Any context.</summary>
[AllocationFree]
public static class Mmio
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
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuStore8")]
    public static extern void Write8(nuint address, byte value);

    /// <summary>Writes 16 bits.</summary>
    /// <param name="address">The register's address, a multiple of 2.</param>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuStore16")]
    public static extern void Write16(nuint address, ushort value);

    /// <summary>Writes 32 bits.</summary>
    /// <param name="address">The register's address, a multiple of 4.</param>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuStore32")]
    public static extern void Write32(nuint address, uint value);

    /// <summary>Writes 64 bits.</summary>
    /// <param name="address">The register's address, a multiple of 8.</param>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuStore64")]
    public static extern void Write64(nuint address, ulong value);
}
