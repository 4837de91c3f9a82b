using Reservoir.Devices;
using Reservoir.Network.Wire;

namespace Reservoir.Network.Ip;

/// <summary>The sender of a frame, as its headers name it. A value; any context.</summary>
public readonly struct FrameSource
{
    /// <summary>Names a sender.</summary>
    /// <param name="station">Its Ethernet address.</param>
    /// <param name="host">Its IPv4 address; zero if it has none yet.</param>
    public FrameSource(MacAddress station, Ipv4Address host)
    {
        Station = station;
        Host = host;
    }

    /// <summary>Its Ethernet address.</summary>
    public MacAddress Station { get; }

    /// <summary>Its IPv4 address; zero if it has none yet.</summary>
    public Ipv4Address Host { get; }
}
