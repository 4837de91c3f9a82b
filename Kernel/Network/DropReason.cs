namespace Reservoir.Network;

/// <summary>
/// Why a received frame went no further. Each frame gets exactly one; <see cref="NetworkCounters"/> counts them.
/// </summary>
public enum DropReason : byte
{
    /// <summary>Not dropped: the frame did what its sender wanted.</summary>
    None,

    /// <summary>The buffer that the frame should be in was refused by its pool, or is smaller than the frame.</summary>
    BufferRefused,

    /// <summary>Shorter than an Ethernet header.</summary>
    FrameTooShort,

    /// <summary>Longer than Ethernet allows without a VLAN tag (IEEE 802.3 section 3.2.7).</summary>
    FrameTooLong,

    /// <summary>Sent from a group address or from zero.</summary>
    LinkSourceInvalid,

    /// <summary>For another station, or a group that this one isn't in.</summary>
    LinkNotForUs,

    /// <summary>An IPv4 datagram for one host in a frame for all (RFC 1122 section 3.3.6).</summary>
    LinkBroadcastUnicast,

    /// <summary>Carries a VLAN tag (IEEE 802.1Q); tags are not supported yet.</summary>
    VlanTagged,

    /// <summary>Neither ARP nor IPv4, or an IEEE 802.3 frame with a length in place of a type.</summary>
    EtherTypeUnknown,

    /// <summary>Shorter than an ARP packet for Ethernet and IPv4.</summary>
    ArpTruncated,

    /// <summary>Not about Ethernet and IPv4 addresses (RFC 826, "Packet Reception").</summary>
    ArpFormat,

    /// <summary>Neither a request nor a reply.</summary>
    ArpOperation,

    /// <summary>The sender's addresses can't be a neighbour's, or differ from the frame's source.</summary>
    ArpSenderInvalid,

    /// <summary>The sender claims this host's address (RFC 5227 section 2.4).</summary>
    ArpConflict,

    /// <summary>Asks for another host's address.</summary>
    ArpNotForUs,

    /// <summary>A reply to a question that was not asked.</summary>
    ArpUnsolicited,

    /// <summary>Shorter than an IPv4 header.</summary>
    Ipv4Truncated,

    /// <summary>The version is not 4 (RFC 1122 section 3.2.1.1).</summary>
    Ipv4Version,

    /// <summary>The header length is less than 20 bytes or more than there are.</summary>
    Ipv4HeaderLength,

    /// <summary>The total length is less than the header's or more than the frame holds.</summary>
    Ipv4TotalLength,

    /// <summary>The header's checksum is wrong (RFC 1122 section 3.2.1.2).</summary>
    Ipv4Checksum,

    /// <summary>An option's length is impossible.</summary>
    Ipv4Options,

    /// <summary>Asks to be routed by way of given hosts (RFC 7126 section 4.3 and 4.4: discarded).</summary>
    Ipv4SourceRoute,

    /// <summary>A piece of a larger datagram; there is no reassembly yet.</summary>
    Ipv4Fragment,

    /// <summary>The source address can't be another host's (RFC 1122 section 3.2.1.3).</summary>
    Ipv4SourceInvalid,

    /// <summary>For every host, or for a group.</summary>
    Ipv4Broadcast,

    /// <summary>For another host; this one is no router.</summary>
    Ipv4NotForUs,

    /// <summary>Neither ICMP nor UDP.</summary>
    Ipv4ProtocolUnknown,

    /// <summary>Shorter than an ICMP header.</summary>
    IcmpTruncated,

    /// <summary>The ICMP checksum is wrong.</summary>
    IcmpChecksum,

    /// <summary>Not an echo request (RFC 1122 section 3.2.2: an unknown type is discarded silently).</summary>
    IcmpTypeUnknown,

    /// <summary>Shorter than a UDP header.</summary>
    UdpTruncated,

    /// <summary>The UDP length is less than the header's or more than the datagram holds.</summary>
    UdpLength,

    /// <summary>The UDP checksum is there and wrong (RFC 1122 section 4.1.3.4).</summary>
    UdpChecksum,

    /// <summary>Nobody listens at the destination port.</summary>
    UdpPortClosed,

    /// <summary>An answer could reach nobody, or another service that answers for ever.</summary>
    UdpSourcePort,

    /// <summary>The service has no room for the datagram; its own counters say why.</summary>
    ServiceRefused,

    /// <summary>Understood, but there was no transmit buffer for the answer.</summary>
    ReplyNotSent,
}
