using System;
using Reservoir.Devices;
using Reservoir.Network.Wire;
using Reservoir.Time;

namespace Reservoir.Network.Ip;

/// <summary>
/// Which Ethernet address each neighbour has, as far as this host needed to know: a table of fixed size that the wire can fill but not
/// enlarge.
/// </summary>
/// <remarks>
/// <para>A neighbour is <em>expected</em> while this host asks for its address, once a second and <see cref="MostRequests"/> times at most
/// (RFC 1122 section 2.3.2.1), and then <em>asked</em>: its reply is taken, and no second one. A reply without a request changes nothing. A
/// neighbour that asks for this host's address is <em>heard</em>, since an answer to it follows (RFC 826, "Packet Reception"): such an
/// entry takes a free place or that of another heard one, never that of a neighbour this host has asked for, and it changes no address that
/// this host has asked for. So a host that floods or forges requests displaces only others of its kind.</para>
/// <para>An address is believed for <see cref="LifetimeNanoseconds"/> after it was learned; then it has to be learned again, which lets a
/// neighbour change its card.</para>
/// <para>Every operation looks at each entry once at most. Not synchronised: protocol thread only; others may read single entries for
/// display.</para>
/// </remarks>
public sealed class ArpCache
{
    /// <summary>How long an address is believed, in nanoseconds (RFC 1122 section 2.3.2.1: "on the order of a minute").</summary>
    public const ulong LifetimeNanoseconds = 60 * Clock.NanosecondsPerSecond;

    /// <summary>The least time between two requests for the same neighbour, in nanoseconds (RFC 1122 section 2.3.2.1).</summary>
    public const ulong RequestIntervalNanoseconds = Clock.NanosecondsPerSecond;

    /// <summary>How often a neighbour is asked before this host gives up.</summary>
    public const int MostRequests = 3;

    private readonly Entry[] _entries;
    private ulong _uses;

    /// <summary>Makes an empty cache. Boot context.</summary>
    /// <param name="capacity">Neighbours it can hold, at least one.</param>
    public ArpCache(int capacity)
    {
        if (capacity < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(capacity), "at least one neighbour");
        }

