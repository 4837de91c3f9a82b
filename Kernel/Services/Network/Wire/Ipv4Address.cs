using System;
using System.Buffers.Binary;

namespace Reservoir.Network.Wire;

/// <summary>An IPv4 address (RFC 791 section 3.2), kept as a number whose highest byte is the first of the dotted notation.</summary>
/// <remarks>A value; compares in one instruction. Any context.</remarks>
public readonly struct Ipv4Address
{
    /// <summary>Bytes on the wire.</summary>
    public const int Length = 4;

    /// <summary>Characters of the longest text, <c>255.255.255.255</c>.</summary>
    public const int MaximumTextLength = 15;

    private const uint FirstHost = 0x0100_0000;
    private const uint FirstGroup = 0xE000_0000;
    private readonly uint _value;

    /// <summary>Makes an address from a number.</summary>
    /// <param name="value">The first byte of the dotted notation in bits 24 to 31.</param>
    public Ipv4Address(uint value)
    {
        _value = value;
    }

    /// <summary>Makes an address from the four numbers of the dotted notation.</summary>
    /// <param name="a">The first.</param>
    /// <param name="b">The second.</param>
    /// <param name="c">The third.</param>
    /// <param name="d">The fourth.</param>
    public Ipv4Address(byte a, byte b, byte c, byte d)
    {
        _value = ((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d;
    }

    /// <summary>The limited broadcast address 255.255.255.255 (RFC 919 section 7).</summary>
    public static Ipv4Address Broadcast => new(uint.MaxValue);

    /// <summary>The address as a number, the first byte of the dotted notation in bits 24 to 31.</summary>
    public uint Value => _value;

    /// <summary>0.0.0.0, "this host" (RFC 1122 section 3.2.1.3 a).</summary>
    public bool IsZero => _value == 0;

    /// <summary>Any of 0.0.0.0/8, "this network" (RFC 1122 section 3.2.1.3 a and b); no reply can reach it.</summary>
    public bool IsThisNetwork => _value >> 24 == 0;

    /// <summary>Any of 127.0.0.0/8, which must never appear on a wire (RFC 1122 section 3.2.1.3 g).</summary>
    public bool IsLoopback => _value >> 24 == 127;

    /// <summary>Any of 224.0.0.0/4, a group of hosts (RFC 1112 section 4).</summary>
    public bool IsMulticast => _value >> 28 == 0xE;

    /// <summary>Any of 240.0.0.0/4: reserved (RFC 1112 section 4), and the limited broadcast address at its end.</summary>
    public bool IsReserved => _value >> 28 == 0xF;

    /// <summary>255.255.255.255.</summary>
    public bool IsBroadcast => _value == uint.MaxValue;

    /// <summary>Could be the address of one host on some network: not this network, loopback, a group or reserved.</summary>
    public bool IsHost => _value - FirstHost < FirstGroup - FirstHost && !IsLoopback;

    /// <summary>Compares two addresses.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(Ipv4Address left, Ipv4Address right) => left._value == right._value;

    /// <summary>Compares two addresses.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(Ipv4Address left, Ipv4Address right) => left._value != right._value;

    /// <summary>Reads four bytes in the order of the wire.</summary>
    /// <param name="bytes">At least four bytes.</param>
    public static Ipv4Address Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>
    /// Parses <c>10.0.2.15</c>: four decimal numbers up to 255. A leading zero is refused, since some readers take it for octal (RFC 6943
    /// section 3.1.1).
    /// </summary>
    /// <param name="utf8">The text, nothing before or behind it.</param>
    /// <param name="address">The address; zero if the text is not one.</param>
    /// <returns>False if the text is not an address.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Ipv4Address address)
    {
        address = default;
        uint value = 0;
        for (int part = 0; part < Length; part++)
        {
            int end = part < Length - 1 ? utf8.IndexOf((byte)'.') : utf8.Length;
            if (end < 0 || !TryByte(utf8.Slice(0, end), out uint number))
            {
                return false;
            }

            value = (value << 8) | number;
            utf8 = utf8.Slice(Math.Min(end + 1, utf8.Length));
        }

        address = new Ipv4Address(value);
        return true;
    }

    /// <summary>Writes four bytes in the order of the wire.</summary>
    /// <param name="bytes">At least four bytes.</param>
    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt32BigEndian(bytes, _value);

    /// <summary>Writes the address as text, in the form that <see cref="TryParse"/> takes.</summary>
    /// <param name="utf8">At least <see cref="MaximumTextLength"/> bytes.</param>
    /// <returns>The bytes written; zero if they might not fit.</returns>
    public int Format(Span<byte> utf8)
    {
        if (utf8.Length < MaximumTextLength)
        {
            return 0;
        }

        int length = 0;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            uint number = (_value >> shift) & 0xFF;
            if (number >= 100)
            {
                utf8[length++] = (byte)('0' + number / 100);
            }

            if (number >= 10)
            {
                utf8[length++] = (byte)('0' + number / 10 % 10);
            }

            utf8[length++] = (byte)('0' + number % 10);
            if (shift != 0)
            {
                utf8[length++] = (byte)'.';
            }
        }

        return length;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Ipv4Address other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)_value;

    private static bool TryByte(ReadOnlySpan<byte> digits, out uint number)
    {
        number = 0;
        if (digits.Length is 0 or > 3 || (digits.Length > 1 && digits[0] == '0'))
        {
            return false;
        }

        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = number * 10 + (uint)(digit - '0');
        }

        return number <= 255;
    }
}
