using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Reservoir.Devices;

namespace Reservoir.Network.Wire;

/// <summary>
/// What the headers of most frames have in common: to this host's station, from a single one, IPv4 without options, not a fragment, UDP, to
/// this host's address. One comparison of bytes under a mask tells.
/// </summary>
internal readonly struct PlainPattern
{
    private const int SourceStationOffset = 6;
    private const int VersionOffset = EthernetHeader.Length;
    private const int FragmentOffset = VersionOffset + 6;
    private const int ProtocolOffset = VersionOffset + 9;
    private const int DestinationOffset = VersionOffset + 16;
    private const byte GroupBit = 1;
    private const ushort AnyFragment = Ipv4Packet.MoreFragments | Ipv4Header.OffsetMask;

    private readonly PlainWords _expected;
    private readonly PlainWords _relevant;

    /// <summary>Makes the pattern.</summary>
    /// <param name="station">This host's Ethernet address.</param>
    /// <param name="host">Its IPv4 address; zero without one.</param>
    public PlainPattern(MacAddress station, Ipv4Address host)
    {
        Span<byte> expected = stackalloc byte[PlainWords.Bytes];
        Span<byte> relevant = stackalloc byte[PlainWords.Bytes];
        expected.Clear();
        relevant.Clear();
        EthernetFrame.WriteHeader(expected, station, default, EtherType.Ipv4);
        EthernetFrame.WriteHeader(relevant, MacAddress.Broadcast, default, (EtherType)ushort.MaxValue);
        relevant[SourceStationOffset] = GroupBit;
        expected[VersionOffset] = Ipv4Header.Plain;
        relevant[VersionOffset] = byte.MaxValue;
        BinaryPrimitives.WriteUInt16BigEndian(relevant.Slice(FragmentOffset), AnyFragment);
        expected[ProtocolOffset] = (byte)Ipv4Protocol.Udp;
        relevant[ProtocolOffset] = byte.MaxValue;
        host.Write(expected.Slice(DestinationOffset));
        Ipv4Address.Broadcast.Write(relevant.Slice(DestinationOffset));
        _expected = MemoryMarshal.Read<PlainWords>(expected);
        _relevant = MemoryMarshal.Read<PlainWords>(relevant);
    }

    /// <summary>Whether a frame's headers are like that.</summary>
    /// <param name="headers">The headers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Matches(in PlainHeaders headers) => headers.Words.Agree(in _expected, in _relevant);
}
