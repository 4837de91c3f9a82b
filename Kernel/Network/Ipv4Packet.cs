using System;
using System.Buffers.Binary;

namespace Reservoir.Network;

/// <summary>
/// A view of an IPv4 datagram (RFC 791 section 3.1) that is complete, undamaged and not a fragment. Only <see cref="Parse"/> makes one with content.
/// </summary>
/// <remarks>
/// The time to live is not looked at: a host must take a datagram that has reached it, also with zero (RFC 1122 section 3.2.1.7). Whom
/// the addresses name is the receiver's business. Any context; cost proportional to the header's length.
/// </remarks>
public readonly ref struct Ipv4Packet
{
    /// <summary>Bytes of a header without options, five words of 32 bits.</summary>
    public const int MinimumHeaderLength = 20;

    private const int DefaultTimeToLive = 64;
    private const ushort DontFragment = 0x4000;
    private const ushort FragmentMask = 0x3FFF;
    private const byte ServiceClassMask = 0xFC;
    private const int TypeOfServiceOffset = 1;
    private const int TotalLengthOffset = 2;
    private const int FragmentOffset = 6;
    private const int TimeToLiveOffset = 8;
    private const int ProtocolOffset = 9;
    private const int ChecksumOffset = 10;
    private const int SourceOffset = 12;
    private const int DestinationOffset = 16;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _headerLength;

    private Ipv4Packet(ReadOnlySpan<byte> bytes, int headerLength)
    {
        _bytes = bytes;
        _headerLength = headerLength;
    }

    /// <summary>Type of Service, of which an answer keeps all but the two congestion bits (RFC 1122 section 3.2.2, RFC 3168 section 5).</summary>
    public byte TypeOfService => (byte)(_bytes[TypeOfServiceOffset] & ServiceClassMask);

    /// <summary>Protocol: what the datagram carries.</summary>
    public Ipv4Protocol Protocol => (Ipv4Protocol)_bytes[ProtocolOffset];

    /// <summary>Source Address.</summary>
    public Ipv4Address Source => Ipv4Address.Read(_bytes.Slice(SourceOffset));

    /// <summary>Destination Address.</summary>
    public Ipv4Address Destination => Ipv4Address.Read(_bytes.Slice(DestinationOffset));

    /// <summary>Options, possibly none.</summary>
    public ReadOnlySpan<byte> Options => _bytes.Slice(MinimumHeaderLength, _headerLength - MinimumHeaderLength);

    /// <summary>What follows the header, up to the total length.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.Slice(_headerLength);

    /// <summary>Views some bytes as a datagram; filling behind its total length is ignored.</summary>
    /// <param name="bytes">The payload of a frame.</param>
    /// <param name="packet">The datagram; empty if it is dropped.</param>
    /// <param name="isChecked">Whether the device has found the header's checksum right.</param>
    /// <returns><see cref="DropReason.None"/>, or what is wrong.</returns>
    public static DropReason Parse(ReadOnlySpan<byte> bytes, out Ipv4Packet packet, bool isChecked = false)
    {
        packet = default;
        if (bytes.Length < MinimumHeaderLength)
        {
            return DropReason.Ipv4Truncated;
        }

        if (bytes[0] >> 4 != 4)
        {
            return DropReason.Ipv4Version;
        }

        int headerLength = (bytes[0] & 0xF) * sizeof(uint);
        if (headerLength < MinimumHeaderLength || headerLength > bytes.Length)
        {
            return DropReason.Ipv4HeaderLength;
        }

        if (!isChecked && !InternetChecksum.Verify(bytes.Slice(0, headerLength)))
        {
            return DropReason.Ipv4Checksum;
        }

        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(TotalLengthOffset));
        if (totalLength < headerLength || totalLength > bytes.Length)
        {
            return DropReason.Ipv4TotalLength;
        }

        DropReason options = Ipv4Options.Check(bytes.Slice(MinimumHeaderLength, headerLength - MinimumHeaderLength));
        if (options != DropReason.None)
        {
            return options;
        }

        if ((BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(FragmentOffset)) & FragmentMask) != 0)
        {
            return DropReason.Ipv4Fragment;
        }

        packet = new Ipv4Packet(bytes.Slice(0, totalLength), headerLength);
        return DropReason.None;
    }

    /// <summary>
    /// Writes a header without options, with its checksum. The datagram may not be fragmented, so that its identification means
    /// nothing and is zero (RFC 6864 section 4.1).
    /// </summary>
    /// <param name="bytes">At least <see cref="MinimumHeaderLength"/> bytes.</param>
    /// <param name="typeOfService">Type of Service.</param>
    /// <param name="protocol">What the datagram carries.</param>
    /// <param name="source">Source Address.</param>
    /// <param name="destination">Destination Address.</param>
    /// <param name="payloadLength">Bytes behind the header, 0 to 65,515.</param>
    public static void WriteHeader(
        Span<byte> bytes,
        byte typeOfService,
        Ipv4Protocol protocol,
        Ipv4Address source,
        Ipv4Address destination,
        int payloadLength)
    {
        Span<byte> header = bytes.Slice(0, MinimumHeaderLength);
        header.Clear();
        header[0] = (4 << 4) | (MinimumHeaderLength / sizeof(uint));
        header[TypeOfServiceOffset] = typeOfService;
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(TotalLengthOffset), (ushort)(MinimumHeaderLength + payloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(FragmentOffset), DontFragment);
        header[TimeToLiveOffset] = DefaultTimeToLive;
        header[ProtocolOffset] = (byte)protocol;
        source.Write(header.Slice(SourceOffset));
        destination.Write(header.Slice(DestinationOffset));
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(ChecksumOffset), InternetChecksum.Compute(header));
    }

    /// <summary>Clears the checksum of a header that was written, for a device to insert it.</summary>
    /// <param name="bytes">The header.</param>
    internal static void ClearChecksum(Span<byte> bytes) => BinaryPrimitives.WriteUInt16BigEndian(bytes.Slice(ChecksumOffset), 0);
}