        _entries = new Entry[capacity];
    }

    /// <summary>Neighbours it can hold.</summary>
    public int Capacity => _entries.Length;

    /// <summary>Requests that wanted to change the address of a neighbour that this host has asked.</summary>
    public ulong ChangesRefused { get; private set; }

    /// <summary>Neighbours that have not answered.</summary>
    public ulong Unanswered { get; private set; }

    /// <summary>When the next neighbour has to be asked again or given up, in nanoseconds since boot; <see cref="Clock.Forever"/> if none
    /// is expected.</summary>
    public ulong NextDeadline { get; private set; } = Clock.Forever;

    /// <summary>Neighbours whose address is in the table, however old.</summary>
    public int Known
    {
        get
        {
            int known = 0;
            for (int i = 0; i < _entries.Length; i++)
            {
                known += _entries[i].State >= ArpState.Heard ? 1 : 0;
            }

            return known;
        }
    }

    /// <summary>Forgets every neighbour; they are learned again.</summary>
    public void Clear()
    {
        Array.Clear(_entries, 0, _entries.Length);
        _uses = 0;
        NextDeadline = Clock.Forever;
    }

    /// <summary>Reads one place of the table, for display.</summary>
    /// <param name="index">The place, zero to <see cref="Capacity"/> - 1.</param>
    /// <param name="neighbour">What is there; a free place everywhere else.</param>
    /// <returns>False if the place is free.</returns>
    public bool TryRead(int index, out ArpNeighbour neighbour)
    {
        Entry entry = (uint)index < (uint)_entries.Length ? _entries[index] : default;
        neighbour = new ArpNeighbour(entry.Address, entry.Hardware, entry.State, entry.Since);
        return entry.State != ArpState.Free;
    }

    /// <summary>Looks a neighbour up, which counts as a use.</summary>
    /// <param name="address">Its IPv4 address.</param>
    /// <param name="now">The time in nanoseconds since boot.</param>
    /// <param name="hardware">Its Ethernet address; zero if it isn't known.</param>
    /// <returns>False if it isn't known, or not any more.</returns>
    public bool TryLookUp(Ipv4Address address, ulong now, out MacAddress hardware)
    {
        int index = Find(address);
        if (index < 0 || !IsBelieved(in _entries[index], now))
        {
            hardware = default;
            return false;
        }

        _entries[index].LastUse = ++_uses;
        hardware = _entries[index].Hardware;
        return true;
    }

    /// <summary>Notes that this host wants a neighbour's address, so that the reply will be taken. A neighbour that is known stays
    /// known.</summary>
    /// <param name="address">Its IPv4 address.</param>
    /// <param name="now">The time in nanoseconds since boot.</param>
    /// <returns>True if a request is due now; false if one is on its way, it is known, or the table is full of others that are
    /// expected.</returns>
    public bool Expect(Ipv4Address address, ulong now)
    {
        int index = Find(address);
        if (index >= 0 && (_entries[index].State == ArpState.Expected || IsBelieved(in _entries[index], now)))
        {
            return false;
        }

        index = index < 0 ? Victim(now, ArpState.Asked) : index;
        if (index < 0)
        {
            return false;
        }

        _entries[index] = new Entry { Address = address, State = ArpState.Expected, Since = now, Requests = 1, LastUse = ++_uses };
        FindDeadline();
        return true;
    }

    /// <summary>Takes the address of a neighbour that has asked for this host's, if there is a place for it.</summary>
    /// <param name="address">Its IPv4 address.</param>
    /// <param name="hardware">Its Ethernet address.</param>
    /// <param name="now">The time in nanoseconds since boot.</param>
    /// <returns>Whether it is known by this address now.</returns>
    public bool LearnFromRequest(Ipv4Address address, MacAddress hardware, ulong now)
    {
        int index = Find(address);
        if (index < 0)
        {
            index = Victim(now, ArpState.Heard);
        }
        else if (_entries[index].State == ArpState.Asked && IsBelieved(in _entries[index], now) && _entries[index].Hardware != hardware)
        {
            ChangesRefused++;
            return false;
        }

        if (index < 0)
        {
            return false;
        }

        bool wasAsked = _entries[index].State is ArpState.Asked or ArpState.Expected && _entries[index].Address == address;
        SetKnown(index, address, hardware, wasAsked ? ArpState.Asked : ArpState.Heard, now);
        return true;
    }

    /// <summary>Takes the address of a neighbour that has replied, if a reply was expected.</summary>
    /// <param name="address">Its IPv4 address.</param>
    /// <param name="hardware">Its Ethernet address.</param>
    /// <param name="now">The time in nanoseconds since boot.</param>
    /// <returns>False if no reply was expected; then nothing has changed.</returns>
    public bool TryLearnFromReply(Ipv4Address address, MacAddress hardware, ulong now)
    {
        int index = Find(address);
        if (index < 0 || _entries[index].State != ArpState.Expected)
        {
            return false;
        }

        SetKnown(index, address, hardware, ArpState.Asked, now);
        return true;
    }

    /// <summary>Takes one expected neighbour whose time has come. To be called until it returns false.</summary>
    /// <param name="now">The time in nanoseconds since boot.</param>
    /// <param name="address">Its IPv4 address.</param>
    /// <param name="isGivenUp">Whether it has been asked often enough and is forgotten; otherwise it is to be asked again.</param>
    /// <returns>False if the time of none has come.</returns>
    public bool TryTakeDue(ulong now, out Ipv4Address address, out bool isGivenUp)
    {
        address = default;
        isGivenUp = false;
        if (now < NextDeadline)
        {
            return false;
        }

        for (int i = 0; i < _entries.Length; i++)
        {
            ref Entry entry = ref _entries[i];
            if (entry.State == ArpState.Expected && now - entry.Since >= RequestIntervalNanoseconds)
            {
                address = entry.Address;
                isGivenUp = entry.Requests >= MostRequests;
                Unanswered += isGivenUp ? 1UL : 0;
                entry.Since = now;
                entry.Requests++;
                if (isGivenUp)
                {
                    entry = default;
                }

                break;
            }
        }

        FindDeadline();
        return !address.IsZero;
    }

    private static bool IsBelieved(in Entry entry, ulong now) => entry.State >= ArpState.Heard && now - entry.Since < LifetimeNanoseconds;

    private void SetKnown(int index, Ipv4Address address, MacAddress hardware, ArpState state, ulong now)
    {
        bool wasExpected = _entries[index].State == ArpState.Expected;
        _entries[index] = new Entry { Address = address, Hardware = hardware, State = state, Since = now, LastUse = ++_uses };
        if (wasExpected)
        {
            FindDeadline();
        }
    }

    private int Find(Ipv4Address address)
    {
        for (int i = 0; i < _entries.Length; i++)
        {
            if (_entries[i].State != ArpState.Free && _entries[i].Address == address)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The place for a new neighbour: a free one, else that of one that isn't believed any more, else of the one heard, and last
    /// of the one asked, that was used longest ago.</summary>
    /// <param name="now">The time.</param>
    /// <param name="least">The best entry that may be displaced.</param>
    private int Victim(ulong now, ArpState least)
    {
        int victim = -1;
        ArpState worth = ArpState.Asked + 1;
        for (int i = 0; i < _entries.Length; i++)
        {
            ref readonly Entry entry = ref _entries[i];
            ArpState own = entry.State >= ArpState.Heard && !IsBelieved(in entry, now) ? ArpState.Free : entry.State;
            if (own != ArpState.Expected && own <= least && (own < worth || (own == worth && entry.LastUse < _entries[victim].LastUse)))
            {
                victim = i;
                worth = own;
            }
        }

        return victim;
    }

    private void FindDeadline()
    {
        ulong deadline = Clock.Forever;
        for (int i = 0; i < _entries.Length; i++)
        {
            if (_entries[i].State == ArpState.Expected)
            {
                deadline = Math.Min(deadline, _entries[i].Since + RequestIntervalNanoseconds);
            }
        }

        NextDeadline = deadline;
    }

    private struct Entry
    {
        public Ipv4Address Address;
        public MacAddress Hardware;
        public ArpState State;

        /// <summary>When it was learned, or asked for last.</summary>
        public ulong Since;
        public int Requests;
        public ulong LastUse;
    }
}
