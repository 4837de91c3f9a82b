using System;
using System.Buffers.Binary;
using Cosmos.Common;

namespace Reservoir.Devices;

/// <summary>An Ethernet address (IEEE 802, EUI-48): six bytes, kept in the low 48 bits of a word in the order in which they are
/// sent.</summary>
/// <remarks>A value; compares in one instruction. Any context.</remarks>
[AllocationFree]
public readonly struct MacAddress
{
    /// <summary>Bytes on the wire.</summary>
    public const int Length = 6;

    /// <summary>Characters of <c>52:54:00:12:34:56</c>.</summary>
    public const int TextLength = 17;

    private const ulong AllBits = 0xFFFF_FFFF_FFFF;
    private const ulong GroupBit = 0x0100_0000_0000;
    private readonly ulong _value;

    /// <summary>Makes an address from a number.</summary>
    /// <param name="value">The first byte on the wire in bits 40 to 47; bits from 48 up are ignored.</param>
    public MacAddress(ulong value)
    {
        _value = value & AllBits;
    }

    /// <summary>The address that reaches every station.</summary>
    public static MacAddress Broadcast => new(AllBits);

    /// <summary>The address as a number, the first byte on the wire in bits 40 to 47.</summary>
    public ulong Value => _value;

    /// <summary>All bits zero: no station has it.</summary>
    public bool IsZero => _value == 0;

    /// <summary>All bits one.</summary>
    public bool IsBroadcast => _value == AllBits;

    /// <summary>Belongs to a group of stations (IEEE 802, I/G bit), the broadcast address among them. No frame comes from such an
    /// address.</summary>
    public bool IsGroup => (_value & GroupBit) != 0;

    /// <summary>Names exactly one station: neither zero nor a group.</summary>
    public bool IsStation => _value != 0 && (_value & GroupBit) == 0;

    /// <summary>Compares two addresses.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(MacAddress left, MacAddress right) => left._value == right._value;

    /// <summary>Compares two addresses.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(MacAddress left, MacAddress right) => left._value != right._value;

    /// <summary>Reads six bytes in the order of the wire.</summary>
    /// <param name="bytes">At least six bytes.</param>
    public static MacAddress Read(ReadOnlySpan<byte> bytes) =>
        new(((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes.Slice(2)));

    /// <summary>Parses <c>52:54:00:12:34:56</c>: six pairs of hexadecimal digits of either case, separated by colons.</summary>
    /// <param name="utf8">The text, nothing before or behind it.</param>
    /// <param name="address">The address; zero if the text is not one.</param>
    /// <returns>False if the text is not an address.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out MacAddress address)
    {
        address = default;
        if (utf8.Length != TextLength)
        {
            return false;
        }

        ulong value = 0;
        for (int i = 0; i < TextLength; i++)
        {
            if (i % 3 == 2)
            {
                if (utf8[i] != ':')
                {
                    return false;
                }
            }
            else if (TryDigit(utf8[i], out uint digit))
            {
                value = (value << 4) | digit;
            }
            else
            {
                return false;
            }
        }

        address = new MacAddress(value);
        return true;
    }

    /// <summary>Writes six bytes in the order of the wire.</summary>
    /// <param name="bytes">At least six bytes.</param>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(_value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.Slice(2), (uint)_value);
    }

    /// <summary>Writes the address as text, in the form that <see cref="TryParse"/> takes.</summary>
    /// <param name="utf8">At least <see cref="TextLength"/> bytes.</param>
    /// <returns>The bytes written; zero if they don't fit.</returns>
    public int Format(Span<byte> utf8)
    {
        if (utf8.Length < TextLength)
        {
            return 0;
        }

        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        for (int i = 0; i < Length; i++)
        {
            int value = (int)(_value >> (8 * (Length - 1 - i))) & 0xFF;
            utf8[3 * i] = digits[value >> 4];
            utf8[3 * i + 1] = digits[value & 0xF];
            if (i < Length - 1)
            {
                utf8[3 * i + 2] = (byte)':';
            }
        }

        return TextLength;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MacAddress other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)_value ^ (int)(_value >> 32);

    private static bool TryDigit(byte character, out uint digit)
    {
        digit = character switch
        {
            >= (byte)'0' and <= (byte)'9' => (uint)(character - '0'),
            >= (byte)'a' and <= (byte)'f' => (uint)(character - 'a' + 10),
            >= (byte)'A' and <= (byte)'F' => (uint)(character - 'A' + 10),
            _ => uint.MaxValue,
        };
        return digit != uint.MaxValue;
    }
}
