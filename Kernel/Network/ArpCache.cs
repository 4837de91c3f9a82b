using System;

namespace Reservoir.Network;

/// <summary>
/// Which Ethernet address each neighbour has, as far as this host needed to know: a table of fixed size that the wire can fill but not enlarge.
/// </summary>
/// <remarks>
/// An entry is free, expected (this host has asked) or known. A neighbour that asks for this host's address becomes known, since an answer to it
/// follows (RFC 826, "Packet Reception"); a reply makes known only what is expected. So a reply that nobody asked for changes nothing. When
/// the table is full the entry that has not been used for longest makes room: a flood of requests costs the neighbours' entries,
/// which are learned again, and no memory.
/// Every operation looks at each entry once at most. Not synchronised: protocol thread only; others may read single entries for display.
/// </remarks>
public sealed class ArpCache
{
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

    private enum EntryState : byte
    {
        Free,
        Expected,
        Known,
    }

    /// <summary>Neighbours it can hold.</summary>
    public int Capacity => _entries.Length;

    /// <summary>Neighbours whose address is known now.</summary>
    public int Known
    {
        get
        {
            int known = 0;
            for (int i = 0; i < _entries.Length; i++)
            {
                known += _entries[i].State == EntryState.Known ? 1 : 0;
            }

            return known;
        }
    }

    /// <summary>Forgets every neighbour; they are learned again.</summary>
    public void Clear()
    {
        Array.Clear(_entries, 0, _entries.Length);
        _uses = 0;
    }

    /// <summary>Reads one place of the table, for display.</summary>
    /// <param name="index">The place, zero to <see cref="Capacity"/> - 1.</param>
    /// <param name="address">The neighbour's IPv4 address.</param>
    /// <param name="hardware">Its Ethernet address.</param>
    /// <returns>False if no known neighbour is there.</returns>
    public bool TryRead(int index, out Ipv4Address address, out MacAddress hardware)
    {
        Entry entry = (uint)index < (uint)_entries.Length ? _entries[index] : default;
        address = entry.Address;
        hardware = entry.Hardware;
        return entry.State == EntryState.Known;
    }

    /// <summary>Looks a neighbour up, which counts as a use.</summary>
    /// <param name="address">Its IPv4 address.</param>
    /// <param name="hardware">Its Ethernet address; zero if it isn't known.</param>
    /// <returns>False if it isn't known.</returns>
    public bool TryLookUp(Ipv4Address address, out MacAddress hardware)
    {
        int index = Find(address);
        if (index < 0 || _entries[index].State != EntryState.Known)
        {
            hardware = default;
            return false;
        }

        _entries[index].LastUse = ++_uses;
        hardware = _entries[index].Hardware;
        return true;
    }

    /// <summary>Notes that this host asks for a neighbour's address, so that the reply will be taken. A neighbour that is known stays known.</summary>
    /// <param name="address">Its IPv4 address.</param>
    public void Expect(Ipv4Address address)
    {
        if (Find(address) < 0)
        {
            _entries[Victim()] = new Entry { Address = address, State = EntryState.Expected, LastUse = ++_uses };
        }
    }

    /// <summary>Takes the address of a neighbour that has asked for this host's.</summary>
    /// <param name="address">Its IPv4 address.</param>
    /// <param name="hardware">Its Ethernet address.</param>
    public void LearnFromRequest(Ipv4Address address, MacAddress hardware)
    {
        int index = Find(address);
        SetKnown(index < 0 ? Victim() : index, address, hardware);
    }

    /// <summary>Takes the address of a neighbour that has replied, if a reply was expected.</summary>
    /// <param name="address">Its IPv4 address.</param>
    /// <param name="hardware">Its Ethernet address.</param>
    /// <returns>False if no reply was expected; then nothing has changed.</returns>
    public bool TryLearnFromReply(Ipv4Address address, MacAddress hardware)
    {
        int index = Find(address);
        if (index < 0 || _entries[index].State != EntryState.Expected)
        {
            return false;
        }

        SetKnown(index, address, hardware);
        return true;
    }

    private void SetKnown(int index, Ipv4Address address, MacAddress hardware)
    {
        _entries[index] = new Entry { Address = address, Hardware = hardware, State = EntryState.Known, LastUse = ++_uses };
    }

    private int Find(Ipv4Address address)
    {
        for (int i = 0; i < _entries.Length; i++)
        {
            if (_entries[i].State != EntryState.Free && _entries[i].Address == address)
            {
                return i;
            }
        }

        return -1;
    }

    // A free entry was last used at zero, so it is the oldest.
    private int Victim()
    {
        int victim = 0;
        for (int i = 1; i < _entries.Length; i++)
        {
            if (_entries[i].LastUse < _entries[victim].LastUse)
            {
                victim = i;
            }
        }

        return victim;
    }

    private struct Entry
    {
        public Ipv4Address Address;
        public MacAddress Hardware;
        public EntryState State;
        public ulong LastUse;
    }
}
