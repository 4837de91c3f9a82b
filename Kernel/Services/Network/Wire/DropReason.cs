namespace Reservoir.Network.Wire;

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

    /// <summary>Longer than Ethernet allows, with or without a VLAN tag (IEEE 802.3 section 3.2.7).</summary>
    FrameTooLong,

    /// <summary>Sent from a group address or from zero.</summary>
    LinkSourceInvalid,

    /// <summary>For another station, or a group that this one isn't in.</summary>
    LinkNotForUs,

    /// <summary>An IPv4 datagram for one host in a frame for all (RFC 1122 section 3.3.6).</summary>
    LinkBroadcastUnicast,

    /// <summary>Of a VLAN (IEEE 802.1Q), and this host is in none; or with a second tag. A tag with a priority only is no reason.</summary>
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

    /// <summary>From 0.0.0.0/8, "this network": no host there could be answered (RFC 1122 section 3.2.1.3 a and b).</summary>
    Ipv4SourceThisNetwork,

    /// <summary>From 127.0.0.0/8, which must never appear on a wire (RFC 1122 section 3.2.1.3 g).</summary>
    Ipv4SourceLoopback,

    /// <summary>From a group of hosts (RFC 1122 section 3.2.1.3).</summary>
    Ipv4SourceMulticast,

    /// <summary>From the reserved addresses 240.0.0.0/4 (RFC 1112 section 4), 255.255.255.255 among them.</summary>
    Ipv4SourceReserved,

    /// <summary>From the network's own address or its broadcast address (RFC 1122 section 3.2.1.3).</summary>
    Ipv4SourceBroadcast,

    /// <summary>From this host's own address, as in a "land" attack (CERT advisory CA-1997-28).</summary>
    Ipv4SourceOwn,

    /// <summary>For every host, or for a group.</summary>
    Ipv4Broadcast,

    /// <summary>For another host; this one is no router.</summary>
    Ipv4NotForUs,

    /// <summary>Neither ICMP nor UDP; the sender is told (RFC 1122 section 3.2.2.1).</summary>
    Ipv4ProtocolUnknown,

    /// <summary>A fragment without data: it adds nothing.</summary>
    FragmentEmpty,

    /// <summary>Not the last fragment, and its data are no whole number of eight bytes (RFC 791 section 3.2).</summary>
    FragmentLength,

    /// <summary>Ends beyond the longest datagram, as in a "ping of death" (CERT advisory CA-1996-26).</summary>
    FragmentTooLong,

    /// <summary>Overlaps what has come already, or disagrees about where the datagram ends, as in a "teardrop" attack (CERT advisory
    /// CA-1997-28): the datagram is abandoned (as RFC 5722 section 4 demands of IPv6).</summary>
    FragmentOverlap,

    /// <summary>Repeats, byte for byte, what has come already: it alone is dropped (RFC 8200 section 4.5).</summary>
    FragmentDuplicate,

    /// <summary>Belongs to a datagram that was abandoned.</summary>
    FragmentAbandoned,

    /// <summary>The first of a datagram for which there is no buffer.</summary>
    FragmentNoPlace,

    /// <summary>Shorter than an ICMP header.</summary>
    IcmpTruncated,

    /// <summary>The ICMP checksum is wrong.</summary>
    IcmpChecksum,

    /// <summary>Neither an echo nor an error (RFC 1122 section 3.2.2: an unknown type is discarded silently).</summary>
    IcmpTypeUnknown,

    /// <summary>An echo reply; this host sends no requests.</summary>
    IcmpUnsolicited,

    /// <summary>A redirect: it would let any host on the network choose this host's router, so none is followed.</summary>
    IcmpRedirect,

    /// <summary>An error about a datagram that this host can't have sent.</summary>
    IcmpErrorInvalid,

    /// <summary>Shorter than a UDP header.</summary>
    UdpTruncated,

    /// <summary>The UDP length is less than the header's or more than the datagram holds.</summary>
    UdpLength,

    /// <summary>The UDP checksum is there and wrong (RFC 1122 section 4.1.3.4).</summary>
    UdpChecksum,

    /// <summary>No service listens at the destination port; the sender is told (RFC 1122 section 4.1.3.1).</summary>
    UdpPortClosed,

    /// <summary>More data than the service at the port takes.</summary>
    UdpTooLong,

    /// <summary>An answer could reach no one host, or another service that answers for ever.</summary>
    UdpSourcePort,

    /// <summary>Shorter than the fixed part of a DHCP message (RFC 2131 section 2).</summary>
    DhcpTruncated,

    /// <summary>No answer of a DHCP server to an Ethernet client.</summary>
    DhcpFormat,

    /// <summary>DHCP options that end nowhere, have an impossible length or come twice (RFC 2132).</summary>
    DhcpOptions,

    /// <summary>An answer to another client, or to an earlier question (RFC 2131 section 4.4.1).</summary>
    DhcpNotForUs,

    /// <summary>A DHCP message that this client doesn't wait for now, or from another server than the chosen one.</summary>
    DhcpUnexpected,

    /// <summary>A DHCP offer of an address, a network or a time that can't be used.</summary>
    DhcpUnusable,

    /// <summary>The service has no room for the datagram; its own counters say why.</summary>
    ServiceRefused,

    /// <summary>Understood, but there was no transmit buffer for the answer.</summary>
    ReplyNotSent,
}
