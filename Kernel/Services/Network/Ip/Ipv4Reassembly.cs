using System;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Time;

namespace Reservoir.Network.Ip;

/// <summary>
/// Puts fragments of IPv4 datagrams together (RFC 791 section 3.2, RFC 815), each datagram in one buffer of a pool of its own.
/// </summary>
/// <remarks>
/// <para>There are as many datagrams in the making as the pool has buffers. One source may have half of them. For a new one the oldest
/// makes room, of the same source if that has its half, so that fragments without an end keep no sender out for long. A datagram has
/// <see cref="LifetimeNanoseconds"/> to become complete.</para>
/// <para>A map has a bit for each eight bytes that have come, so a fragment costs time proportional to its length and no list can grow. A
/// fragment that repeats what is there is dropped; one that overlaps it otherwise, or disagrees about the end, ends the datagram, and what
/// still comes of it is dropped (RFC 5722 section 4 and RFC 8200 section 4.5, for IPv6): an honest sender does neither, and different hosts
/// put such pieces together differently, which is all that they are good for.</para>
/// <para>Protocol thread only; the numbers may be read from any context.</para>
/// </remarks>
public sealed class Ipv4Reassembly
{
    /// <summary>How long a datagram may take, in nanoseconds (RFC 791 section 3.2 suggests 15 s, RFC 1122 section 3.3.2 up to two
    /// minutes).</summary>
    public const ulong LifetimeNanoseconds = 30 * Clock.NanosecondsPerSecond;

    /// <summary>Bytes of a pool's buffer that holds the longest datagram's data.</summary>
    public const int BufferSize = 64 * 1024;

    private const int NoEnd = -1;

    private readonly NonBlockingPool _pool;
    private readonly Ipv4FragmentSet[] _datagrams;
    private readonly FragmentMap _map;
    private readonly byte[] _headers;

    /// <summary>Makes it. Boot context.</summary>
    /// <param name="pool">Its own pool, with buffers of <see cref="BufferSize"/> bytes.</param>
    public Ipv4Reassembly(NonBlockingPool pool)
    {
        if (pool.BufferSize < BufferSize)
        {
            throw new ArgumentOutOfRangeException(nameof(pool), "the buffers are too small for a datagram");
        }

        _pool = pool;
        _datagrams = new Ipv4FragmentSet[pool.Count];
        _map = new FragmentMap(pool.Count, BufferSize);
        _headers = new byte[pool.Count * Ipv4Packet.MaximumHeaderLength];
    }

    /// <summary>Datagrams in the making, the abandoned ones among them.</summary>
    public int Count { get; private set; }

    /// <summary>The most there can be.</summary>
    public int Capacity => _datagrams.Length;

    /// <summary>The most there can be from one source.</summary>
    public int MostPerSource => Math.Max(1, _datagrams.Length / 2);

    /// <summary>Fragments kept.</summary>
    public ulong FragmentsKept { get; private set; }

    /// <summary>Datagrams completed.</summary>
    public ulong Completed { get; private set; }

    /// <summary>Datagrams that were not complete in time.</summary>
    public ulong TimedOut { get; private set; }

    /// <summary>Datagrams that had to make room for others.</summary>
    public ulong Displaced { get; private set; }

    /// <summary>Datagrams abandoned because their fragments overlapped.</summary>
    public ulong Abandoned { get; private set; }

    /// <summary>When the oldest datagram's time is up, in nanoseconds since boot; <see cref="Clock.Forever"/> if there is none.</summary>
    public ulong NextDeadline { get; private set; } = Clock.Forever;

    /// <summary>Forgets everything and returns the buffers.</summary>
    public void Clear()
    {
        for (int i = 0; i < _datagrams.Length; i++)
        {
            Free(i);
        }
    }

