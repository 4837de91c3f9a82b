using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reservoir.Network;

/// <summary>
/// The checksum of IPv4, ICMP and UDP (RFC 1071): the ones' complement of the ones' complement sum of all 16-bit words.
/// </summary>
/// <remarks>
/// The sum does not depend on the byte order in which the words are read, as long as it is stored in the same order (RFC 1071 section 2 B), and
/// carries may be deferred (section 2 C). So four bytes at a time are added to 64 bits in the processor's own order, which can't
/// overflow before 16 GiB; the carries are folded in at the end. Sums of several pieces add up if all
/// pieces but the last have an even length. Any context; cost proportional to the length.
/// </remarks>
public static class InternetChecksum
{
    /// <summary>Computes the checksum of some bytes, to be stored in a field that was zero.</summary>
    /// <param name="bytes">The bytes.</param>
    public static ushort Compute(ReadOnlySpan<byte> bytes) => Finish(Add(0, bytes));

    /// <summary>Whether bytes that contain their own checksum are undamaged (RFC 1071 section 1, step 3).</summary>
    /// <param name="bytes">The bytes, the checksum field among them.</param>
    public static bool Verify(ReadOnlySpan<byte> bytes) => Compute(bytes) == 0;

    /// <summary>Adds some bytes to a sum; an odd one at the end counts as if a zero followed.</summary>
    /// <param name="sum">Zero, or what an earlier call returned.</param>
    /// <param name="bytes">The bytes.</param>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        // Two sums, of the even and of the odd words of 32 bits, so that no carry gets lost.
        ulong others = 0;
        foreach (ulong pair in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            sum += (uint)pair;
            others += pair >> 32;
        }

        sum += others;
        ReadOnlySpan<byte> rest = bytes.Slice(bytes.Length & ~(sizeof(ulong) - 1));
        if (rest.Length >= sizeof(uint))
        {
            sum += MemoryMarshal.Read<uint>(rest);
            rest = rest.Slice(sizeof(uint));
        }

        if (rest.Length >= sizeof(ushort))
        {
            sum += MemoryMarshal.Read<ushort>(rest);
            rest = rest.Slice(sizeof(ushort));
        }

        if (!rest.IsEmpty)
        {
            sum += BitConverter.IsLittleEndian ? rest[0] : (uint)rest[0] << 8;
        }

        return sum;
    }

    /// <summary>
    /// Adds the pseudo header that UDP's checksum covers, so that a datagram delivered to the wrong host is noticed (RFC 768, "Fields").
    /// </summary>
    /// <param name="sum">Zero, or what an earlier call returned.</param>
    /// <param name="source">The source address.</param>
    /// <param name="destination">The destination address.</param>
    /// <param name="protocol">The protocol number.</param>
    /// <param name="length">Bytes of header and data, 0 to 65,535.</param>
    public static ulong AddPseudoHeader(ulong sum, Ipv4Address source, Ipv4Address destination, byte protocol, int length)
    {
        ulong header = (ulong)source.Value + destination.Value + ((uint)protocol << 16 | (ushort)length);
        return sum + (BitConverter.IsLittleEndian ? SwapBytesOfWords(header) : header);
    }

    /// <summary>Folds a sum to 16 bits and complements it.</summary>
    /// <param name="sum">The sum.</param>
    /// <returns>The checksum as a number, to be stored with the highest byte first.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Finish(ulong sum)
    {
        sum = (sum & uint.MaxValue) + (sum >> 32);
        sum = (sum & uint.MaxValue) + (sum >> 32);
        sum = (sum & ushort.MaxValue) + (sum >> 16);
        sum = (sum & ushort.MaxValue) + (sum >> 16);
        ushort checksum = (ushort)~sum;
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(checksum) : checksum;
    }

    /// <summary>Turns a sum of words as numbers into one of the same words in the processor's order (RFC 1071 section 2 B).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SwapBytesOfWords(ulong sum)
    {
        sum = (sum & uint.MaxValue) + (sum >> 32);
        sum = (sum & uint.MaxValue) + (sum >> 32);
        return BinaryPrimitives.ReverseEndianness((uint)sum);
    }
}
