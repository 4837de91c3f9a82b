namespace Reservoir.Network;

/// <summary>Who listens at which UDP port: a table of fixed size, filled at boot and searched once for each datagram.</summary>
public sealed class UdpPortTable
{
    /// <summary>The most services; few enough that looking at each costs less than a cleverer table.</summary>
    public const int Capacity = 16;

    private readonly UdpService?[] _services = new UdpService?[Capacity];

    /// <summary>Services in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Reads one place of the table, for display. Any context.</summary>
    /// <param name="index">The place, zero to <see cref="Count"/> - 1; null elsewhere.</param>
    public UdpService? this[int index] => (uint)index < (uint)Count ? _services[index] : null;

    /// <summary>Lets a service listen. Boot context.</summary>
    /// <param name="service">The service.</param>
    /// <returns><see cref="UdpPortError.None"/>, or why not; then nothing has changed.</returns>
    public UdpPortError Add(UdpService service)
    {
        if (Find(service.Port) is not null)
        {
            return UdpPortError.PortTaken;
        }

        if (Count == Capacity)
        {
            return UdpPortError.TooManyPorts;
        }

        _services[Count++] = service;
        return UdpPortError.None;
    }

    /// <summary>Finds who listens at a port. Any context.</summary>
    /// <param name="port">The port.</param>
    /// <returns>Null if nobody does.</returns>
    public UdpService? Find(ushort port)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_services[i]!.Port == port)
            {
                return _services[i];
            }
        }

        return null;
    }
}
