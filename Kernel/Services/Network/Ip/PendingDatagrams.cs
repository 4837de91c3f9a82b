using System;
using Reservoir.Network.Wire;

namespace Reservoir.Network.Ip;

/// <summary>
/// UDP datagrams that wait until it is known where their next hop is: the latest for each hop, as RFC 1122 section 2.3.2.2 asks for, and
/// for <see cref="Capacity"/> hops at most.
/// </summary>
/// <remarks>Copies, in memory of its own. A hop gets its datagram, or gives it up, when the ARP cache knows its address or has asked in
/// vain; then its place is free. Protocol thread only; constant number of steps.</remarks>
public sealed class PendingDatagrams
{
    /// <summary>The most that wait at a time.</summary>
    public const int Capacity = 4;

    private readonly byte[] _data = new byte[Capacity * UdpDatagram.MaximumPayload];
    private readonly Place[] _places = new Place[Capacity];

    /// <summary>Datagrams that wait now.</summary>
    public int Count { get; private set; }

    /// <summary>Datagrams lost, because a later one took their place, no place was free, or no neighbour answered.</summary>
    public ulong Lost { get; private set; }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Array.Clear(_places, 0, _places.Length);
        Count = 0;
    }

    /// <summary>Keeps a copy of a datagram in place of the one that waits for the same hop.</summary>
    /// <param name="hop">The neighbour it waits for.</param>
    /// <param name="host">Its receiver.</param>
    /// <param name="sourcePort">The port it comes from.</param>
    /// <param name="destinationPort">The port it is for.</param>
    /// <param name="data">Its data, at most <see cref="UdpDatagram.MaximumPayload"/> bytes.</param>
    /// <returns>False if others have all places.</returns>
    internal bool TryKeep(Ipv4Address hop, Ipv4Address host, ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> data)
    {
        int index = Find(hop);
        if (index >= 0)
        {
            Lost++;
            Count--;
        }
        else
        {
            index = Find(default);
        }

        if (index < 0)
        {
            Lost++;
            return false;
        }

        _places[index] = new Place
        {
            Hop = hop,
            Host = host,
            SourcePort = sourcePort,
            DestinationPort = destinationPort,
            Length = data.Length,
        };
        data.CopyTo(_data.AsSpan(index * UdpDatagram.MaximumPayload));
        Count++;
        return true;
    }

    /// <summary>Takes the datagram that waits for a hop.</summary>
    /// <param name="hop">The neighbour.</param>
    /// <param name="data">Where its data are copied to, at least <see cref="UdpDatagram.MaximumPayload"/> bytes.</param>
    /// <param name="place">The datagram's receiver, ports and length.</param>
    /// <returns>False if none waits.</returns>
    internal bool TryTake(Ipv4Address hop, Span<byte> data, out Place place)
    {
        int index = Find(hop);
        place = index < 0 ? default : _places[index];
        if (index < 0)
        {
            return false;
        }

        _data.AsSpan(index * UdpDatagram.MaximumPayload, place.Length).CopyTo(data);
        _places[index] = default;
        Count--;
        return true;
    }

    /// <summary>Gives up what waits for a hop.</summary>
    /// <param name="hop">The neighbour.</param>
    internal void Drop(Ipv4Address hop)
    {
        int index = Find(hop);
        if (index >= 0)
        {
            _places[index] = default;
            Count--;
            Lost++;
        }
    }

    private int Find(Ipv4Address hop)
    {
        for (int i = 0; i < _places.Length; i++)
        {
            if (_places[i].Hop == hop)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A datagram without its data.</summary>
    internal struct Place
    {
        /// <summary>The neighbour; zero if the place is free.</summary>
        public Ipv4Address Hop;
        public Ipv4Address Host;
        public ushort SourcePort;
        public ushort DestinationPort;
        public int Length;
    }
}
