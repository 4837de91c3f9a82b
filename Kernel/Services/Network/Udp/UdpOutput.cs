using System;
using Reservoir.Devices;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;

namespace Reservoir.Network.Udp;

/// <summary>
/// Sends datagrams to hosts that have not asked: finds the way, and lets a datagram wait for the neighbour's address if need be.
/// </summary>
/// <remarks>Protocol thread only; never waits.</remarks>
public sealed class UdpOutput
{
    private readonly Ipv4Host _host;

    /// <summary>Makes it. Boot context.</summary>
    /// <param name="host">What it sends through.</param>
    public UdpOutput(Ipv4Host host)
    {
        _host = host;
    }

    /// <summary>Sends a datagram to a host, by way of the router if need be, at once or when the neighbour has told its address.</summary>
    /// <param name="host">The host.</param>
    /// <param name="sourcePort">The port it comes from.</param>
    /// <param name="destinationPort">The port it is for.</param>
    /// <param name="data">The data, at most <see cref="UdpDatagram.MaximumPayload"/> bytes.</param>
    /// <returns>False if it can't be sent: no route, no buffer, or too long.</returns>
    public bool TrySend(Ipv4Address host, ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> data)
    {
        if (data.Length > UdpDatagram.MaximumPayload || !_host.Identity.TryRoute(host, out Ipv4Address hop))
        {
            return false;
        }

        return _host.Arp.TryResolve(hop, out MacAddress station)
            ? Send(new ReplyRoute(station, host, typeOfService: 0), sourcePort, destinationPort, data)
            : _host.Arp.Pending.TryKeep(hop, host, sourcePort, destinationPort, data);
    }

    /// <summary>Sends a datagram to all hosts on the link, also without an address (RFC 2131 section 4.1).</summary>
    /// <param name="sourcePort">The port it comes from.</param>
    /// <param name="destinationPort">The port it is for.</param>
    /// <param name="data">The data, at most <see cref="UdpDatagram.MaximumPayload"/> bytes.</param>
    /// <returns>False if there is no buffer, or the data are too long.</returns>
    public bool TryBroadcast(ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> data) =>
        data.Length <= UdpDatagram.MaximumPayload
            && Send(new ReplyRoute(MacAddress.Broadcast, Ipv4Address.Broadcast, typeOfService: 0), sourcePort, destinationPort, data);

    private bool Send(in ReplyRoute route, ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> data)
    {
        data.CopyTo(_host.Transmitter.UdpPayload);
        return _host.Transmitter.SendUdp(in route, sourcePort, destinationPort, data.Length);
    }
}
