using System.Runtime.CompilerServices;
using Cosmos.Common;

namespace Reservoir.Network.Udp;

/// <summary>The service at each UDP port: a table of fixed size, filled at boot and searched once for each datagram.</summary>
public sealed class UdpPortTable
{
    /// <summary>The most services.</summary>
    public const int Capacity = 16;

    private const int Places = 2 * Capacity;

    private readonly UdpService?[] _services = new UdpService?[Capacity];

    /// <summary>
    /// The same ones, each at the place that its port names, or at the next free one. At least half of the places are free, so each search
    /// ends.
    /// </summary>
    private readonly UdpService?[] _byPort = new UdpService?[Places];

    private readonly TextOutput _messages;

    /// <summary>Makes an empty table. Boot context.</summary>
    /// <param name="messages">Where it says which service it has refused, and why.</param>
    public UdpPortTable(TextOutput messages)
    {
        _messages = messages;
    }

    /// <summary>Services in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Reads one place of the table, for display. Any context.</summary>
    /// <param name="index">The place, zero to <see cref="Count"/> - 1; null elsewhere.</param>
    public UdpService? this[int index] => (uint)index < (uint)Count ? _services[index] : null;

    /// <summary>Lets a service listen. A refusal is reported with the service's name and port. Boot context.</summary>
    /// <param name="service">The service.</param>
    /// <returns><see cref="UdpPortError.None"/>, or why not; then nothing has changed.</returns>
    public UdpPortError Add(UdpService service)
    {
        if (Find(service.Port) is { } other)
        {
            _messages.WriteLine($"network: {service.Name} can't listen at UDP port {service.Port}: {other.Name} does");
            return UdpPortError.PortTaken;
        }

        if (Count == Capacity)
        {
            _messages.WriteLine($"network: {service.Name} can't listen at UDP port {service.Port}: all {Capacity} services are taken");
            return UdpPortError.TooManyPorts;
        }

        int place = service.Port % Places;
        while (_byPort[place] is not null)
        {
            place = (place + 1) % Places;
        }

        _byPort[place] = service;
        _services[Count++] = service;
        return UdpPortError.None;
    }

    /// <summary>Finds the service at a port. Any context; looks at one place usually, at no more than there are services and one.</summary>
    /// <param name="port">The port.</param>
    /// <returns>Null if there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public UdpService? Find(ushort port)
    {
        uint place = port;
        UdpService? service = _byPort[place % Places];
        while (service is not null && service.Port != port)
        {
            place++;
            service = _byPort[place % Places];
        }

        return service;
    }
}
