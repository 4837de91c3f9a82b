using System;
using System.Buffers.Binary;

namespace Reservoir.Network;

/// <summary>
/// A view of a UDP datagram (RFC 768) whose length and checksum are right, with the addresses it travelled between. Only <see cref="Parse"/> makes one with content. Any context.
/// </summary>
public readonly ref struct UdpDatagram
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 8;

    /// <summary>The most data in a datagram that Ethernet carries in one frame: 1,472 bytes.</summary>
    public const int MaximumPayload = EthernetFrame.MaximumPayload - Ipv4Packet.MinimumHeaderLength - HeaderLength;

    private const int DestinationPortOffset = 2;
    private const int LengthOffset = 4;
    private const int ChecksumOffset = 6;
    private readonly ReadOnlySpan<byte> _bytes;

    private UdpDatagram(ReadOnlySpan<byte> bytes, Ipv4Address source, Ipv4Address destination)
    {
        _bytes = bytes;
        Source = source;
        Destination = destination;
    }

    /// <summary>The host it comes from.</summary>
    public Ipv4Address Source { get; }

    /// <summary>The host it is for.</summary>
    public Ipv4Address Destination { get; }

    /// <summary>Source Port: where an answer goes; zero if none is wanted.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    /// <summary>Destination Port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes.Slice(DestinationPortOffset));

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.Slice(HeaderLength);

    /// <summary>Views the payload of an IPv4 datagram as a UDP datagram. Bytes behind the UDP length are ignored; a checksum of zero means that there is none (RFC 768, "Checksum").</summary>
    /// <param name="bytes">The payload.</param>
    /// <param name="source">The source address of the IPv4 datagram.</param>
    /// <param name="destination">Its destination address.</param>
    /// <param name="datagram">The datagram; empty if it is dropped.</param>
    /// <param name="isChecked">Whether the device has found the checksum right.</param>
    /// <returns><see cref="DropReason.None"/>, or what is wrong.</returns>
    public static DropReason Parse(ReadOnlySpan<byte> bytes, Ipv4Address source, Ipv4Address destination, out UdpDatagram datagram, bool isChecked = false)
    {
        datagram = default;
        if (bytes.Length < HeaderLength)
        {
            return DropReason.UdpTruncated;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(LengthOffset));
        if (length < HeaderLength || length > bytes.Length)
        {
            return DropReason.UdpLength;
        }

        bytes = bytes.Slice(0, length);
        if (!isChecked && BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(ChecksumOffset)) != 0 && Checksum(bytes, source, destination) != 0)
        {
            return DropReason.UdpChecksum;
        }

        datagram = new UdpDatagram(bytes, source, destination);
        return DropReason.None;
    }

    /// <summary>Writes a header in front of data that are already in their place, with the checksum over both. One that comes out as zero is sent as all ones (RFC 768, "Checksum").</summary>
    /// <param name="bytes">Header and data, 8 to 65,515 bytes.</param>
    /// <param name="source">The source address of the IPv4 datagram that will carry it.</param>
    /// <param name="destination">Its destination address.</param>
    /// <param name="sourcePort">Source Port.</param>
    /// <param name="destinationPort">Destination Port.</param>
    /// <param name="deviceFinishes">Whether the device will insert the checksum: then its field gets the pseudo-header's sum.</param>
    public static void WriteHeader(Span<byte> bytes, Ipv4Address source, Ipv4Address destination, ushort sourcePort, ushort destinationPort, bool deviceFinishes = false)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.Slice(DestinationPortOffset), destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.Slice(LengthOffset), (ushort)bytes.Length);
        if (deviceFinishes)
        {
            ulong pseudoHeader = InternetChecksum.AddPseudoHeader(0, source, destination, (byte)Ipv4Protocol.Udp, bytes.Length);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.Slice(ChecksumOffset), (ushort)~InternetChecksum.Finish(pseudoHeader));
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(bytes.Slice(ChecksumOffset), 0);
        ushort checksum = Checksum(bytes, source, destination);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.Slice(ChecksumOffset), checksum == 0 ? ushort.MaxValue : checksum);
    }

    private static ushort Checksum(ReadOnlySpan<byte> bytes, Ipv4Address source, Ipv4Address destination)
    {
        ulong sum = InternetChecksum.AddPseudoHeader(0, source, destination, (byte)Ipv4Protocol.Udp, bytes.Length);
        return InternetChecksum.Finish(InternetChecksum.Add(sum, bytes));
    }
}
