using System;
using System.Buffers.Binary;
using Reservoir.Devices;

namespace Reservoir.Network.Wire;

/// <summary>A view of an ARP packet for IPv4 over Ethernet (RFC 826, "Packet format"). Only <see cref="Parse"/> makes one with content. Any
/// context.</summary>
public readonly ref struct ArpPacket
{
    /// <summary>Bytes of a packet with six-byte and four-byte addresses.</summary>
    public const int Length = 28;

    private const ushort EthernetHardware = 1;
    private const int ProtocolOffset = 2;
    private const int HardwareLengthOffset = 4;
    private const int ProtocolLengthOffset = 5;
    private const int OperationOffset = 6;
    private const int SenderHardwareOffset = 8;
    private const int SenderProtocolOffset = 14;
    private const int TargetHardwareOffset = 18;
    private const int TargetProtocolOffset = 24;
    private readonly ReadOnlySpan<byte> _bytes;

    private ArpPacket(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>ar$op: a request or a reply, nothing else passes <see cref="Parse"/>.</summary>
    public ArpOperation Operation => (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(_bytes.Slice(OperationOffset));

    /// <summary>ar$sha: the sender's Ethernet address.</summary>
    public MacAddress SenderHardware => MacAddress.Read(_bytes.Slice(SenderHardwareOffset));

    /// <summary>ar$spa: the sender's IPv4 address; zero in a probe (RFC 5227 section 2.1.1).</summary>
    public Ipv4Address SenderProtocol => Ipv4Address.Read(_bytes.Slice(SenderProtocolOffset));

    /// <summary>ar$tpa: the IPv4 address that is asked for.</summary>
    public Ipv4Address TargetProtocol => Ipv4Address.Read(_bytes.Slice(TargetProtocolOffset));

    /// <summary>Views some bytes as an ARP packet; filling behind it is ignored.</summary>
    /// <param name="bytes">The payload of a frame.</param>
    /// <param name="packet">The packet; empty if it is dropped.</param>
    /// <returns><see cref="DropReason.None"/>, or what is wrong.</returns>
    public static DropReason Parse(ReadOnlySpan<byte> bytes, out ArpPacket packet)
    {
        packet = default;
        if (bytes.Length < Length)
        {
            return DropReason.ArpTruncated;
        }

        if (BinaryPrimitives.ReadUInt16BigEndian(bytes) != EthernetHardware
            || BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(ProtocolOffset)) != (ushort)EtherType.Ipv4
            || bytes[HardwareLengthOffset] != MacAddress.Length
            || bytes[ProtocolLengthOffset] != Ipv4Address.Length)
        {
            return DropReason.ArpFormat;
        }

        var candidate = new ArpPacket(bytes.Slice(0, Length));
        if (candidate.Operation is not (ArpOperation.Request or ArpOperation.Reply))
        {
            return DropReason.ArpOperation;
        }

        packet = candidate;
        return DropReason.None;
    }

    /// <summary>Writes a packet.</summary>
    /// <param name="bytes">At least <see cref="Length"/> bytes.</param>
    /// <param name="operation">A request or a reply.</param>
    /// <param name="senderHardware">The sender's Ethernet address.</param>
    /// <param name="senderProtocol">The sender's IPv4 address.</param>
    /// <param name="targetHardware">The target's Ethernet address; zero in a request.</param>
    /// <param name="targetProtocol">The target's IPv4 address.</param>
    public static void Write(
        Span<byte> bytes,
        ArpOperation operation,
        MacAddress senderHardware,
        Ipv4Address senderProtocol,
        MacAddress targetHardware,
        Ipv4Address targetProtocol)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, EthernetHardware);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.Slice(ProtocolOffset), (ushort)EtherType.Ipv4);
        bytes[HardwareLengthOffset] = MacAddress.Length;
        bytes[ProtocolLengthOffset] = Ipv4Address.Length;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.Slice(OperationOffset), (ushort)operation);
        senderHardware.Write(bytes.Slice(SenderHardwareOffset));
        senderProtocol.Write(bytes.Slice(SenderProtocolOffset));
        targetHardware.Write(bytes.Slice(TargetHardwareOffset));
        targetProtocol.Write(bytes.Slice(TargetProtocolOffset));
    }
}
