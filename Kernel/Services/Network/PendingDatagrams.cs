using System;

namespace Reservoir.Network;

/// <summary>
/// Datagrams that wait until it is known where their next hop is: the latest for each hop, as RFC 1122 section 2.3.2.2 asks for, and for
/// <see cref="Capacity"/> hops at most.
/// </summary>
/// <remarks>Copies, in memory of its own. A hop gets its datagram, or gives it up, when the ARP cache knows or has asked in vain; then its
/// place is free. Protocol thread only; constant number of steps.</remarks>
public sealed class PendingDatagrams
{
    /// <summary>The most that wait at a time.</summary>
    public const int Capacity = 4;

    private readonly byte[] _data = new byte[Capacity * EthernetFrame.MaximumPayload];
    private readonly Place[] _places = new Place[Capacity];

    /// <summary>Datagrams that wait now.</summary>
    public int Count { get; private set; }

    /// <summary>Datagrams lost, because a later one took their place, no place was free, or nobody answered.</summary>
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
    /// <param name="protocol">What it carries.</param>
    /// <param name="payload">Its data, at most 1,480 bytes.</param>
    /// <returns>False if others have all places.</returns>
    internal bool TryKeep(Ipv4Address hop, Ipv4Address host, Ipv4Protocol protocol, ReadOnlySpan<byte> payload)
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

        _places[index] = new Place { Hop = hop, Host = host, Protocol = protocol, Length = payload.Length };
        payload.CopyTo(_data.AsSpan(index * EthernetFrame.MaximumPayload));
        Count++;
        return true;
    }

    /// <summary>Takes the datagram that waits for a hop.</summary>
    /// <param name="hop">The neighbour.</param>
    /// <param name="host">The datagram's receiver.</param>
    /// <param name="protocol">What it carries.</param>
    /// <param name="payload">Where its data are copied to, at least 1,480 bytes.</param>
    /// <returns>The length of its data; -1 if none waits.</returns>
    internal int Take(Ipv4Address hop, out Ipv4Address host, out Ipv4Protocol protocol, Span<byte> payload)
    {
        int index = Find(hop);
        Place place = index < 0 ? default : _places[index];
        host = place.Host;
        protocol = place.Protocol;
        if (index < 0)
        {
            return -1;
        }

        _data.AsSpan(index * EthernetFrame.MaximumPayload, place.Length).CopyTo(payload);
        _places[index] = default;
        Count--;
        return place.Length;
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

    private struct Place
    {
        /// <summary>The neighbour; zero if the place is free.</summary>
        public Ipv4Address Hop;
        public Ipv4Address Host;
        public Ipv4Protocol Protocol;
        public int Length;
    }
}
