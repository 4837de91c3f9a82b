using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reservoir.Network.Wire;

/// <summary>A UDP header as it lies in a frame (RFC 768, "Format"), highest byte first. Read in place, so that one check of the length
/// serves for all fields.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Length)]
internal readonly struct UdpHeader
{
    public const int Length = 8;

    private readonly ushort _sourcePort;
    private readonly ushort _destinationPort;
    private readonly ushort _length;
    private readonly ushort _checksum;

    public ushort SourcePort => BigEndian(_sourcePort);

    public ushort DestinationPort => BigEndian(_destinationPort);

    /// <summary>Length: bytes of header and data.</summary>
    public int TotalLength => BigEndian(_length);

    /// <summary>Whether the sender has computed a checksum: zero means that it hasn't (RFC 768, "Fields").</summary>
    public bool HasChecksum => _checksum != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort BigEndian(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
