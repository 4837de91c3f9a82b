using System;
using System.Buffers.Binary;

namespace Reservoir.Network;

/// <summary>A view of an ICMP message whose checksum is right (RFC 792). Only <see cref="Parse"/> makes one with content. Any context.</summary>
public readonly ref struct IcmpPacket
{
    /// <summary>Bytes of type, code, checksum and the four that each type uses in its own way.</summary>
    public const int HeaderLength = 8;

    /// <summary>Type of an echo request.</summary>
    public const byte EchoRequest = 8;

    /// <summary>Type of an echo reply.</summary>
    public const byte EchoReply = 0;

    private const int ChecksumOffset = 2;
    private const int RestOffset = 4;
    private readonly ReadOnlySpan<byte> _bytes;

    private IcmpPacket(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>Type.</summary>
    public byte Type => _bytes[0];

    /// <summary>Code; zero in an echo.</summary>
    public byte Code => _bytes[1];

    /// <summary>Everything behind the checksum: in an echo the identifier, the sequence number and the data, all of which a reply returns (RFC 1122 section 3.2.2.6).</summary>
    public ReadOnlySpan<byte> Rest => _bytes.Slice(RestOffset);

    /// <summary>Views some bytes as an ICMP message.</summary>
    /// <param name="bytes">The payload of a datagram.</param>
    /// <param name="packet">The message; empty if it is dropped.</param>
    /// <returns><see cref="DropReason.None"/>, or what is wrong.</returns>
    public static DropReason Parse(ReadOnlySpan<byte> bytes, out IcmpPacket packet)
    {
        packet = default;
        if (bytes.Length < HeaderLength)
        {
            return DropReason.IcmpTruncated;
        }

        if (!InternetChecksum.Verify(bytes))
        {
            return DropReason.IcmpChecksum;
        }

        packet = new IcmpPacket(bytes);
        return DropReason.None;
    }

    /// <summary>Writes an echo reply.</summary>
    /// <param name="bytes">At least four bytes more than <paramref name="rest"/>.</param>
    /// <param name="rest">What the request had behind its checksum.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteEchoReply(Span<byte> bytes, ReadOnlySpan<byte> rest)
    {
        Span<byte> message = bytes.Slice(0, RestOffset + rest.Length);
        message.Slice(0, RestOffset).Clear();
        message[0] = EchoReply;
        rest.CopyTo(message.Slice(RestOffset));
        BinaryPrimitives.WriteUInt16BigEndian(message.Slice(ChecksumOffset), InternetChecksum.Compute(message));
        return message.Length;
    }
}
