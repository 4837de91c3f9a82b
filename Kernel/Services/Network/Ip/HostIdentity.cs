using Reservoir.Devices;
using Reservoir.Network.Wire;

namespace Reservoir.Network.Ip;

/// <summary>
/// Who this host is: its Ethernet address, its IPv4 address and network, its router; and what the headers of frames for it look like.
/// </summary>
/// <remarks>Changed by the protocol thread only, all at once by <see cref="Configure"/>; others read single values.</remarks>
public sealed class HostIdentity
{
    private PlainPattern _plain;

    /// <summary>Makes an identity. Boot context.</summary>
    /// <param name="station">The card's Ethernet address.</param>
    /// <param name="configuration">The IPv4 address; none if a DHCP server shall give it.</param>
    public HostIdentity(MacAddress station, Ipv4Configuration configuration)
    {
        Station = station;
        Configuration = configuration;
        _plain = new PlainPattern(station, configuration.Address);
    }

    /// <summary>Its Ethernet address.</summary>
    public MacAddress Station { get; }

    /// <summary>Its IPv4 address and network; none before a DHCP server has given them.</summary>
    public Ipv4Configuration Configuration { get; private set; }

    /// <summary>The neighbour that takes datagrams for other networks; zero if there is none.</summary>
    public Ipv4Address Router { get; internal set; }

    /// <summary>What the headers of plain frames for it have in common.</summary>
    internal ref readonly PlainPattern Plain => ref _plain;

    /// <summary>Finds the neighbour that a datagram for a host goes to first: the host itself, or the router (RFC 1122 section
    /// 3.3.1.1).</summary>
    /// <param name="host">The host.</param>
    /// <param name="hop">The neighbour.</param>
    /// <returns>False if no datagram can be sent there: the host is none, or neither on the link nor is there a router.</returns>
    public bool TryRoute(Ipv4Address host, out Ipv4Address hop)
    {
        hop = Configuration.IsOnLink(host) ? host : Router;
        return Configuration.IsSet && Configuration.IsAnswerable(host) && !hop.IsZero;
    }

    /// <summary>Gives this host an address, or takes it away. Protocol thread.</summary>
    /// <param name="configuration">The address; none to take it away.</param>
    /// <param name="router">The router; ignored if it is no other host on the link.</param>
    internal void Configure(Ipv4Configuration configuration, Ipv4Address router)
    {
        Configuration = configuration;
        _plain = new PlainPattern(Station, configuration.Address);
        Router = configuration.IsSet && router != configuration.Address && configuration.IsOnLink(router)
            && configuration.IsAnswerable(router) ? router : default;
    }
}
