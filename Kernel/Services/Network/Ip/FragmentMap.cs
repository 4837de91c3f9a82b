using System;
using System.Numerics;

namespace Reservoir.Network.Ip;

/// <summary>Which parts of some datagrams have come: a bit for each eight bytes, the unit in which fragments are placed (RFC 791 section
/// 3.2; RFC 815 keeps a list of holes instead, whose length the wire decides).</summary>
/// <remarks>Cost proportional to the length of a fragment, 64 units a step. Not synchronised.</remarks>
internal sealed class FragmentMap
{
    /// <summary>Bytes that a bit stands for.</summary>
    public const int BytesPerUnit = 8;

    private const int BitsPerWord = 64;
    private readonly int _wordsPerDatagram;
    private readonly ulong[] _words;

    /// <summary>Makes empty maps. Boot context.</summary>
    /// <param name="datagrams">How many.</param>
    /// <param name="bytes">The length of a datagram, a multiple of 512.</param>
    public FragmentMap(int datagrams, int bytes)
    {
        _wordsPerDatagram = bytes / BytesPerUnit / BitsPerWord;
        _words = new ulong[datagrams * _wordsPerDatagram];
    }

    /// <summary>Units that some bytes fill or begin.</summary>
    /// <param name="bytes">How many bytes.</param>
    public static int UnitsOf(int bytes) => (bytes + BytesPerUnit - 1) / BytesPerUnit;

    /// <summary>Marks nothing of a datagram as there.</summary>
    /// <param name="datagram">Its number.</param>
    public void Clear(int datagram) => Array.Clear(_words, datagram * _wordsPerDatagram, _wordsPerDatagram);

    /// <summary>How many units of a stretch are there.</summary>
    /// <param name="datagram">The datagram's number.</param>
    /// <param name="start">Where the stretch begins, in bytes.</param>
    /// <param name="units">Its length in units.</param>
    public int Count(int datagram, int start, int units)
    {
        int present = 0;
        for (int bit = FirstBit(datagram, start), end = bit + units; bit < end; bit += BitsPerWord - bit % BitsPerWord)
        {
            present += BitOperations.PopCount(_words[bit / BitsPerWord] & MaskOf(bit, end));
        }

        return present;
    }

    /// <summary>Marks a stretch as there.</summary>
    /// <param name="datagram">The datagram's number.</param>
    /// <param name="start">Where the stretch begins, in bytes.</param>
    /// <param name="units">Its length in units.</param>
    public void Set(int datagram, int start, int units)
    {
        for (int bit = FirstBit(datagram, start), end = bit + units; bit < end; bit += BitsPerWord - bit % BitsPerWord)
        {
            _words[bit / BitsPerWord] |= MaskOf(bit, end);
        }
    }

    /// <summary>The bits from one to the end of its word or of the stretch.</summary>
    private static ulong MaskOf(int bit, int end)
    {
        int count = Math.Min(end - bit, BitsPerWord - bit % BitsPerWord);
        return ulong.MaxValue >> (BitsPerWord - count) << (bit % BitsPerWord);
    }

    private int FirstBit(int datagram, int start) => datagram * _wordsPerDatagram * BitsPerWord + start / BytesPerUnit;
}