    /// <summary>Takes a fragment.</summary>
    /// <param name="packet">The fragment.</param>
    /// <param name="route">The way back to its sender.</param>
    /// <param name="now">The time in nanoseconds since boot.</param>
    /// <param name="completed">The number of the datagram that it completes, which the caller reads and then gives to <see cref="Free"/>;
    /// -1 if it completes none.</param>
    /// <returns><see cref="DropReason.None"/> if it was kept, or why not.</returns>
    internal DropReason Add(in Ipv4Packet packet, in ReplyRoute route, ulong now, out int completed)
    {
        completed = -1;
        int length = packet.Payload.Length;
        int start = packet.FragmentOffset;
        bool isLast = !packet.HasMoreFragments;
        DropReason reason = length == 0 ? DropReason.FragmentEmpty
            : !isLast && length % FragmentMap.BytesPerUnit != 0 ? DropReason.FragmentLength
            : start + length > Ipv4Packet.MaximumPayload ? DropReason.FragmentTooLong
            : DropReason.None;
        if (reason != DropReason.None)
        {
            return reason;
        }

        int index = FindOrBegin(in packet, now);
        if (index < 0)
        {
            return DropReason.FragmentNoPlace;
        }

        ref Ipv4FragmentSet datagram = ref _datagrams[index];
        if (datagram.IsAbandoned)
        {
            return DropReason.FragmentAbandoned;
        }

        Span<byte> place = _pool.GetSpan(datagram.Buffer);
        if (place.Length < start + length)
        {
            // The buffer has gone: the thread that rented it has died.
            Free(index);
            return DropReason.FragmentNoPlace;
        }

        place = place.Slice(start, length);
        reason = Fit(index, start, length, isLast, packet.Payload, place);
        if (reason != DropReason.None)
        {
            return reason;
        }

        packet.Payload.CopyTo(place);
        datagram.Received += length;
        datagram.Highest = Math.Max(datagram.Highest, start + length);
        datagram.End = isLast ? start + length : datagram.End;
        FragmentsKept++;
        if (start == 0)
        {
            datagram.Route = route;
            datagram.HeaderLength = packet.Header.Length;
            packet.Header.CopyTo(HeaderPlace(index));
        }

        if (datagram.Received == datagram.End)
        {
            Completed++;
            completed = index;
        }

        return DropReason.None;
    }

    /// <summary>What is known of a datagram.</summary>
    /// <param name="index">Its number, from <see cref="Add"/> or <see cref="TryTakeExpired"/>.</param>
    internal ref readonly Ipv4FragmentSet Get(int index) => ref _datagrams[index];

    /// <summary>The header of a datagram's first fragment; empty if that has not come.</summary>
    /// <param name="index">Its number.</param>
    internal ReadOnlySpan<byte> GetHeader(int index) => HeaderPlace(index).Slice(0, _datagrams[index].HeaderLength);

    /// <summary>The data of a datagram as far as they go from the beginning on; all of it if it is complete.</summary>
    /// <param name="index">Its number.</param>
    internal ReadOnlySpan<byte> GetPayload(int index)
    {
        ReadOnlySpan<byte> buffer = _pool.GetSpan(_datagrams[index].Buffer);
        return buffer.Slice(0, Math.Min(buffer.Length, _datagrams[index].Highest));
    }

    /// <summary>Finds a datagram whose time is up. To be called until it returns false; each is to be given to
    /// <see cref="Free"/>.</summary>
    /// <param name="now">The time in nanoseconds since boot.</param>
    /// <param name="index">Its number.</param>
    internal bool TryTakeExpired(ulong now, out int index)
    {
        index = -1;
        if (now < NextDeadline)
        {
            return false;
        }

        for (int i = 0; i < _datagrams.Length && index < 0; i++)
        {
            index = _datagrams[i].IsUsed && now >= _datagrams[i].Deadline ? i : -1;
        }

        FindDeadline();
        TimedOut += index >= 0 && !_datagrams[index].IsAbandoned ? 1UL : 0;
        return index >= 0;
    }

