using System;
using System.Buffers.Binary;
using Reservoir.Devices;

namespace Reservoir.Network.Wire;

/// <summary>Writes a client's message (RFC 2131 section 2) into given bytes: first the fixed part, then options one by one, then the end.
/// Any context.</summary>
internal ref struct DhcpWriter
{
    /// <summary>Bytes of a message; shorter ones are lost on some relays of the older protocol (RFC 1542 section 2.1).</summary>
    public const int Length = 300;

    private readonly Span<byte> _bytes;
    private int _end;

    /// <summary>Begins a message.</summary>
    /// <param name="bytes">At least <see cref="Length"/> bytes.</param>
    /// <param name="type">What it wants.</param>
    /// <param name="transaction">xid.</param>
    /// <param name="seconds">secs: how long the client has been asking.</param>
    /// <param name="hardware">The client's Ethernet address.</param>
    /// <param name="own">ciaddr: the client's address, if it has one.</param>
    public DhcpWriter(Span<byte> bytes, DhcpMessageType type, uint transaction, ushort seconds, MacAddress hardware, Ipv4Address own)
    {
        _bytes = bytes.Slice(0, Length);
        _bytes.Clear();
        _bytes[0] = DhcpMessage.BootRequest;
        _bytes[1] = DhcpMessage.Ethernet;
        _bytes[2] = MacAddress.Length;
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.Slice(DhcpMessage.TransactionOffset), transaction);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.Slice(DhcpMessage.SecondsOffset), seconds);
        own.Write(_bytes.Slice(DhcpMessage.ClientAddressOffset));
        hardware.Write(_bytes.Slice(DhcpMessage.ClientHardwareOffset));
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.Slice(DhcpMessage.CookieOffset), DhcpMessage.Cookie);
        _end = DhcpMessage.FixedLength;
        Begin(DhcpOption.MessageType, 1)[0] = (byte)type;
        Span<byte> identifier = Begin(DhcpOption.ClientIdentifier, 1 + MacAddress.Length);
        identifier[0] = DhcpMessage.Ethernet;
        hardware.Write(identifier.Slice(1));
    }

    /// <summary>Adds an address.</summary>
    public void Add(DhcpOption option, Ipv4Address address) => address.Write(Begin(option, Ipv4Address.Length));

    /// <summary>Adds what a client would like to know, and how much it takes.</summary>
    public void AddWishes()
    {
        BinaryPrimitives.WriteUInt16BigEndian(Begin(DhcpOption.MaximumSize, sizeof(ushort)), EthernetFrame.MaximumPayload);
        Span<byte> wishes = Begin(DhcpOption.ParameterList, 6);
        wishes[0] = (byte)DhcpOption.SubnetMask;
        wishes[1] = (byte)DhcpOption.Router;
        wishes[2] = (byte)DhcpOption.NameServer;
        wishes[3] = (byte)DhcpOption.LeaseTime;
        wishes[4] = (byte)DhcpOption.RenewalTime;
        wishes[5] = (byte)DhcpOption.RebindingTime;
    }

    /// <summary>Ends the message.</summary>
    public void End() => _bytes[_end] = (byte)DhcpOption.End;

    private Span<byte> Begin(DhcpOption option, int length)
    {
        _bytes[_end] = (byte)option;
        _bytes[_end + 1] = (byte)length;
        Span<byte> value = _bytes.Slice(_end + 2, length);
        _end += 2 + length;
        return value;
    }
}
