using System;
using System.Buffers.Binary;

namespace Reservoir.Network.Wire;

/// <summary>A view of an ICMP message whose checksum is right (RFC 792). Only <see cref="Parse"/> makes one with content. Any
/// context.</summary>
public readonly ref struct IcmpPacket
{
    /// <summary>Bytes of type, code, checksum and the four that each type uses in its own way.</summary>
    public const int HeaderLength = 8;

    /// <summary>How many bytes of a datagram's data an error about it quotes, besides the header (RFC 792).</summary>
    public const int QuotedData = 8;

    /// <summary>The most bytes of an error as this host writes it.</summary>
    public const int MaximumErrorLength = HeaderLength + Ipv4Packet.MaximumHeaderLength + QuotedData;

    private const int ChecksumOffset = 2;
    private const int RestOffset = 4;
    private readonly ReadOnlySpan<byte> _bytes;

    private IcmpPacket(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>Type.</summary>
    public IcmpType Type => (IcmpType)_bytes[0];

    /// <summary>Code; zero in an echo.</summary>
    public byte Code => _bytes[1];

    /// <summary>Everything behind the checksum: in an echo the identifier, the sequence number and the data, all of which a reply returns
    /// (RFC 1122 section 3.2.2.6).</summary>
    public ReadOnlySpan<byte> Rest => _bytes.Slice(RestOffset);

    /// <summary>What follows the header: in an error the beginning of the datagram that it is about, in an echo the data.</summary>
    public ReadOnlySpan<byte> Data => _bytes.Slice(HeaderLength);

    /// <summary>Whether a type tells of an error, so that no error may be sent about it (RFC 1122 section 3.2.2).</summary>
    /// <param name="type">The type.</param>
    public static bool IsError(IcmpType type) =>
        type is IcmpType.DestinationUnreachable or IcmpType.SourceQuench or IcmpType.Redirect or IcmpType.TimeExceeded
            or IcmpType.ParameterProblem;

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

    /// <summary>
    /// Writes the header of the reply to this echo request; the data behind it are the request's. The checksum is the request's, less what
    /// the type has changed by (RFC 1624 section 3, equation 3), so that the data need not be added up again.
    /// </summary>
    /// <param name="header">At least <see cref="HeaderLength"/> bytes.</param>
    public void WriteEchoReplyHeader(Span<byte> header)
    {
        uint was = (uint)IcmpType.EchoRequest << 8;
        uint sum = (ushort)~BinaryPrimitives.ReadUInt16BigEndian(_bytes.Slice(ChecksumOffset)) + (uint)(ushort)~was;
        sum = (sum & ushort.MaxValue) + (sum >> 16);
        _bytes.Slice(0, HeaderLength).CopyTo(header);
        header[0] = (byte)IcmpType.EchoReply;

        // The two zeros of ones' complement: all ones is right whatever the rest is, zero isn't if the rest is nothing but zeros.
        ushort checksum = (ushort)~sum;
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(ChecksumOffset), checksum == 0 ? ushort.MaxValue : checksum);
    }

    /// <summary>Writes an error about a datagram.</summary>
    /// <param name="bytes">At least <see cref="MaximumErrorLength"/> bytes.</param>
    /// <param name="type">What kind of error.</param>
    /// <param name="code">Which of that kind.</param>
    /// <param name="header">The datagram's header, at most 60 bytes.</param>
    /// <param name="payload">Its data; the first <see cref="QuotedData"/> bytes are quoted.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteError(Span<byte> bytes, IcmpType type, byte code, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        payload = payload.Slice(0, Math.Min(payload.Length, QuotedData));
        Span<byte> message = bytes.Slice(0, HeaderLength + header.Length + payload.Length);
        message.Slice(0, HeaderLength).Clear();
        message[0] = (byte)type;
        message[1] = code;
        header.CopyTo(message.Slice(HeaderLength));
        payload.CopyTo(message.Slice(HeaderLength + header.Length));
        BinaryPrimitives.WriteUInt16BigEndian(message.Slice(ChecksumOffset), InternetChecksum.Compute(message));
        return message.Length;
    }
}
