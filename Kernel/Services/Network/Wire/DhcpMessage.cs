using System;
using System.Buffers.Binary;
using Reservoir.Devices;

namespace Reservoir.Network.Wire;

/// <summary>
/// A message of a DHCP server to a client on Ethernet (RFC 2131 section 2) whose options make sense. Only <see cref="Parse"/> makes one
/// with content. Any context.
/// </summary>
internal readonly ref struct DhcpMessage
{
    /// <summary>Bytes before the options.</summary>
    public const int FixedLength = 240;

    /// <summary>Offset of the field chaddr.</summary>
    public const int ClientHardwareOffset = 28;

    /// <summary>Offset of the field ciaddr.</summary>
    public const int ClientAddressOffset = 12;

    /// <summary>Offset of the field xid.</summary>
    public const int TransactionOffset = 4;

    /// <summary>Offset of the field secs.</summary>
    public const int SecondsOffset = 8;

    /// <summary>Offset of the cookie before the options.</summary>
    public const int CookieOffset = 236;

    /// <summary>The cookie: options follow (RFC 2132 section 2).</summary>
    public const uint Cookie = 0x63825363;

    /// <summary>op: from a client.</summary>
    public const byte BootRequest = 1;

    /// <summary>op: from a server.</summary>
    public const byte BootReply = 2;

    /// <summary>htype: Ethernet.</summary>
    public const byte Ethernet = 1;

    private const int YourAddressOffset = 16;
    private const int NameOffset = 44;
    private const int FileOffset = 108;

    private DhcpMessage(uint transaction, MacAddress client, Ipv4Address yourAddress, DhcpOptions options)
    {
        Transaction = transaction;
        Client = client;
        YourAddress = yourAddress;
        Options = options;
    }

    /// <summary>xid: the question that it answers.</summary>
    public uint Transaction { get; }

    /// <summary>chaddr: the client that it is for.</summary>
    public MacAddress Client { get; }

    /// <summary>yiaddr: the address that the client gets.</summary>
    public Ipv4Address YourAddress { get; }

    /// <summary>Everything else.</summary>
    public DhcpOptions Options { get; }

    /// <summary>Views the data of a UDP datagram as a message.</summary>
    /// <param name="bytes">The data.</param>
    /// <param name="message">The message; empty if it is dropped.</param>
    /// <returns><see cref="DropReason.None"/>, or what is wrong.</returns>
    public static DropReason Parse(ReadOnlySpan<byte> bytes, out DhcpMessage message)
    {
        message = default;
        if (bytes.Length < FixedLength)
        {
            return DropReason.DhcpTruncated;
        }

        if (bytes[0] != BootReply || bytes[1] != Ethernet || bytes[2] != MacAddress.Length
            || BinaryPrimitives.ReadUInt32BigEndian(bytes.Slice(CookieOffset)) != Cookie)
        {
            return DropReason.DhcpFormat;
        }

        var options = new DhcpOptions();
        if (!options.TryRead(bytes.Slice(FixedLength), bytes.Slice(FileOffset, CookieOffset - FileOffset),
            bytes.Slice(NameOffset, FileOffset - NameOffset))
            || options.MessageType == DhcpMessageType.None)
        {
            return DropReason.DhcpOptions;
        }

        message = new DhcpMessage(
            BinaryPrimitives.ReadUInt32BigEndian(bytes.Slice(TransactionOffset)),
            MacAddress.Read(bytes.Slice(ClientHardwareOffset)),
            Ipv4Address.Read(bytes.Slice(YourAddressOffset)),
            options);
        return DropReason.None;
    }
}
