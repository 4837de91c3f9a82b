using System.Runtime.InteropServices;

namespace Reservoir.Drivers.E1000;

/// <summary>A receive descriptor (8254x manual, 3.2.3): one buffer for one frame. Shared with the device.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct ReceiveDescriptor
{
    /// <summary>Size of a descriptor.</summary>
    public const int Bytes = 16;

    /// <summary>Status: the device is done with it.</summary>
    public const byte Done = 1 << 0;

    /// <summary>Status: it holds the end of a frame.</summary>
    public const byte EndOfPacket = 1 << 1;

    /// <summary>Status: the checksum bits mean nothing (IXSM).</summary>
    public const byte ChecksumsIgnored = 1 << 2;

    /// <summary>Status: the UDP or TCP checksum was looked at (TCPCS).</summary>
    public const byte TransportChecked = 1 << 5;

    /// <summary>Status: the IPv4 header's checksum was looked at (IPCS).</summary>
    public const byte Ipv4HeaderChecked = 1 << 6;

    /// <summary>Errors: the UDP or TCP checksum is wrong (TCPE).</summary>
    public const byte TransportWrong = 1 << 5;

    /// <summary>Errors: the IPv4 header's checksum is wrong (IPE).</summary>
    public const byte Ipv4HeaderWrong = 1 << 6;

    /// <summary>Errors: checksum, symbol, sequence, carrier extension or data. The others concern checksums within the frame, which the
    /// stack looks at itself.</summary>
    public const byte FrameErrors = 0x97;

    /// <summary>Of the outcome, what tells whether a frame is there and whole.</summary>
    public const ushort WholeFrameMask = Done | EndOfPacket | (FrameErrors << 8);

    /// <summary>A whole frame.</summary>
    public const ushort WholeFrame = Done | EndOfPacket;

    /// <summary>Address of the buffer.</summary>
    [FieldOffset(0)]
    public ulong Address;

    /// <summary>Bytes received.</summary>
    [FieldOffset(8)]
    public ushort Length;

    /// <summary>What has become of it.</summary>
    [FieldOffset(12)]
    public byte Status;

    /// <summary>What was wrong with the frame.</summary>
    [FieldOffset(13)]
    public byte Errors;

    /// <summary>Both at once: the device's order of bytes is the processor's.</summary>
    [FieldOffset(12)]
    public ushort Outcome;
}
