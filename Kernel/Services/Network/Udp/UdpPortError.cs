namespace Reservoir.Network.Udp;

/// <summary>Why a service can't listen.</summary>
public enum UdpPortError : byte
{
    /// <summary>It listens.</summary>
    None,

    /// <summary>Another service listens at its port.</summary>
    PortTaken,

    /// <summary>The table of ports is full.</summary>
    TooManyPorts,
}
