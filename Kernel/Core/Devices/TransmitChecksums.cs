using System;

namespace Reservoir.Devices;

/// <summary>Which checksums a device shall insert into an IPv4 datagram without options in an Ethernet frame without tags.</summary>
[Flags]
public enum TransmitChecksums : byte
{
    /// <summary>None: the frame is sent as it is.</summary>
    None = 0,

    /// <summary>That of the IPv4 header, whose field is zero.</summary>
    Ipv4Header = 1,

    /// <summary>That of a UDP datagram, in whose field the pseudo-header's sum stands, not complemented.</summary>
    Udp = 2,

    /// <summary>That of a TCP segment, in whose field the pseudo-header's sum stands, not complemented.</summary>
    Tcp = 4,
}
