using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reservoir.Network.Wire;

/// <summary>The fixed part of an IPv4 header as it lies in a frame (RFC 791 section 3.1): five words of 32 bits, highest byte
/// first.</summary>
/// <remarks>Read in place, so that one check of the length serves for all fields.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Length)]
internal readonly struct Ipv4Header
{
    public const int Length = 20;

    /// <summary>Version 4 and a length of five words: no options.</summary>
    public const byte Plain = 0x45;

    private const ushort MoreFragments = 0x2000;
    public const ushort OffsetMask = 0x1FFF;
    private const int OffsetUnit = 8;
    private const byte ServiceClassMask = 0xFC;

    private readonly uint _versionToTotalLength;
    private readonly uint _identificationToOffset;
    private readonly uint _timeToChecksum;
    private readonly uint _source;
    private readonly uint _destination;

    public byte VersionAndLength => (byte)(Word0 >> 24);

    public byte TypeOfService
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (byte)((Word0 >> 16) & ServiceClassMask);
    }

    public int TotalLength => (ushort)Word0;

    public ushort Identification => (ushort)(Word1 >> 16);

    public bool HasMoreFragments => (Word1 & MoreFragments) != 0;

    public int FragmentOffset => (int)(Word1 & OffsetMask) * OffsetUnit;

    public bool IsFragment => (Word1 & (MoreFragments | OffsetMask)) != 0;

    public byte Protocol => (byte)(Word2 >> 16);

    public Ipv4Address Source => new(BigEndian(_source));

    public Ipv4Address Destination => new(BigEndian(_destination));

    /// <summary>Whether these words, as a whole header, have the right checksum: see <see cref="InternetChecksum.IsRight"/>.</summary>
    public bool IsSumRight
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => InternetChecksum.IsRight((ulong)_versionToTotalLength + _identificationToOffset + _timeToChecksum + _source + _destination);
    }

    private uint Word0 => BigEndian(_versionToTotalLength);

    private uint Word1 => BigEndian(_identificationToOffset);

    private uint Word2 => BigEndian(_timeToChecksum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint BigEndian(uint word) => System.BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
}
