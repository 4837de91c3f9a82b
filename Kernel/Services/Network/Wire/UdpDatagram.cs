using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reservoir.Network.Wire;

/// <summary>
/// A view of a UDP datagram (RFC 768) whose length and checksum are right, with the addresses it travelled between. Only
/// <see cref="Parse"/> makes one with content. Any context.
/// </summary>
public readonly ref struct UdpDatagram
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = UdpHeader.Length;

    /// <summary>The most data in a datagram that Ethernet carries in one frame: 1,472 bytes.</summary>
    public const int MaximumPayload = EthernetFrame.MaximumPayload - Ipv4Packet.MinimumHeaderLength - HeaderLength;

    /// <summary>The most data in a datagram that comes in fragments: 65,507 bytes.</summary>
    public const int MaximumFragmentedPayload = Ipv4Packet.MaximumPayload - HeaderLength;

    private const int DestinationPortOffset = 2;
    private const int LengthOffset = 4;
    private const int ChecksumOffset = 6;
    private readonly ref readonly UdpHeader _header;
    private readonly ReadOnlySpan<byte> _bytes;

    private UdpDatagram(ref readonly UdpHeader header, ReadOnlySpan<byte> bytes, Ipv4Address source, Ipv4Address destination)
    {
        _header = ref header;
        _bytes = bytes;
        Source = source;
        Destination = destination;
    }

    /// <summary>The host it comes from.</summary>
    public Ipv4Address Source { get; }

    /// <summary>The host it is for.</summary>
    public Ipv4Address Destination { get; }

    /// <summary>Source Port: where an answer goes; zero if none is wanted.</summary>
    public ushort SourcePort => _header.SourcePort;

    /// <summary>Destination Port.</summary>
    public ushort DestinationPort => _header.DestinationPort;

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.Slice(HeaderLength);

    /// <summary>Views the payload of an IPv4 datagram as a UDP datagram. Bytes behind the UDP length are ignored; a checksum of zero means
    /// that there is none (RFC 768, "Checksum").</summary>
    /// <param name="bytes">The payload.</param>
    /// <param name="source">The source address of the IPv4 datagram.</param>
    /// <param name="destination">Its destination address.</param>
    /// <param name="datagram">The datagram; empty if it is dropped.</param>
    /// <param name="isChecked">Whether the device has found the checksum right.</param>
    /// <returns><see cref="DropReason.None"/>, or what is wrong.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DropReason Parse(ReadOnlySpan<byte> bytes, Ipv4Address source, Ipv4Address destination, out UdpDatagram datagram,
        bool isChecked = false)
    {
        datagram = default;
        if (bytes.Length < HeaderLength)
        {
            return DropReason.UdpTruncated;
        }

        ref readonly UdpHeader header = ref MemoryMarshal.AsRef<UdpHeader>(bytes);
        int length = header.TotalLength;
        if (length < HeaderLength || length > bytes.Length)
        {
            return DropReason.UdpLength;
        }

        bytes = bytes.Slice(0, length);
        if (!isChecked && header.HasChecksum && !IsSumRight(bytes, source, destination))
        {
            return DropReason.UdpChecksum;
        }

        datagram = new UdpDatagram(in header, bytes, source, destination);
        return DropReason.None;
    }

    /// <summary>Writes a header in front of data that are already in their place, with the checksum over both. One that comes out as zero
    /// is sent as all ones (RFC 768, "Checksum").</summary>
    /// <param name="bytes">Header and data, 8 to 65,515 bytes.</param>
    /// <param name="source">The source address of the IPv4 datagram that will carry it.</param>
    /// <param name="destination">Its destination address.</param>
    /// <param name="sourcePort">Source Port.</param>
    /// <param name="destinationPort">Destination Port.</param>
    /// <param name="deviceFinishes">Whether the device will insert the checksum: then its field gets the pseudo-header's sum.</param>
    public static void WriteHeader(Span<byte> bytes, Ipv4Address source, Ipv4Address destination, ushort sourcePort, ushort destinationPort,
        bool deviceFinishes = false) =>
        WriteHeader(bytes, bytes.Slice(HeaderLength), source, destination, sourcePort, destinationPort, deviceFinishes);

    /// <summary>Writes a header for data that lie elsewhere.</summary>
    /// <param name="header">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="data">The data, 0 to 65,507 bytes.</param>
    /// <param name="source">The source address of the IPv4 datagram that will carry it.</param>
    /// <param name="destination">Its destination address.</param>
    /// <param name="sourcePort">Source Port.</param>
    /// <param name="destinationPort">Destination Port.</param>
    /// <param name="deviceFinishes">Whether the device will insert the checksum: then its field gets the pseudo-header's sum.</param>
    public static void WriteHeader(
        Span<byte> header, ReadOnlySpan<byte> data, Ipv4Address source, Ipv4Address destination, ushort sourcePort, ushort destinationPort,
            bool deviceFinishes = false)
    {
        header = header.Slice(0, HeaderLength);
        int length = HeaderLength + data.Length;
        BinaryPrimitives.WriteUInt16BigEndian(header, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(DestinationPortOffset), destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(LengthOffset), (ushort)length);
        ulong sum = InternetChecksum.AddPseudoHeader(0, source, destination, (byte)Ipv4Protocol.Udp, length);
        if (deviceFinishes)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header.Slice(ChecksumOffset), (ushort)~InternetChecksum.Finish(sum));
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(ChecksumOffset), 0);
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Add(InternetChecksum.Add(sum, header), data));
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(ChecksumOffset), checksum == 0 ? ushort.MaxValue : checksum);
    }

    /// <summary>Views a datagram whose lengths and checksum the caller has looked at.</summary>
    /// <param name="header">Its header, the first of its bytes.</param>
    /// <param name="bytes">Header and data, no more.</param>
    /// <param name="source">The source address of the IPv4 datagram that carries it.</param>
    /// <param name="destination">Its destination address.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static UdpDatagram FromChecked(ref readonly UdpHeader header, ReadOnlySpan<byte> bytes, Ipv4Address source,
        Ipv4Address destination) => new(in header, bytes, source, destination);

    private static bool IsSumRight(ReadOnlySpan<byte> bytes, Ipv4Address source, Ipv4Address destination)
    {
        ulong sum = InternetChecksum.AddPseudoHeader(0, source, destination, (byte)Ipv4Protocol.Udp, bytes.Length);
        return InternetChecksum.IsRight(InternetChecksum.Add(sum, bytes));
    }
}
