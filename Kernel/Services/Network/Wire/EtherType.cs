namespace Reservoir.Network.Wire;

/// <summary>What a frame carries: the numbers of the IEEE 802 registry that matter here.</summary>
public enum EtherType : ushort
{
    /// <summary>From here up the field is a type, below it a length (IEEE 802.3 section 3.2.6).</summary>
    FirstType = 0x0600,

    /// <summary>IPv4 (RFC 894).</summary>
    Ipv4 = 0x0800,

    /// <summary>Address resolution (RFC 826).</summary>
    Arp = 0x0806,

    /// <summary>A VLAN tag follows (IEEE 802.1Q).</summary>
    VlanTag = 0x8100,
}
