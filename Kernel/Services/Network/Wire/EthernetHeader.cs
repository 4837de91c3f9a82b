using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Reservoir.Devices;

namespace Reservoir.Network.Wire;

/// <summary>An Ethernet header as it lies in a frame (IEEE 802.3 section 3.1.1), highest byte first. Read in place, so that one check of
/// the length serves for all fields.</summary>
[StructLayout(LayoutKind.Explicit, Size = Length)]
internal readonly struct EthernetHeader
{
    public const int Length = 14;

    private const int BitsBehindAddress = 16;

    /// <summary>The destination and two bytes of the source.</summary>
    [FieldOffset(0)]
    private readonly ulong _destination;

    /// <summary>The source and the type.</summary>
    [FieldOffset(6)]
    private readonly ulong _source;

    [FieldOffset(12)]
    private readonly ushort _type;

    public MacAddress Destination
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(BigEndian(_destination) >> BitsBehindAddress);
    }

    public MacAddress Source
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(BigEndian(_source) >> BitsBehindAddress);
    }

    public EtherType Type => (EtherType)(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(_type) : _type);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BigEndian(ulong value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
