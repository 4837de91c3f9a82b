using System;
using Cosmos.Common;

namespace Cosmos.HAL.Network;

/// <summary>The address of an Ethernet device: six bytes, most significant first on the wire.</summary>
[AllocationFree]
public sealed class MACAddress
{
    /// <summary>Bytes in an address.</summary>
    public const int Length = 6;

    private readonly byte[] _bytes = new byte[Length];

    /// <summary>Copies an address. Boot context.</summary>
    /// <param name="address">At least six bytes.</param>
    public MACAddress(ReadOnlySpan<byte> address)
    {
        address.Slice(0, Length).CopyTo(_bytes);
    }

    /// <summary>The six bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Whether it is the address of one device: not zero, and not a group's.</summary>
    public bool IsValid() => (_bytes[0] & 1) == 0 && _bytes.AsSpan().IndexOfAnyExcept((byte)0) >= 0;

    /// <summary>The address as a number, its first byte being the most significant.</summary>
    public ulong ToNumber()
    {
        ulong number = 0;
        foreach (byte value in _bytes)
        {
            number = number << 8 | value;
        }

        return number;
    }
}
