using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Reservoir.Storage;

/// <summary>
/// The checksum of everything the recorder writes: CRC-32C, the Castagnoli polynomial (RFC 3720 section 12.1), which the processor computes eight bytes at a time.
/// </summary>
/// <remarks>Any context; cost proportional to the length. Every burst of wrong bits up to 32 long is noticed.</remarks>
public static class Crc32C
{
    /// <summary>What a computation begins with.</summary>
    public const uint Seed = uint.MaxValue;

    /// <summary>Computes the checksum of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Finish(Add(Seed, bytes));

    /// <summary>Adds some bytes to a computation.</summary>
    /// <param name="state"><see cref="Seed"/>, or what an earlier call returned.</param>
    /// <param name="bytes">The bytes.</param>
    public static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes.Slice(sizeof(ulong));
        }

        foreach (byte value in bytes)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return state;
    }

    /// <summary>Ends a computation.</summary>
    /// <param name="state">What <see cref="Add"/> returned.</param>
    public static uint Finish(uint state) => ~state;
}
