using System;

namespace Reservoir.Partitions;

/// <summary>The checksum of GUID partition tables: CRC-32 with the polynomial of Ethernet, 04C11DB7h, reflected (UEFI specification 2.10,
/// 5.3.2; RFC 1952 section 8). Any context; cost proportional to the length.</summary>
public static class Crc32
{
    /// <summary>What a computation begins with.</summary>
    public const uint Seed = uint.MaxValue;

    private const uint Polynomial = 0xEDB8_8320;
    private const int BitsPerByte = 8;

    /// <summary>Computes the checksum of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Finish(Add(Seed, bytes));

    /// <summary>Adds some bytes to a computation.</summary>
    /// <param name="state"><see cref="Seed"/>, or what an earlier call returned.</param>
    /// <param name="bytes">The bytes.</param>
    public static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            state ^= value;
            for (int i = 0; i < BitsPerByte; i++)
            {
                state = (state >> 1) ^ ((state & 1) != 0 ? Polynomial : 0);
            }
        }

        return state;
    }

    /// <summary>Ends a computation.</summary>
    /// <param name="state">What <see cref="Add"/> returned.</param>
    public static uint Finish(uint state) => ~state;
}
