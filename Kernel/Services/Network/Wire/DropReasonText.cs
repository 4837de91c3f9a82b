using System;

namespace Reservoir.Network.Wire;

/// <summary>What to call each <see cref="DropReason"/> on a screen. Any context.</summary>
public static class DropReasonText
{
    /// <summary>How many reasons there are, <see cref="DropReason.None"/> among them.</summary>
    public const int Count = (int)DropReason.ReplyNotSent + 1;

    /// <summary>Characters of the longest text.</summary>
    public const int LongestText = 38;

    /// <summary>Describes a reason in a few words, in UTF-8, at most <see cref="LongestText"/> characters.</summary>
    /// <param name="reason">The reason.</param>
    public static ReadOnlySpan<byte> Describe(DropReason reason) => reason switch
    {
        DropReason.None => "taken"u8,
        DropReason.BufferRefused => "buffer refused by its pool"u8,
        DropReason.FrameTooShort => "frame too short"u8,
        DropReason.FrameTooLong => "frame too long"u8,
        DropReason.LinkSourceInvalid => "frame from a group address or zero"u8,
        DropReason.LinkNotForUs => "frame for another station"u8,
        DropReason.LinkBroadcastUnicast => "datagram for one in a frame for all"u8,
        DropReason.VlanTagged => "frame of a VLAN"u8,
        DropReason.EtherTypeUnknown => "neither ARP nor IPv4"u8,
        DropReason.ArpTruncated => "ARP: truncated"u8,
        DropReason.ArpFormat => "ARP: not Ethernet and IPv4"u8,
        DropReason.ArpOperation => "ARP: neither request nor reply"u8,
        DropReason.ArpSenderInvalid => "ARP: impossible sender"u8,
        DropReason.ArpConflict => "ARP: sender claims this host's address"u8,
        DropReason.ArpNotForUs => "ARP: asks for another host"u8,
        DropReason.ArpUnsolicited => "ARP: reply without a request"u8,
        DropReason.Ipv4Truncated => "IPv4: truncated"u8,
        DropReason.Ipv4Version => "IPv4: version is not 4"u8,
        DropReason.Ipv4HeaderLength => "IPv4: impossible header length"u8,
        DropReason.Ipv4TotalLength => "IPv4: impossible total length"u8,
        DropReason.Ipv4Checksum => "IPv4: wrong header checksum"u8,
        DropReason.Ipv4Options => "IPv4: impossible options"u8,
        DropReason.Ipv4SourceRoute => "IPv4: source route"u8,
        DropReason.Ipv4SourceThisNetwork => "IPv4: from 0.0.0.0/8"u8,
        DropReason.Ipv4SourceLoopback => "IPv4: from 127.0.0.0/8"u8,
        DropReason.Ipv4SourceMulticast => "IPv4: from a group"u8,
        DropReason.Ipv4SourceReserved => "IPv4: from 240.0.0.0/4"u8,
        DropReason.Ipv4SourceBroadcast => "IPv4: from the broadcast address"u8,
        DropReason.Ipv4SourceOwn => "IPv4: from this host's own address"u8,
        DropReason.Ipv4Broadcast => "IPv4: for all or for a group"u8,
        DropReason.Ipv4NotForUs => "IPv4: for another host"u8,
        DropReason.Ipv4ProtocolUnknown => "IPv4: neither ICMP nor UDP"u8,
        DropReason.FragmentEmpty => "fragment: without data"u8,
        DropReason.FragmentLength => "fragment: length not in eights"u8,
        DropReason.FragmentTooLong => "fragment: ends beyond any datagram"u8,
        DropReason.FragmentOverlap => "fragment: overlaps what has come"u8,
        DropReason.FragmentDuplicate => "fragment: has come already"u8,
        DropReason.FragmentAbandoned => "fragment: of an abandoned datagram"u8,
        DropReason.FragmentNoPlace => "fragment: no buffer for the datagram"u8,
        DropReason.IcmpTruncated => "ICMP: truncated"u8,
        DropReason.IcmpChecksum => "ICMP: wrong checksum"u8,
        DropReason.IcmpTypeUnknown => "ICMP: unknown type"u8,
        DropReason.IcmpUnsolicited => "ICMP: echo reply without a request"u8,
        DropReason.IcmpRedirect => "ICMP: redirect"u8,
        DropReason.IcmpErrorInvalid => "ICMP: error about another's datagram"u8,
        DropReason.UdpTruncated => "UDP: truncated"u8,
        DropReason.UdpLength => "UDP: impossible length"u8,
        DropReason.UdpChecksum => "UDP: wrong checksum"u8,
        DropReason.UdpPortClosed => "UDP: no service at the port"u8,
        DropReason.UdpTooLong => "UDP: more data than the service takes"u8,
        DropReason.UdpSourcePort => "UDP: source port can't be answered"u8,
        DropReason.DhcpTruncated => "DHCP: truncated"u8,
        DropReason.DhcpFormat => "DHCP: no answer of a server"u8,
        DropReason.DhcpOptions => "DHCP: impossible options"u8,
        DropReason.DhcpNotForUs => "DHCP: for another client"u8,
        DropReason.DhcpUnexpected => "DHCP: not awaited now"u8,
        DropReason.DhcpUnusable => "DHCP: offer that can't be used"u8,
        DropReason.ServiceRefused => "UDP: refused by the service"u8,
        DropReason.ReplyNotSent => "no transmit buffer for the answer"u8,
        _ => "?"u8,
    };
}