    /// <summary>Forgets a datagram and returns its buffer.</summary>
    /// <param name="index">Its number.</param>
    internal void Free(int index)
    {
        ref Ipv4FragmentSet datagram = ref _datagrams[index];
        if (datagram.IsUsed)
        {
            ReturnBuffer(ref datagram);
            datagram = default;
            Count--;
            FindDeadline();
        }
    }

    private void ReturnBuffer(ref Ipv4FragmentSet datagram)
    {
        if (!datagram.IsAbandoned)
        {
            _pool.Return(datagram.Buffer);
        }
    }

    /// <summary>The place of a fragment's datagram; a new one if it is the first of it. A source that has its share gives up its own oldest
    /// datagram for it.</summary>
    private int FindOrBegin(in Ipv4Packet packet, ulong now)
    {
        int oldest = -1;
        int oldestOfSource = -1;
        int free = -1;
        int ofSource = 0;
        for (int i = 0; i < _datagrams.Length; i++)
        {
            ref readonly Ipv4FragmentSet datagram = ref _datagrams[i];
            if (!datagram.IsUsed)
            {
                free = i;
                continue;
            }

            if (datagram.Matches(in packet))
            {
                return i;
            }

            oldest = Older(oldest, i);
            if (datagram.Source == packet.Source)
            {
                ofSource++;
                oldestOfSource = Older(oldestOfSource, i);
            }
        }

        int place = ofSource >= MostPerSource ? oldestOfSource : free < 0 ? oldest : free;
        Displaced += _datagrams[place].IsUsed && !_datagrams[place].IsAbandoned ? 1UL : 0;
        Free(place);
        return Begin(place, in packet, now) ? place : -1;
    }

    private int Older(int one, int other) => one < 0 || _datagrams[other].Deadline < _datagrams[one].Deadline ? other : one;

    private bool Begin(int index, in Ipv4Packet packet, ulong now)
    {
        RentResult rental = _pool.TryRent();
        if (!rental.Succeeded)
        {
            return false;
        }

        _datagrams[index] = new Ipv4FragmentSet(in packet, rental.Buffer, now + LifetimeNanoseconds) { End = NoEnd };
        _map.Clear(index);
        Count++;
        FindDeadline();
        return true;
    }

    /// <summary>Marks the bytes of a fragment as there, if none of them is and the end is where it can be.</summary>
    private DropReason Fit(int index, int start, int length, bool isLast, ReadOnlySpan<byte> data, ReadOnlySpan<byte> place)
    {
        ref Ipv4FragmentSet datagram = ref _datagrams[index];
        int end = start + length;
        int units = FragmentMap.UnitsOf(length);
        int present = _map.Count(index, start, units);
        bool endAgrees = datagram.End == NoEnd ? !isLast || end >= datagram.Highest : isLast ? end == datagram.End : end < datagram.End;
        if (present == units && endAgrees && end <= datagram.Highest && (!isLast || datagram.End != NoEnd) && data.SequenceEqual(place))
        {
            return DropReason.FragmentDuplicate;
        }

        if (present != 0 || !endAgrees)
        {
            _pool.Return(datagram.Buffer);
            datagram.IsAbandoned = true;
            Abandoned++;
            return DropReason.FragmentOverlap;
        }

        _map.Set(index, start, units);
        return DropReason.None;
    }

    private Span<byte> HeaderPlace(int index) => _headers.AsSpan(index * Ipv4Packet.MaximumHeaderLength, Ipv4Packet.MaximumHeaderLength);

    private void FindDeadline()
    {
        ulong deadline = Clock.Forever;
        for (int i = 0; i < _datagrams.Length; i++)
        {
            if (_datagrams[i].IsUsed)
            {
                deadline = Math.Min(deadline, _datagrams[i].Deadline);
            }
        }

        NextDeadline = deadline;
    }
}
