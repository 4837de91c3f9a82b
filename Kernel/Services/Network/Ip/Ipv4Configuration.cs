using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using Reservoir.Network.Wire;

namespace Reservoir.Network.Ip;

/// <summary>The address of this host and the network it is directly connected to; or neither, as the default value says, before a DHCP
/// server has given them. A value; any context.</summary>
/// <remarks>Kept in one word, so that a copy made while it is replaced is the old one or the new one.</remarks>
public readonly struct Ipv4Configuration
{
    /// <summary>The shortest prefix: a shorter one would span several of the historic class A networks.</summary>
    public const int ShortestPrefix = 8;

    /// <summary>The longest prefix with room for a second host and a broadcast address.</summary>
    public const int LongestPrefix = 30;

    /// <summary>Characters of the longest text, <c>255.255.255.255/30</c>.</summary>
    public const int MaximumTextLength = Ipv4Address.MaximumTextLength + 3;

    private const int HostBitsShift = 32;

    /// <summary>The address, and in the upper half the bits of it that name the host and not the network.</summary>
    private readonly ulong _value;

    private Ipv4Configuration(Ipv4Address address, int prefixLength)
    {
        _value = address.Value | ((ulong)(uint.MaxValue >> prefixLength) << HostBitsShift);
    }

    /// <summary>What QEMU's user network gives its first guest: 10.0.2.15/24.</summary>
    public static Ipv4Configuration Default => new(new Ipv4Address(10, 0, 2, 15), 24);

    /// <summary>Whether there is an address at all.</summary>
    public bool IsSet => _value != 0;

    /// <summary>The address of this host; zero if it has none.</summary>
    public Ipv4Address Address => new((uint)_value);

    /// <summary>How many leading bits of the address name the network, <see cref="ShortestPrefix"/> to <see cref="LongestPrefix"/>; zero
    /// without an address.</summary>
    public int PrefixLength => IsSet ? BitOperations.LeadingZeroCount(HostBits) : 0;

    /// <summary>The address that reaches every host of the network (RFC 1122 section 3.2.1.3 d).</summary>
    public Ipv4Address DirectedBroadcast => new(Address.Value | ~Mask);

    /// <summary>The network itself; as a destination an old form of the broadcast address (RFC 1122 section 3.3.6).</summary>
    public Ipv4Address Network => new(Address.Value & Mask);

    /// <summary>None without an address: then nothing but zero is on the link.</summary>
    private uint HostBits => (uint)(_value >> HostBitsShift);

    private uint Mask => ~HostBits;

    /// <summary>Makes a configuration.</summary>
    /// <param name="address">The address of this host.</param>
    /// <param name="prefixLength">How many leading bits of it name the network.</param>
    /// <param name="configuration">The configuration; the default value if the arguments make none.</param>
    /// <returns>False if the address is not a host's, or the prefix out of range, or the address the network's own or its broadcast
    /// address.</returns>
    public static bool TryCreate(Ipv4Address address, int prefixLength, out Ipv4Configuration configuration)
    {
        configuration = default;
        if (!address.IsHost || prefixLength is < ShortestPrefix or > LongestPrefix)
        {
            return false;
        }

        var candidate = new Ipv4Configuration(address, prefixLength);
        if (address == candidate.Network || address == candidate.DirectedBroadcast)
        {
            return false;
        }

        configuration = candidate;
        return true;
    }

    /// <summary>Makes a configuration from an address and a subnet mask (RFC 950).</summary>
    /// <param name="address">The address of this host.</param>
    /// <param name="mask">Ones for the bits that name the network, all before the zeros.</param>
    /// <param name="configuration">The configuration; the default value if the arguments make none.</param>
    /// <returns>False if the mask has a hole, or for what <see cref="TryCreate(Ipv4Address, int, out Ipv4Configuration)"/>
    /// refuses.</returns>
    public static bool TryCreate(Ipv4Address address, Ipv4Address mask, out Ipv4Configuration configuration)
    {
        configuration = default;
        int prefix = BitOperations.LeadingZeroCount(~mask.Value);
        return BitOperations.PopCount(mask.Value) == prefix && TryCreate(address, prefix, out configuration);
    }

    /// <summary>Parses <c>10.0.0.2/24</c>, the value of the kernel's option <c>ip=</c>.</summary>
    /// <param name="utf8">The text, nothing before or behind it.</param>
    /// <param name="configuration">The configuration; the default value if the text is none.</param>
    /// <returns>False if the text is not an address and a prefix that <see cref="TryCreate(Ipv4Address, int, out Ipv4Configuration)"/>
    /// accepts.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Ipv4Configuration configuration)
    {
        configuration = default;
        int slash = utf8.IndexOf((byte)'/');
        if (slash < 0 || !Ipv4Address.TryParse(utf8.Slice(0, slash), out Ipv4Address address))
        {
            return false;
        }

        ReadOnlySpan<byte> digits = utf8.Slice(slash + 1);
        if (digits.Length is 0 or > 2 || digits[0] == '0')
        {
            return false;
        }

        int prefix = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            prefix = prefix * 10 + (digit - '0');
        }

        return TryCreate(address, prefix, out configuration);
    }

    /// <summary>Whether an address belongs to the directly connected network. Its broadcast addresses do too.</summary>
    /// <param name="address">The address.</param>
    public bool IsOnLink(Ipv4Address address) => (address.Value & Mask) == (Address.Value & Mask);

    /// <summary>Whether an address reaches every host: the limited broadcast, the network's own, or its old form with a host part of
    /// zeros.</summary>
    /// <param name="address">The address.</param>
    public bool IsBroadcast(Ipv4Address address) => address.IsBroadcast || address == DirectedBroadcast || address == Network;

    /// <summary>Whether a datagram from an address can be answered: it names one other host, and isn't this one.</summary>
    /// <param name="address">The address.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAnswerable(Ipv4Address address)
    {
        uint difference = address.Value ^ Address.Value;
        uint hostBits = HostBits;

        // On the link, a host's bits are neither all zero nor all one: less one, they are less than all ones less one.
        return address.IsHost && difference != 0 && ((difference & ~hostBits) != 0 || (address.Value & hostBits) - 1 < hostBits - 1);
    }

    /// <summary>Names what keeps a datagram from an address from being answered.</summary>
    /// <param name="source">The address.</param>
    /// <returns><see cref="DropReason.None"/> if <see cref="IsAnswerable"/>.</returns>
    public DropReason CheckSource(Ipv4Address source) =>
        IsAnswerable(source) ? DropReason.None
        : source.IsThisNetwork ? DropReason.Ipv4SourceThisNetwork
        : source.IsLoopback ? DropReason.Ipv4SourceLoopback
        : source.IsMulticast ? DropReason.Ipv4SourceMulticast
        : source.IsReserved ? DropReason.Ipv4SourceReserved
        : source == Address ? DropReason.Ipv4SourceOwn
        : DropReason.Ipv4SourceBroadcast;

    /// <summary>Writes the configuration as text, in the form that <see cref="TryParse"/> takes.</summary>
    /// <param name="utf8">At least <see cref="MaximumTextLength"/> bytes.</param>
    /// <returns>The bytes written; zero if they might not fit.</returns>
    public int Format(Span<byte> utf8)
    {
        if (utf8.Length < MaximumTextLength)
        {
            return 0;
        }

        int length = Address.Format(utf8);
        utf8[length++] = (byte)'/';
        if (PrefixLength >= 10)
        {
            utf8[length++] = (byte)('0' + PrefixLength / 10);
        }

        utf8[length++] = (byte)('0' + PrefixLength % 10);
        return length;
    }
}
