using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reservoir.Network.Wire;

/// <summary>
/// A view of an IPv4 datagram, or of a fragment of one, that is complete and undamaged (RFC 791 section 3.1). Only <see cref="Parse"/>
/// makes one with content.
/// </summary>
/// <remarks>
/// The time to live is not looked at: a host must take a datagram that has reached it, also with zero (RFC 1122 section 3.2.1.7). Whom the
/// addresses name is the receiver's business. Any context; cost proportional to the header's length.
/// </remarks>
public readonly ref struct Ipv4Packet
{
    /// <summary>Bytes of a header without options, five words of 32 bits.</summary>
    public const int MinimumHeaderLength = Ipv4Header.Length;

    /// <summary>Bytes of a header with as many options as fit.</summary>
    public const int MaximumHeaderLength = 60;

    /// <summary>The most data of a datagram: what the total length can say, less the shortest header.</summary>
    public const int MaximumPayload = ushort.MaxValue - MinimumHeaderLength;

    /// <summary>As flags and fragment offset: may not be fragmented.</summary>
    public const ushort DontFragment = 0x4000;

    /// <summary>As flags: another fragment follows.</summary>
    public const ushort MoreFragments = 0x2000;

    private const int DefaultTimeToLive = 64;
    private const int TypeOfServiceOffset = 1;
    private const int TotalLengthOffset = 2;
    private const int IdentificationOffset = 4;
    private const int FragmentOffsetOffset = 6;
    private const int TimeToLiveOffset = 8;
    private const int ProtocolOffset = 9;
    private const int ChecksumOffset = 10;
    private const int SourceOffset = 12;
    private const int DestinationOffset = 16;
    private readonly ref readonly Ipv4Header _header;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _headerLength;

    private Ipv4Packet(ref readonly Ipv4Header header, ReadOnlySpan<byte> bytes, int headerLength)
    {
        _header = ref header;
        _bytes = bytes;
        _headerLength = headerLength;
    }

    /// <summary>Type of Service, of which an answer keeps all but the two congestion bits (RFC 1122 section 3.2.2, RFC 3168 section
    /// 5).</summary>
    public byte TypeOfService => _header.TypeOfService;

    /// <summary>Protocol: what the datagram carries.</summary>
    public Ipv4Protocol Protocol => (Ipv4Protocol)_header.Protocol;

    /// <summary>Source Address.</summary>
    public Ipv4Address Source => _header.Source;

    /// <summary>Destination Address.</summary>
    public Ipv4Address Destination => _header.Destination;

    /// <summary>Identification: the same in all fragments of a datagram.</summary>
    public ushort Identification => _header.Identification;

    /// <summary>Whether this is a piece of a larger datagram.</summary>
    public bool IsFragment => _header.IsFragment;

    /// <summary>Fragment Offset in bytes: where the payload belongs in that of the whole datagram.</summary>
    public int FragmentOffset => _header.FragmentOffset;

    /// <summary>Whether another fragment follows.</summary>
    public bool HasMoreFragments => _header.HasMoreFragments;

    /// <summary>The header, options included.</summary>
    public ReadOnlySpan<byte> Header => _bytes.Slice(0, _headerLength);

    /// <summary>Options, possibly none.</summary>
    public ReadOnlySpan<byte> Options => _bytes.Slice(MinimumHeaderLength, _headerLength - MinimumHeaderLength);

    /// <summary>What follows the header, up to the total length.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.Slice(_headerLength);

    /// <summary>Views some bytes as a datagram; filling behind its total length is ignored.</summary>
    /// <param name="bytes">The payload of a frame.</param>
    /// <param name="packet">The datagram; empty if it is dropped.</param>
    /// <param name="isChecked">Whether the device has found the header's checksum right.</param>
    /// <returns><see cref="DropReason.None"/>, or what is wrong.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DropReason Parse(ReadOnlySpan<byte> bytes, out Ipv4Packet packet, bool isChecked = false)
    {
        packet = default;
        if (bytes.Length < MinimumHeaderLength)
        {
            return DropReason.Ipv4Truncated;
        }

        ref readonly Ipv4Header header = ref MemoryMarshal.AsRef<Ipv4Header>(bytes);
        int totalLength = header.TotalLength;
        int headerLength = MinimumHeaderLength;
        if (header.VersionAndLength != Ipv4Header.Plain || !(isChecked || header.IsSumRight) || totalLength < MinimumHeaderLength
            || totalLength > bytes.Length)
        {
            // Everything but a plain and faultless header.
            DropReason reason = CheckHeader(bytes, totalLength, isChecked, out headerLength);
            if (reason != DropReason.None)
            {
                return reason;
            }
        }

        packet = new Ipv4Packet(in header, bytes.Slice(0, totalLength), headerLength);
        return DropReason.None;
    }

    /// <summary>
    /// Writes a header without options, with its checksum. A datagram that may not be fragmented needs no identification (RFC 6864 section
    /// 4.1).
    /// </summary>
    /// <param name="bytes">At least <see cref="MinimumHeaderLength"/> bytes.</param>
    /// <param name="typeOfService">Type of Service.</param>
    /// <param name="protocol">What the datagram carries.</param>
    /// <param name="source">Source Address.</param>
    /// <param name="destination">Destination Address.</param>
    /// <param name="payloadLength">Bytes behind the header, 0 to 65,515.</param>
    /// <param name="identification">Identification, of a fragment.</param>
    /// <param name="flagsAndOffset">Flags, and the fragment's offset in units of eight bytes.</param>
    public static void WriteHeader(
        Span<byte> bytes,
        byte typeOfService,
        Ipv4Protocol protocol,
        Ipv4Address source,
        Ipv4Address destination,
        int payloadLength,
        ushort identification = 0,
        ushort flagsAndOffset = DontFragment)
    {
        Span<byte> header = bytes.Slice(0, MinimumHeaderLength);
        header[0] = Ipv4Header.Plain;
        header[TypeOfServiceOffset] = typeOfService;
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(TotalLengthOffset), (ushort)(MinimumHeaderLength + payloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(IdentificationOffset), identification);
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(FragmentOffsetOffset), flagsAndOffset);
        header[TimeToLiveOffset] = DefaultTimeToLive;
        header[ProtocolOffset] = (byte)protocol;
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(ChecksumOffset), 0);
        source.Write(header.Slice(SourceOffset));
        destination.Write(header.Slice(DestinationOffset));
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(ChecksumOffset), InternetChecksum.Compute(header));
    }

    /// <summary>The same for the header of a datagram that an ICMP error is about: whether it is one, of whatever length the rest
    /// is.</summary>
    /// <param name="bytes">The bytes that the error quotes.</param>
    /// <param name="source">The source address of the datagram.</param>
    /// <returns>False if they begin with no IPv4 header.</returns>
    internal static bool TryReadQuoted(ReadOnlySpan<byte> bytes, out Ipv4Address source)
    {
        source = default;
        if (bytes.Length < MinimumHeaderLength || bytes[0] >> 4 != 4 || (bytes[0] & 0xF) * sizeof(uint) < MinimumHeaderLength)
        {
            return false;
        }

        source = Ipv4Address.Read(bytes.Slice(SourceOffset));
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static DropReason CheckHeader(ReadOnlySpan<byte> bytes, int totalLength, bool isChecked, out int headerLength)
    {
        headerLength = (bytes[0] & 0xF) * sizeof(uint);
        if (bytes[0] >> 4 != 4)
        {
            return DropReason.Ipv4Version;
        }

        if (headerLength < MinimumHeaderLength || headerLength > bytes.Length)
        {
            return DropReason.Ipv4HeaderLength;
        }

        if (!isChecked && !InternetChecksum.Verify(bytes.Slice(0, headerLength)))
        {
            return DropReason.Ipv4Checksum;
        }

        return totalLength < headerLength || totalLength > bytes.Length
            ? DropReason.Ipv4TotalLength
            : Ipv4Options.Check(bytes.Slice(MinimumHeaderLength, headerLength - MinimumHeaderLength));
    }

    /// <summary>Clears the checksum of a header that was written, for a device to insert it.</summary>
    /// <param name="bytes">The header.</param>
    internal static void ClearChecksum(Span<byte> bytes) => BinaryPrimitives.WriteUInt16BigEndian(bytes.Slice(ChecksumOffset), 0);
}
