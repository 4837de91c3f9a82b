using static Reservoir.Drivers.E1000.E1000Registers;

namespace Reservoir.Drivers.E1000;

/// <summary>
/// The frames that the device lets in besides those for its own address and broadcasts: for single addresses, which it compares exactly,
/// and groups, of which it looks at twelve bits only (8254x manual, 13.5), so that some frames for other groups pass and are the stack's to
/// drop.
/// </summary>
/// <remarks>Thread context, one thread at a time.</remarks>
internal sealed class E1000Filters
{
    /// <summary>The most addresses that can be added.</summary>
    public const int MostAddresses = 32;

    private const ulong GroupBit = 1UL << 40;
    private const ulong AddressMask = (1UL << 48) - 1;
    private const int HashMask = 0xFFF;

    private readonly RegisterWindow _registers;
    private readonly int _places;
    private readonly ulong[] _addresses = new ulong[MostAddresses];

    /// <summary>Makes filters that let nothing more in. Boot context.</summary>
    /// <param name="registers">The device's registers.</param>
    /// <param name="places">Single addresses that the device can compare with, its own included.</param>
    public E1000Filters(RegisterWindow registers, int places)
    {
        _registers = registers;
        _places = places;
    }

    /// <summary>Addresses that were added.</summary>
    public int Count { get; private set; }

    /// <summary>Whether everything is let in.</summary>
    public bool IsPromiscuous { get; private set; }

    /// <summary>An address that was added; zero beyond them.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public ulong this[int index] => (uint)index < (uint)Count ? _addresses[index] : 0;

    /// <summary>Lets frames for an address in.</summary>
    /// <param name="address">The address, its first byte the most significant of 48 bits.</param>
    /// <returns>False if there is no room for it, it is there already, or it is none: zero, or the broadcast address.</returns>
    public bool TryAdd(ulong address)
    {
        if (address is 0 or >= AddressMask || Find(address) >= 0 || Count == MostAddresses
            || (!IsGroup(address) && CountSingle() == _places - 1))
        {
            return false;
        }

        _addresses[Count++] = address;
        Load();
        return true;
    }

    /// <summary>Keeps frames for an address out again.</summary>
    /// <param name="address">The address.</param>
    /// <returns>False if it was not added.</returns>
    public bool TryRemove(ulong address)
    {
        int index = Find(address);
        if (index < 0)
        {
            return false;
        }

        _addresses[index] = _addresses[--Count];
        Load();
        return true;
    }

    /// <summary>Lets everything in, or not.</summary>
    /// <param name="promiscuous">Whether everything.</param>
    public void SetPromiscuous(bool promiscuous)
    {
        const uint all = ReceiveAllSingle | ReceiveAllGroups;
        IsPromiscuous = promiscuous;
        uint control = _registers.Read(RCTL);
        _registers.Write(RCTL, promiscuous ? control | all : control & ~all);
    }

    /// <summary>Writes the tables: what was added, and nothing else. The device's own address, the first, is left alone.</summary>
    public void Load()
    {
        uint place = 1;
        for (int i = 0; i < Count; i++)
        {
            if (!IsGroup(_addresses[i]))
            {
                WriteSingle(place++, _addresses[i]);
            }
        }

        for (; place < _places; place++)
        {
            _registers.Write(RAH0 + place * ReceiveAddressStride, 0);
        }

        for (uint word = 0; word < MTAWords; word++)
        {
            _registers.Write(MTA + word * sizeof(uint), WordOfGroups(word));
        }
    }

    /// <summary>The place of a group in the table: twelve bits of its last two bytes (13.4.22, MO = 00).</summary>
    /// <param name="address">The group's address.</param>
    internal static uint HashOf(ulong address)
    {
        uint last = (uint)address & 0xFF;
        uint lastButOne = (uint)(address >> 8) & 0xFF;
        return ((last << 8 | lastButOne) >> 4) & HashMask;
    }

    private static bool IsGroup(ulong address) => (address & GroupBit) != 0;

    private int Find(ulong address)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_addresses[i] == address)
            {
                return i;
            }
        }

        return -1;
    }

    private int CountSingle()
    {
        int count = 0;
        for (int i = 0; i < Count; i++)
        {
            count += IsGroup(_addresses[i]) ? 0 : 1;
        }

        return count;
    }

    private uint WordOfGroups(uint word)
    {
        uint bits = 0;
        for (int i = 0; i < Count; i++)
        {
            uint hash = HashOf(_addresses[i]);
            bits |= IsGroup(_addresses[i]) && hash >> 5 == word ? 1u << (int)(hash & 31) : 0;
        }

        return bits;
    }

    /// <summary>The registers have the first byte least significant.</summary>
    private void WriteSingle(uint place, ulong address)
    {
        ulong reversed = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(address) >> 16;
        _registers.Write(RAL0 + place * ReceiveAddressStride, (uint)reversed);
        _registers.Write(RAH0 + place * ReceiveAddressStride, (uint)(reversed >> 32) | AddressValid);
    }
}
