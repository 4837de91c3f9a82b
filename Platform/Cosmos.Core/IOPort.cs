using System.Runtime;
using System.Runtime.CompilerServices;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>The processor's input and output ports. Any context; each call is one instruction and its call.</summary>
/// <remarks>
/// Upstream's overloads that fill an array are replaced by pointers (<see cref="ReadMany16"/>): they serve buffers that are not arrays.
/// </remarks>
[AllocationFree]
public static unsafe class IOPort
{
    /// <summary>Reads 8 bits.</summary>
    /// <param name="aPort">The port, 0 to 65535.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuIn8")]
    public static extern byte Read8(int aPort);

    /// <summary>Reads 16 bits.</summary>
    /// <param name="aPort">The port, 0 to 65535.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuIn16")]
    public static extern ushort Read16(int aPort);

    /// <summary>Reads 32 bits.</summary>
    /// <param name="aPort">The port, 0 to 65535.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuIn32")]
    public static extern uint Read32(int aPort);

    /// <summary>Writes 8 bits.</summary>
    /// <param name="aPort">The port, 0 to 65535.</param>
    /// <param name="aData">The value.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuOut8")]
    public static extern void Write8(int aPort, byte aData);

    /// <summary>Writes 16 bits.</summary>
    /// <param name="aPort">The port, 0 to 65535.</param>
    /// <param name="aData">The value.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuOut16")]
    public static extern void Write16(int aPort, ushort aData);

    /// <summary>Writes 32 bits.</summary>
    /// <param name="aPort">The port, 0 to 65535.</param>
    /// <param name="aData">The value.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuOut32")]
    public static extern void Write32(int aPort, uint aData);

    /// <summary>Reads 16-bit words from one port into memory (<c>rep insw</c>).</summary>
    /// <param name="aPort">The port, 0 to 65535.</param>
    /// <param name="destination">Room for <paramref name="words"/> words.</param>
    /// <param name="words">How many words.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuInMany16")]
    public static extern void ReadMany16(int aPort, void* destination, int words);

    /// <summary>Writes 16-bit words from memory to one port (<c>rep outsw</c>).</summary>
    /// <param name="aPort">The port, 0 to 65535.</param>
    /// <param name="source">The words.</param>
    /// <param name="words">How many words.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuOutMany16")]
    public static extern void WriteMany16(int aPort, void* source, int words);

    /// <summary>Reads 32-bit words from one port into memory (<c>rep insd</c>).</summary>
    /// <param name="aPort">The port, 0 to 65535.</param>
    /// <param name="destination">Room for <paramref name="words"/> words.</param>
    /// <param name="words">How many words.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuInMany32")]
    public static extern void ReadMany32(int aPort, void* destination, int words);

    /// <summary>Writes 32-bit words from memory to one port (<c>rep outsd</c>).</summary>
    /// <param name="aPort">The port, 0 to 65535.</param>
    /// <param name="source">The words.</param>
    /// <param name="words">How many words.</param>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "CpuOutMany32")]
    public static extern void WriteMany32(int aPort, void* source, int words);

    /// <summary>Gives a slow device about a microsecond by writing the unused port 80h.</summary>
    public static void Wait() => Write8(0x80, 0);
}
