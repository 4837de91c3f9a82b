using System;

namespace Reservoir.Network.Dhcp;

/// <summary>What to call each <see cref="DhcpState"/> on a screen. Any context.</summary>
public static class DhcpStateText
{
    /// <summary>Describes a state in a few words, in UTF-8.</summary>
    /// <param name="state">The state.</param>
    public static ReadOnlySpan<byte> Describe(DhcpState state) => state switch
    {
        DhcpState.Init => "about to ask"u8,
        DhcpState.Selecting => "asking for servers"u8,
        DhcpState.Requesting => "asking for the address offered"u8,
        DhcpState.Checking => "making sure that no other host has the address"u8,
        DhcpState.Bound => "bound"u8,
        DhcpState.Renewing => "asking its server for more time"u8,
        DhcpState.Rebinding => "asking any server for more time"u8,
        _ => "?"u8,
    };
}
