namespace Reservoir.Network.Dhcp;

/// <summary>Where a DHCP client stands (RFC 2131 section 4.4, figure 5).</summary>
public enum DhcpState : byte
{
    /// <summary>INIT: it has no address and is about to ask, when the cable is in and the pause is over.</summary>
    Init,

    /// <summary>SELECTING: it has asked which servers are there.</summary>
    Selecting,

    /// <summary>REQUESTING: it wants what one of them has offered.</summary>
    Requesting,

    /// <summary>It has got an address and makes sure that no other host uses it (RFC 2131 section 2.2).</summary>
    Checking,

    /// <summary>BOUND: it uses the address.</summary>
    Bound,

    /// <summary>RENEWING: it uses the address and asks its server for more time.</summary>
    Renewing,

    /// <summary>REBINDING: it uses the address and asks any server for more time.</summary>
    Rebinding,
}
