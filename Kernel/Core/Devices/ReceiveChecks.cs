using System;

namespace Reservoir.Devices;

/// <summary>Which checksums of a received frame the device has found right. One that isn't named here may be right or wrong, or
/// absent.</summary>
[Flags]
public enum ReceiveChecks : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>That of the IPv4 header.</summary>
    Ipv4Header = 1,

    /// <summary>That of the UDP datagram or TCP segment.</summary>
    Transport = 2,
}
