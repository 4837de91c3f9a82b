using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Reservoir.Devices;
using Reservoir.Network.Ip;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Pools;

namespace Reservoir.Network;

/// <content>The short way: an undamaged plain frame for a port with a service.</content>
public sealed partial class NetworkStack
{
    /// <summary>Deals with a frame if it is plain and undamaged and there is a service; if not, nothing has changed. The checksums come
    /// last: a frame that isn't plain doesn't get that far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryReceivePlain(ReadOnlySpan<byte> frame, ReceiveChecks checks, ref BufferHandle buffer, out DropReason reason)
    {
        reason = DropReason.None;
        if (frame.Length is < PlainHeaders.Length or > EthernetFrame.MaximumLength)
        {
            return false;
        }

        ref readonly PlainHeaders headers = ref MemoryMarshal.AsRef<PlainHeaders>(frame);
        int length = headers.DatagramLength(frame.Length);
        Ipv4Address source = headers.Network.Source;
        MacAddress station = headers.Link.Source;
        if (!_identity.Plain.Matches(in headers) || length == 0 || station.IsZero || !_identity.Configuration.IsAnswerable(source))
        {
            return false;
        }

        UdpService? service = Ports.Find(headers.Transport.DestinationPort);
        if (service is null
            || ((checks & ReceiveChecks.Ipv4Header) == 0 && !headers.Network.IsSumRight)
            || ((checks & ReceiveChecks.Transport) == 0 && headers.Transport.HasChecksum && !IsUdpSumRight(frame, length)))
        {
            return false;
        }

        // No service refuses a datagram that came in a frame for its length: see UdpService.LongestPayload.
        var route = new ReplyRoute(station, source, headers.Network.TypeOfService);
        UdpDatagram datagram =
            UdpDatagram.FromChecked(in headers.Transport, frame.Slice(PlainHeaders.UdpOffset, length), source, headers.Network.Destination);
        reason = Count(service.Receive(
            in datagram,
            new UdpReply(_transmitter, in route, headers.Transport.DestinationPort, headers.Transport.SourcePort, ref buffer)));
        return true;
    }

    /// <summary>Whether the UDP checksum of a plain frame is right: over the two addresses, which lie just before the datagram, and the
    /// datagram; and the protocol and the length, as if they followed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsUdpSumRight(ReadOnlySpan<byte> frame, int length)
    {
        uint others = (uint)Ipv4Protocol.Udp + (uint)length;
        ulong sum = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(others) : others;
        return InternetChecksum.IsRight(
            InternetChecksum.AddInline(sum,
            frame.Slice(PlainHeaders.AddressesOffset, PlainHeaders.UdpOffset - PlainHeaders.AddressesOffset + length)));
    }
}
