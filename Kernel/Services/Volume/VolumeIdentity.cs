using System;
using System.Buffers.Binary;

namespace Reservoir.Volume;

/// <summary>
/// Chooses the number that tells a volume from every other. Records of the volume that was on the disk before must not pass for the new
/// one's, so the number differs from whatever stands where the old one was. Any context.
/// </summary>
public static class VolumeIdentity
{
    /// <summary>Where a volume's header keeps its number.</summary>
    public const int Offset = 16;

    /// <summary>Chooses a number.</summary>
    /// <param name="formerBlock">Block 0 as it was, 512 bytes.</param>
    /// <param name="nanoseconds">The time, so that two disks with the same content differ.</param>
    /// <returns>Not zero, and not the former volume's.</returns>
    public static ulong Choose(ReadOnlySpan<byte> formerBlock, ulong nanoseconds)
    {
        ulong former = BinaryPrimitives.ReadUInt64LittleEndian(formerBlock.Slice(Offset));

        // A checksum alone would not do: a block that ends with its own checksum has the same one whatever it holds.
        ulong id = Mix(nanoseconds ^ Mix(former ^ Crc32C.Compute(formerBlock)));
        while (id == 0 || id == former)
        {
            id = Mix(id + 1);
        }

        return id;
    }

    // The finaliser of SplitMix64: a bijection that spreads each input bit over all output bits.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
