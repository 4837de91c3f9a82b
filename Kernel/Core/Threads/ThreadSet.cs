using System.Numerics;
using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>Some of the threads there can be, a bit for each. A value; used with interrupts masked.</summary>
[AllocationFree]
internal struct ThreadSet
{
    private const int BitsPerWord = 64;
    private ulong _low;
    private ulong _high;

    /// <summary>Whether no thread is in it.</summary>
    public readonly bool IsEmpty => (_low | _high) == 0;

    /// <summary>Whether a thread is in it, by its number.</summary>
    public readonly bool Contains(int id) => ((id < BitsPerWord ? _low : _high) >> (id % BitsPerWord) & 1) != 0;

    /// <summary>Puts a thread in by its number.</summary>
    public void Add(int id)
    {
        ulong bit = 1UL << (id % BitsPerWord);
        if (id < BitsPerWord)
        {
            _low |= bit;
        }
        else
        {
            _high |= bit;
        }
    }

    /// <summary>Takes a thread out by its number, if it is in.</summary>
    public void Remove(int id)
    {
        ulong bit = ~(1UL << (id % BitsPerWord));
        if (id < BitsPerWord)
        {
            _low &= bit;
        }
        else
        {
            _high &= bit;
        }
    }

    /// <summary>Takes out the thread with the lowest number, and returns that. There must be one.</summary>
    public int TakeFirst()
    {
        if (_low != 0)
        {
            int first = BitOperations.TrailingZeroCount(_low);
            _low &= _low - 1;
            return first;
        }

        int second = BitOperations.TrailingZeroCount(_high);
        _high &= _high - 1;
        return second + BitsPerWord;
    }

    /// <summary>Adds the threads of another set.</summary>
    public void UnionWith(ThreadSet other)
    {
        _low |= other._low;
        _high |= other._high;
    }

    /// <summary>Leaves only those that are in another set too.</summary>
    public void IntersectWith(ThreadSet other)
    {
        _low &= other._low;
        _high &= other._high;
    }
}
