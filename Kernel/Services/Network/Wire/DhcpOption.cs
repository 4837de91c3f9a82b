namespace Reservoir.Network.Wire;

/// <summary>The DHCP options that matter here (RFC 2132).</summary>
internal enum DhcpOption : byte
{
    /// <summary>One byte of filling (section 3.1).</summary>
    Pad = 0,

    /// <summary>Subnet mask (section 3.3).</summary>
    SubnetMask = 1,

    /// <summary>Routers, the best first (section 3.5).</summary>
    Router = 3,

    /// <summary>Name servers, the best first (section 3.8).</summary>
    NameServer = 6,

    /// <summary>The address that the client asks for (section 9.1).</summary>
    RequestedAddress = 50,

    /// <summary>How long the address may be used, in seconds (section 9.2).</summary>
    LeaseTime = 51,

    /// <summary>Options go on in fields meant for names (section 9.3).</summary>
    Overload = 52,

    /// <summary>What the message wants (section 9.6).</summary>
    MessageType = 53,

    /// <summary>The server that a message comes from or is for (section 9.7).</summary>
    ServerIdentifier = 54,

    /// <summary>Which options the client would like (section 9.8).</summary>
    ParameterList = 55,

    /// <summary>The longest message that the client takes (section 9.10).</summary>
    MaximumSize = 57,

    /// <summary>When the client begins to ask its server for more time, in seconds (section 9.11).</summary>
    RenewalTime = 58,

    /// <summary>When the client begins to ask any server for more time, in seconds (section 9.12).</summary>
    RebindingTime = 59,

    /// <summary>What tells this client from others (section 9.14).</summary>
    ClientIdentifier = 61,

    /// <summary>No more options in this field (section 3.2).</summary>
    End = 255,
}
