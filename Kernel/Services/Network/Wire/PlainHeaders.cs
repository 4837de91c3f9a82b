using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reservoir.Network.Wire;

/// <summary>
/// The headers of a plain frame: Ethernet, IPv4 without options, UDP, as they lie one behind the other, so that one check of the length
/// serves for all fields of all three.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Length)]
internal readonly struct PlainHeaders
{
    public const int Length = UdpOffset + UdpHeader.Length;

    /// <summary>Where the UDP header begins.</summary>
    public const int UdpOffset = EthernetHeader.Length + Ipv4Header.Length;

    /// <summary>
    /// Where IPv4's two addresses begin, the last of its fields: with what lies behind them, the whole UDP datagram, all that UDP's
    /// checksum covers but for the protocol and the length (RFC 768, "Fields").
    /// </summary>
    public const int AddressesOffset = UdpOffset - 2 * Ipv4Address.Length;

    [FieldOffset(0)]
    public readonly EthernetHeader Link;

    [FieldOffset(EthernetHeader.Length)]
    public readonly Ipv4Header Network;

    [FieldOffset(UdpOffset)]
    public readonly UdpHeader Transport;

    /// <summary>The same bytes as words, but for the last two, UDP's checksum.</summary>
    [FieldOffset(0)]
    public readonly PlainWords Words;

    /// <summary>Bytes of header and data of the UDP datagram, as it says itself; none if that is less than its header, more than the IPv4
    /// datagram has, or that more than the frame.</summary>
    /// <param name="frameLength">Bytes of the frame, not less than <see cref="Length"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int DatagramLength(int frameLength)
    {
        int available = Network.TotalLength - Ipv4Header.Length;
        int used = Transport.TotalLength;
        return available <= frameLength - UdpOffset && used <= available && used >= UdpHeader.Length ? used : 0;
    }
}
