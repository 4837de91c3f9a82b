namespace Reservoir.Network.Wire;

/// <summary>What a datagram carries: the numbers of the protocol registry that matter here (RFC 790, RFC 791 section 3.1).</summary>
public enum Ipv4Protocol : byte
{
    /// <summary>ICMP (RFC 792).</summary>
    Icmp = 1,

    /// <summary>UDP (RFC 768).</summary>
    Udp = 17,
}
