using System;
using System.Buffers.Binary;

namespace Reservoir.Tests.Fuzzing;

/// <summary>Messages of a DHCP server (RFC 2131 section 2), made by hand.</summary>
internal static class DhcpBytes
{
    public const int Transaction = 4;
    public const int YourAddress = 16;
    public const int Name = 44;
    public const int File = 108;
    public const int Options = 240;

    /// <summary>An offer (2), an acknowledgement (5) or a refusal (6) as a decent server sends it.</summary>
    public static byte[] Answer(byte type, uint transaction, FuzzParties parties, uint lease = 3600, uint mask = 0xFFFFFF00,
        byte[]? moreOptions = null)
    {
        byte[] options =
        [
            53, 1, type,
            54, 4, .. Bytes(parties.PeerAddress),
            .. type == 6
                ? [] : (byte[])[51, 4, .. Bytes(lease), 1, 4, .. Bytes(mask), 3, 4, .. Bytes(parties.PeerAddress), 6, 8,
                .. Bytes(parties.PeerAddress), 9, 9, 9, 9],
            .. moreOptions ?? [],
            255,
        ];
        return Message(transaction, type == 6 ? 0 : parties.HostAddress, parties, options);
    }

    /// <summary>A message with any options.</summary>
    public static byte[] Message(uint transaction, uint address, FuzzParties parties, byte[] options)
    {
        byte[] message = new byte[Math.Max(300, Options + options.Length)];
        message[0] = 2;
        message[1] = 1;
        message[2] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(Transaction), transaction);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(YourAddress), address);
        parties.HostStation.CopyTo(message, 28);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(236), 0x63825363);
        options.CopyTo(message, Options);
        return message;
    }

    public static byte[] Bytes(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
