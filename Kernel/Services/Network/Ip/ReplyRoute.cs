using Reservoir.Devices;
using Reservoir.Network.Wire;

namespace Reservoir.Network.Ip;

/// <summary>
/// The way back to the sender of a datagram: through the station that delivered it, be that the sender or a router, so that no address has
/// to be resolved. A value; any context.
/// </summary>
public readonly struct ReplyRoute
{
    /// <summary>Makes a route.</summary>
    /// <param name="station">The station that delivered the datagram.</param>
    /// <param name="host">The host that sent it.</param>
    /// <param name="typeOfService">The datagram's Type of Service.</param>
    public ReplyRoute(MacAddress station, Ipv4Address host, byte typeOfService)
    {
        Station = station;
        Host = host;
        TypeOfService = typeOfService;
    }

    /// <summary>The station that delivered the datagram.</summary>
    public MacAddress Station { get; }

    /// <summary>The host that sent it.</summary>
    public Ipv4Address Host { get; }

    /// <summary>Its Type of Service, which the answer repeats.</summary>
    public byte TypeOfService { get; }
}
