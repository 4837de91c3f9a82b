using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Reservoir.Tests.Fuzzing;

/// <summary>
/// Makes damaged frames of those in a corpus: bits, lengths, addresses, ports, fragments' places, pieces of other frames; then puts the
/// checksums right again, as a rule, so that the damage gets past them. The same seed
/// gives the same frames.
/// </summary>
internal sealed class FrameMutator
{
    public const int LongestFrame = 1600;

    private readonly FuzzParties _parties;
    private readonly FrameCorpus _corpus;
    private readonly byte[] _frame = new byte[LongestFrame];
    private readonly uint[] _addresses;
    private readonly int[] _order = new int[64];
    private List<byte[]>? _datagram;
    private ushort _identification;
    private int _fragment;
    private ulong _state;
    private int _length;

    public FrameMutator(FuzzParties parties, FrameCorpus corpus, ulong seed)
    {
        _parties = parties;
        _corpus = corpus;
        _state = seed * 0x9E37_79B9_7F4A_7C15 + 1;
        _addresses =
        [
            parties.HostAddress, parties.PeerAddress, parties.PeerAddress + 1, 0, 1, 0x7F000001, 0xE0000001, 0xF0000001, uint.MaxValue,
            parties.HostAddress | 0xFF, parties.HostAddress & 0xFFFFFF00, 0xC0000201, parties.HostAddress ^ 0x100,
        ];
    }

