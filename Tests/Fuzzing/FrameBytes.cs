using System;
using System.Buffers.Binary;

namespace Reservoir.Tests.Fuzzing;

/// <summary>Frames made by hand, with checksums computed by the plainest rule (RFC 1071 section 4.1), independent of the
/// kernel's.</summary>
internal static class FrameBytes
{
    public const int Ethernet = 14;
    public const int Ipv4 = 20;
    public const int Udp = 8;

    public static byte[] Link(ReadOnlySpan<byte> destination, ReadOnlySpan<byte> source, ushort type, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[Ethernet + payload.Length];
        destination.CopyTo(frame);
        source.CopyTo(frame.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), type);
        payload.CopyTo(frame.AsSpan(Ethernet));
        return frame;
    }

    public static byte[] Internet(uint source, uint destination, byte protocol, ReadOnlySpan<byte> payload, ushort id = 0,
        ushort flagsAndOffset = 0, byte[]? options = null)
    {
        int header = Ipv4 + (options?.Length ?? 0);
        byte[] datagram = new byte[header + payload.Length];
        datagram[0] = (byte)(0x40 | header / 4);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)datagram.Length);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), id);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), flagsAndOffset);
        datagram[8] = 64;
        datagram[9] = protocol;
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(12), source);
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(16), destination);
        options?.CopyTo(datagram, Ipv4);
        payload.CopyTo(datagram.AsSpan(header));
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(10), Checksum(datagram.AsSpan(0, header)));
        return datagram;
    }

    public static byte[] User(uint source, uint destination, ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> data)
    {
        byte[] datagram = new byte[Udp + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        data.CopyTo(datagram.AsSpan(Udp));
        ushort checksum = UdpChecksum(datagram, source, destination);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), checksum == 0 ? ushort.MaxValue : checksum);
        return datagram;
    }

    public static byte[] Control(byte type, byte code, ReadOnlySpan<byte> rest)
    {
        byte[] message = new byte[4 + rest.Length];
        message[0] = type;
        message[1] = code;
        rest.CopyTo(message.AsSpan(4));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        return message;
    }

    public static byte[] Resolution(ushort operation, ReadOnlySpan<byte> senderStation, uint sender, ReadOnlySpan<byte> targetStation,
        uint target)
    {
        byte[] packet = [0, 1, 8, 0, 6, 4, .. new byte[22]];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), operation);
        senderStation.CopyTo(packet.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(14), sender);
        targetStation.CopyTo(packet.AsSpan(18));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(24), target);
        return packet;
    }

    public static ushort UdpChecksum(ReadOnlySpan<byte> datagram, uint source, uint destination) =>
        Finish(Sum(datagram) + (source >> 16) + (source & 0xFFFF) + (destination >> 16) + (destination & 0xFFFF) + 17
            + (uint)datagram.Length);

    public static ushort Checksum(ReadOnlySpan<byte> bytes) => Finish(Sum(bytes));

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.IsEmpty ? sum : sum + ((uint)bytes[0] << 8);
    }

    private static ushort Finish(uint sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
