using System.Runtime.InteropServices;
using Reservoir.Devices;

namespace Reservoir.Drivers.E1000;

/// <summary>
/// A context descriptor (8254x manual, 3.3.6): where in the frames of the data descriptors behind it the checksums are. It stays in force
/// until the next one. Shared with the device.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct TransmitContext
{
    /// <summary>Size of a descriptor.</summary>
    public const int Bytes = TransmitDescriptor.Bytes;

    private const byte IsTcp = 1 << 0;
    private const byte IsIpv4 = 1 << 1;
    private const byte HeaderStart = 14;
    private const byte HeaderLength = 20;
    private const byte HeaderChecksum = 10;
    private const byte UdpChecksum = 6;
    private const byte TcpChecksum = 16;

    /// <summary>Where the IPv4 header begins (IPCSS).</summary>
    [FieldOffset(0)]
    public byte Ipv4Start;

    /// <summary>Where its checksum is (IPCSO).</summary>
    [FieldOffset(1)]
    public byte Ipv4Offset;

    /// <summary>Its last byte (IPCSE).</summary>
    [FieldOffset(2)]
    public ushort Ipv4End;

    /// <summary>Where the datagram or segment begins (TUCSS).</summary>
    [FieldOffset(4)]
    public byte TransportStart;

    /// <summary>Where its checksum is (TUCSO).</summary>
    [FieldOffset(5)]
    public byte TransportOffset;

    /// <summary>Its last byte; 0: the frame's (TUCSE).</summary>
    [FieldOffset(6)]
    public ushort TransportEnd;

    /// <summary>Zero: a context (DTYP).</summary>
    [FieldOffset(10)]
    public byte Type;

    /// <summary>What to do with it, and what the frames are (TUCMD).</summary>
    [FieldOffset(11)]
    public byte Command;

    /// <summary>What has become of it.</summary>
    [FieldOffset(12)]
    public byte Status;

    /// <summary>The context for IPv4 datagrams without options in frames without tags.</summary>
    /// <param name="checksums">Whether they carry UDP or TCP.</param>
    public static TransmitContext For(TransmitChecksums checksums)
    {
        bool tcp = (checksums & TransmitChecksums.Tcp) != 0;
        return new TransmitContext
        {
            Ipv4Start = HeaderStart,
            Ipv4Offset = HeaderStart + HeaderChecksum,
            Ipv4End = HeaderStart + HeaderLength - 1,
            TransportStart = HeaderStart + HeaderLength,
            TransportOffset = (byte)(HeaderStart + HeaderLength + (tcp ? TcpChecksum : UdpChecksum)),
            Command = (byte)(TransmitDescriptor.Extended | IsIpv4 | (tcp ? IsTcp : 0)),
        };
    }
}
