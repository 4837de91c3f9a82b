using System.Runtime.InteropServices;

namespace Reservoir.Drivers.E1000;

/// <summary>
/// A transmit descriptor with one frame's buffer: of the legacy form (8254x manual, 3.3.3), or a data descriptor (3.3.7) whose checksums
/// the device inserts as the last <see cref="TransmitContext"/> says. Shared with the device.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct TransmitDescriptor
{
    /// <summary>Size of a descriptor.</summary>
    public const int Bytes = 16;

    /// <summary>Type: a data descriptor (DTYP).</summary>
    public const byte Data = 1 << 4;

    /// <summary>Command: the frame ends here.</summary>
    public const byte EndOfPacket = 1 << 0;

    /// <summary>Command: append the frame's checksum.</summary>
    public const byte InsertChecksum = 1 << 1;

    /// <summary>Command: write the status back.</summary>
    public const byte ReportStatus = 1 << 3;

    /// <summary>Command: not of the legacy form (DEXT).</summary>
    public const byte Extended = 1 << 5;

    /// <summary>Options of a data descriptor: insert the IPv4 header's checksum (IXSM).</summary>
    public const byte InsertIpv4Header = 1 << 0;

    /// <summary>Options of a data descriptor: insert the UDP or TCP checksum (TXSM).</summary>
    public const byte InsertTransport = 1 << 1;

    /// <summary>Status: the device is done with it.</summary>
    public const byte Done = 1 << 0;

    /// <summary>Address of the frame.</summary>
    [FieldOffset(0)]
    public ulong Address;

    /// <summary>Its length.</summary>
    [FieldOffset(8)]
    public ushort Length;

    /// <summary>Zero, or <see cref="Data"/>.</summary>
    [FieldOffset(10)]
    public byte Type;

    /// <summary>What to do with it.</summary>
    [FieldOffset(11)]
    public byte Command;

    /// <summary>What has become of it.</summary>
    [FieldOffset(12)]
    public byte Status;

    /// <summary>What to insert.</summary>
    [FieldOffset(13)]
    public byte Options;
}
