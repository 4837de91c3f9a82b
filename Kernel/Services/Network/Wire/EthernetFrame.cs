using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Reservoir.Devices;

namespace Reservoir.Network.Wire;

/// <summary>
/// A view of an Ethernet frame without its frame check sequence (IEEE 802.3 section 3.1.1; RFC 894).
/// </summary>
/// <remarks>
/// Only <see cref="Parse"/> makes a view with content, so every property of one lies within the bytes. A default view has no bytes and must
/// not be read. Any context.
/// </remarks>
public readonly ref struct EthernetFrame
{
    /// <summary>Bytes of destination, source and type.</summary>
    public const int HeaderLength = EthernetHeader.Length;

    /// <summary>The shortest frame on a wire; a sender fills up with zeros (IEEE 802.3 section 4.2.3.3).</summary>
    public const int MinimumLength = 60;

    /// <summary>The longest frame without a VLAN tag: header and <see cref="MaximumPayload"/>.</summary>
    public const int MaximumLength = HeaderLength + MaximumPayload;

    /// <summary>Bytes of a VLAN tag behind its type: control information, and the type of what follows (IEEE 802.1Q-2018, 9.3).</summary>
    public const int VlanTagLength = 4;

    /// <summary>The longest frame with a VLAN tag, which has as much payload (IEEE 802.3 section 3.2.7).</summary>
    public const int MaximumTaggedLength = MaximumLength + VlanTagLength;

    /// <summary>The largest datagram in a frame (RFC 894).</summary>
    public const int MaximumPayload = 1500;

    private const int SourceOffset = 6;
    private const int TypeOffset = 12;
    private readonly ref readonly EthernetHeader _header;
    private readonly ReadOnlySpan<byte> _bytes;

    private EthernetFrame(ref readonly EthernetHeader header, ReadOnlySpan<byte> bytes)
    {
        _header = ref header;
        _bytes = bytes;
    }

    /// <summary>Who shall take the frame.</summary>
    public MacAddress Destination => _header.Destination;

    /// <summary>Who sent it.</summary>
    public MacAddress Source => _header.Source;

    /// <summary>What it carries.</summary>
    public EtherType Type => _header.Type;

    /// <summary>What follows the header, filling included.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.Slice(HeaderLength);

    /// <summary>Views some bytes as a frame. A frame shorter than <see cref="MinimumLength"/> is taken: virtual wires carry them.</summary>
    /// <param name="bytes">The bytes, from the destination address on.</param>
    /// <param name="frame">The frame; empty if it is dropped.</param>
    /// <returns><see cref="DropReason.None"/>, or what is wrong.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DropReason Parse(ReadOnlySpan<byte> bytes, out EthernetFrame frame)
    {
        frame = default;
        if (bytes.Length < HeaderLength)
        {
            return DropReason.FrameTooShort;
        }

        ref readonly EthernetHeader header = ref MemoryMarshal.AsRef<EthernetHeader>(bytes);
        if (bytes.Length > MaximumLength && (bytes.Length > MaximumTaggedLength || header.Type != EtherType.VlanTag))
        {
            return DropReason.FrameTooLong;
        }

        if (!header.Source.IsStation)
        {
            return DropReason.LinkSourceInvalid;
        }

        frame = new EthernetFrame(in header, bytes);
        return DropReason.None;
    }

    /// <summary>Writes a header.</summary>
    /// <param name="bytes">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="destination">Who shall take the frame.</param>
    /// <param name="source">Who sends it.</param>
    /// <param name="type">What it carries.</param>
    public static void WriteHeader(Span<byte> bytes, MacAddress destination, MacAddress source, EtherType type)
    {
        destination.Write(bytes);
        source.Write(bytes.Slice(SourceOffset));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.Slice(TypeOffset), (ushort)type);
    }
}
