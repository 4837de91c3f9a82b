using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reservoir.Network;

/// <summary>An Ethernet header as it lies in a frame (IEEE 802.3 section 3.1.1), highest byte first. Read in place, so that one check of the length serves for all fields.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Length)]
internal readonly struct EthernetHeader
{
    public const int Length = 14;

    private readonly ushort _destinationStart;
    private readonly uint _destinationRest;
    private readonly ushort _sourceStart;
    private readonly uint _sourceRest;
    private readonly ushort _type;

    public MacAddress Destination => Join(_destinationStart, _destinationRest);

    public MacAddress Source => Join(_sourceStart, _sourceRest);

    public EtherType Type => (EtherType)BigEndian(_type);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static MacAddress Join(ushort start, uint rest) =>
        new(((ulong)BigEndian(start) << 32) | (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(rest) : rest));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort BigEndian(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
