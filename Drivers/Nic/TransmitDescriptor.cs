using System.Runtime.InteropServices;

namespace Reservoir.Drivers.Nic;

/// <summary>A transmit descriptor of the legacy form (8254x manual, 3.3.3): one buffer with one frame. Shared with the device.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct TransmitDescriptor
{
    /// <summary>Size of a descriptor.</summary>
    public const int Bytes = 16;

    /// <summary>Command: the frame ends here.</summary>
    public const byte EndOfPacket = 1 << 0;

    /// <summary>Command: append the checksum.</summary>
    public const byte InsertChecksum = 1 << 1;

    /// <summary>Command: write the status back.</summary>
    public const byte ReportStatus = 1 << 3;

    /// <summary>Status: the device is done with it.</summary>
    public const byte Done = 1 << 0;

    /// <summary>Address of the frame.</summary>
    [FieldOffset(0)]
    public ulong Address;

    /// <summary>Its length.</summary>
    [FieldOffset(8)]
    public ushort Length;

    /// <summary>What to do with it.</summary>
    [FieldOffset(11)]
    public byte Command;

    /// <summary>What has become of it.</summary>
    [FieldOffset(12)]
    public byte Status;
}