    /// <summary>A number below a bound.</summary>
    public int Next(int bound)
    {
        // Marsaglia's xorshift64* (2003; Vigna 2016).
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)(((_state * 0x2545_F491_4F6C_DD1D >> 32) * (ulong)bound) >> 32);
    }

    /// <summary>The next frame; good until the next call.</summary>
    public ReadOnlySpan<byte> Next()
    {
        if (_datagram is not null)
        {
            return NextFragment();
        }

        int kind = Next(32);
        if (kind == 0 && _length != 0)
        {
            return _frame.AsSpan(0, _length);
        }

        if (kind == 1)
        {
            return Noise();
        }

        if (kind == 2)
        {
            BeginDatagram();
            return NextFragment();
        }

        // As often one of the first frames as one of those learned, which lead into remote corners.
        byte[] origin = _corpus[Next(Next(2) == 0 ? _corpus.Seeds : _corpus.Count)];
        return Mutate(origin, kind == 3 ? 0 : 1 + Next(4));
    }

    /// <summary>A damaged copy of a frame.</summary>
    /// <param name="origin">The frame.</param>
    /// <param name="changes">How often it is changed.</param>
    public ReadOnlySpan<byte> Mutate(ReadOnlySpan<byte> origin, int changes)
    {
        origin.CopyTo(_frame);
        _length = origin.Length;
        for (int i = 0; i < changes; i++)
        {
            Change();
        }

        if (Next(8) != 0)
        {
            Reseal(transport: Next(4) != 0);
        }

        return Finish();
    }

    /// <summary>A datagram in fragments comes as a whole, as often as not in another order.</summary>
    private void BeginDatagram()
    {
        _datagram = _corpus.Datagrams[Next(_corpus.Datagrams.Length)];
        _identification = (ushort)Next(65536);
        _fragment = 0;
        bool isShuffled = Next(2) == 0;
        for (int i = 0; i < _datagram.Count; i++)
        {
            int other = isShuffled ? Next(i + 1) : i;
            _order[i] = _order[other];
            _order[other] = i;
        }
    }

    private ReadOnlySpan<byte> NextFragment()
    {
        byte[] origin = _datagram![_order[_fragment++]];
        _datagram = _fragment == _datagram.Count ? null : _datagram;
        origin.CopyTo(_frame, 0);
        _length = origin.Length;
        Put16(18, _identification);
        if (Next(16) == 0)
        {
            Change();
        }

        Reseal(transport: false, keepsLength: true);
        return Finish();
    }

    private ReadOnlySpan<byte> Noise()
    {
        _length = Next(LongestFrame);
        for (int i = 0; i < _length; i++)
        {
            _frame[i] = (byte)Next(256);
        }

        if (Next(2) == 0 && _length > 34)
        {
            _parties.HostStation.CopyTo(_frame, 0);
            _frame[6] &= 0xFE;
            _frame[12] = 8;
            _frame[13] = (byte)(Next(2) == 0 ? 0 : 6);
        }

        return Finish();
    }

    private ReadOnlySpan<byte> Finish()
    {
        if (_parties.AllReachTheHost)
        {
            int longest = 1514;
            _frame.AsSpan(_length).Clear();
            _length = Math.Clamp(_length, 60, longest);
            if (!_frame.AsSpan(0, 6).SequenceEqual(FuzzParties.Everybody))
            {
                _parties.HostStation.CopyTo(_frame, 0);
            }
        }

        return _frame.AsSpan(0, _length);
    }

    private void Change()
    {
        switch (Next(14))
        {
            case 0:
                FlipBit(_length);
                break;
            case 1:
                FlipBit(Math.Min(_length, 64));
                break;
            case 2:
                Put8(Next(Math.Max(1, Math.Min(_length, 64))), Interesting());
                break;
            case 3:
                Put16(12 + 2 * Next(25), (ushort)(Next(3) == 0 ? Next(65536) : Interesting() << (Next(2) * 8)));
                break;
            case 4:
                _length = Next(_length + 1);
                break;
            case 5:
                Lengthen();
                break;
            case 6:
                Splice();
                break;
            case 7:
                Put32(Next(2) == 0 ? 26 : 30, _addresses[Next(_addresses.Length)]);
                break;
            case 8:
                Put16(20, (ushort)(Next(3) switch { 0 => 0x2000 | Next(200), 1 => Next(0x2000), _ => Next(65536) }));
                break;
            case 9:
                Put16(18, (ushort)Next(8));
                break;
            case 10:
                Put8(Next(2) == 0 ? 23 : 34, (byte)(Next(4) switch { 0 => 1, 1 => 17, 2 => 3, _ => Next(256) }));
                break;
            case 11:
                Put16(Next(2) == 0 ? 34 : 36, (ushort)(Next(5) switch { 0 => 7, 1 => 9999, 2 => 68, 3 => 0, _ => Next(65536) }));
                break;
            case 12:
                Put16(Next(2) == 0 ? 16 : 38, (ushort)Math.Max(0, _length - 14 - Next(48) + Next(24)));
                break;
            default:
                Put8(282 + Next(60), (byte)(Next(2) == 0 ? Next(64) : Interesting()));
                break;
        }
    }

    private void FlipBit(int reach)
    {
        if (reach > 0)
        {
            _frame[Next(reach)] ^= (byte)(1 << Next(8));
        }
    }

    private void Lengthen()
    {
        int more = Math.Min(Next(100), LongestFrame - _length);
        for (int i = 0; i < more; i++)
        {
            _frame[_length++] = (byte)Next(256);
        }
    }

    private void Splice()
    {
        byte[] other = _corpus[Next(_corpus.Count)];
        int at = Next(2) == 0 ? 14 : 34;
        if (_length >= at && other.Length > at)
        {
            other.AsSpan(at).CopyTo(_frame.AsSpan(at));
            _length = other.Length;
        }
    }

    /// <summary>Puts the checksums right, where there are headers that have some.</summary>
    private void Reseal(bool transport, bool keepsLength = false)
    {
        Span<byte> frame = _frame.AsSpan(0, _length);
        if (_length < 34 || frame[12] != 8 || frame[13] != 0)
        {
            return;
        }

        Span<byte> datagram = frame[14..];
        int header = (datagram[0] & 0xF) * 4;
        if (header < 20 || header > datagram.Length)
        {
            return;
        }

        if (!keepsLength && Next(16) != 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], (ushort)datagram.Length);
        }

        datagram[10] = 0;
        datagram[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(datagram[10..], FrameBytes.Checksum(datagram[..header]));
        int total = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]), datagram.Length);
        if (transport && total >= header + 8 && (BinaryPrimitives.ReadUInt16BigEndian(datagram[6..]) & 0x3FFF) == 0)
        {
            ResealTransport(datagram, datagram[header..total]);
        }
    }

    private void ResealTransport(ReadOnlySpan<byte> datagram, Span<byte> payload)
    {
        if (datagram[9] == 1)
        {
            payload[2] = 0;
            payload[3] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(payload[2..], FrameBytes.Checksum(payload));
        }
        else if (datagram[9] == 17)
        {
            if (Next(16) != 0)
            {
                BinaryPrimitives.WriteUInt16BigEndian(payload[4..], (ushort)payload.Length);
            }

            payload[6] = 0;
            payload[7] = 0;
            int length = BinaryPrimitives.ReadUInt16BigEndian(payload[4..]);
            if (length >= 8 && length <= payload.Length && Next(16) != 0)
            {
                uint source = BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]);
                uint destination = BinaryPrimitives.ReadUInt32BigEndian(datagram[16..]);
                ushort checksum = FrameBytes.UdpChecksum(payload[..length], source, destination);
                BinaryPrimitives.WriteUInt16BigEndian(payload[6..], checksum == 0 ? ushort.MaxValue : checksum);
            }
        }
    }

    private byte Interesting() =>
        Next(8) switch { 0 => 0, 1 => 1, 2 => 0x7F, 3 => 0x80, 4 => 0xFE, 5 => 0xFF, 6 => 0x45, _ => (byte)Next(256) };

    private void Put8(int offset, byte value)
    {
        if (offset < _length)
        {
            _frame[offset] = value;
        }
    }

    private void Put16(int offset, ushort value)
    {
        if (offset + 2 <= _length)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_frame.AsSpan(offset), value);
        }
    }

    private void Put32(int offset, uint value)
    {
        if (offset + 4 <= _length)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_frame.AsSpan(offset), value);
        }
    }
}
