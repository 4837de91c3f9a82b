using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reservoir.Network.Wire;

/// <summary>
/// The checksum of IPv4, ICMP and UDP (RFC 1071): the ones' complement of the ones' complement sum of all 16-bit words.
/// </summary>
/// <remarks>
/// The sum does not depend on the byte order in which the words are read, as long as it is stored in the same order (RFC 1071 section 2 B),
/// and carries may be deferred (section 2 C). So four bytes at a time are added to 64 bits in the processor's own order, which can't
/// overflow before 16 GiB; the carries are folded in at the end. Sums of several pieces add up if all pieces but the last have an even
/// length. Any context; cost proportional to the length, two instructions for four bytes.
/// </remarks>
public static class InternetChecksum
{
    /// <summary>Multiples of 65,535 in 64 bits, zero not counted.</summary>
    private const ulong Multiples = ulong.MaxValue / ushort.MaxValue;

    /// <summary>Times 65,535 it is one, modulo 2^64.</summary>
    private const ulong InverseOfAllOnes = 0xFFFE_FFFE_FFFE_FFFF;

    /// <summary>Computes the checksum of some bytes, to be stored in a field that was zero.</summary>
    /// <param name="bytes">The bytes.</param>
    public static ushort Compute(ReadOnlySpan<byte> bytes) => Finish(Add(0, bytes));

    /// <summary>Whether bytes that contain their own checksum are undamaged (RFC 1071 section 1, step 3).</summary>
    /// <param name="bytes">The bytes, the checksum field among them.</param>
    public static bool Verify(ReadOnlySpan<byte> bytes) => IsRight(Add(0, bytes));

    /// <summary>Adds some bytes to a sum; an odd one at the end counts as if a zero followed.</summary>
    /// <param name="sum">Zero, or what an earlier call returned.</param>
    /// <param name="bytes">The bytes.</param>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> bytes) => AddInline(sum, bytes);

    /// <summary>The same in the caller's own code: for where nearly every datagram comes by, since of a short one's sum the call would be a
    /// third.</summary>
    /// <param name="sum">Zero, or what an earlier call returned.</param>
    /// <param name="bytes">The bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong AddInline(ulong sum, ReadOnlySpan<byte> bytes)
    {
        foreach (ref readonly Block block in MemoryMarshal.Cast<byte, Block>(bytes))
        {
            sum = block.AddTo(sum);
        }

        // Not a whole block: words of 32 bits, then one of 16, then a byte.
        int length = bytes.Length;
        if ((length & (Block.Bytes - sizeof(uint))) != 0)
        {
            foreach (uint word in MemoryMarshal.Cast<byte, uint>(bytes.Slice(length & ~(Block.Bytes - 1))))
            {
                sum += word;
            }
        }

        if ((length & sizeof(ushort)) != 0)
        {
            sum += MemoryMarshal.Read<ushort>(bytes.Slice(length & ~(sizeof(uint) - 1)));
        }

        if ((length & 1) != 0)
        {
            byte last = bytes[length - 1];
            sum += BitConverter.IsLittleEndian ? last : (uint)last << 8;
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

    /// <summary>Whether a sum that contains its own checksum is right: folded to 16 bits it has only ones (RFC 1071 section 1, step
    /// 3).</summary>
    /// <remarks>
    /// Folding keeps the remainder modulo 65,535, because 65,536 is one more, and makes zero of nothing but zero. So the sums that have
    /// only ones when they are folded are the multiples of 65,535 but zero. Multiplied by the inverse of 65,535 modulo 2^64, its n-th
    /// multiple gives n, and nothing else gives so small a number (Granlund and Montgomery, <em>Division by Invariant Integers using
    /// Multiplication</em>, 1994, section 9).
    /// </remarks>
    /// <param name="sum">The sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsRight(ulong sum) => sum * InverseOfAllOnes - 1 < Multiples;

    /// <summary>Turns a sum of words as numbers into one of the same words in the processor's order (RFC 1071 section 2 B).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SwapBytesOfWords(ulong sum)
    {
        sum = (sum & uint.MaxValue) + (sum >> 32);
        sum = (sum & uint.MaxValue) + (sum >> 32);
        return BinaryPrimitives.ReverseEndianness((uint)sum);
    }

    /// <summary>So many bytes at once: one step of the loop.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1, Size = Bytes)]
    private readonly struct Block
    {
        public const int Bytes = 8 * sizeof(uint);

        private readonly uint _word0;
        private readonly uint _word1;
        private readonly uint _word2;
        private readonly uint _word3;
        private readonly uint _word4;
        private readonly uint _word5;
        private readonly uint _word6;
        private readonly uint _word7;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong AddTo(ulong sum) => sum + _word0 + _word1 + _word2 + _word3 + _word4 + _word5 + _word6 + _word7;
    }
}
