namespace Reservoir.Network.Wire;

/// <summary>What a DHCP message wants (RFC 2132 section 9.6).</summary>
public enum DhcpMessageType : byte
{
    /// <summary>None was said.</summary>
    None = 0,

    /// <summary>Which servers are there?</summary>
    Discover = 1,

    /// <summary>A server would give an address.</summary>
    Offer = 2,

    /// <summary>The client wants the address offered, or to keep its own.</summary>
    Request = 3,

    /// <summary>The client has found that another host has the address.</summary>
    Decline = 4,

    /// <summary>The server gives the address.</summary>
    Ack = 5,

    /// <summary>The server refuses.</summary>
    Nak = 6,
}
