using System;
using System.Collections.Generic;

namespace Reservoir.Tests.Fuzzing;

/// <summary>The frames that mutation begins with: at least one for each way through the stack. What leads to something new is added, up to
/// a limit.</summary>
internal sealed class FrameCorpus
{
    private const int MostFrames = 600;
    private readonly List<byte[]> _frames = [];
    private readonly HashSet<ulong> _seen = [];

    public FrameCorpus(FuzzParties parties)
    {
        AddResolution(parties);
        AddDatagrams(parties);
        AddFragments(parties);
        AddControl(parties);
        AddConfiguration(parties);
        Seeds = _frames.Count;
        Datagrams =
        [
            Cut(parties, 1, FrameBytes.Control(8, 0, new byte[3000]), 1480),
            Cut(parties, 1, FrameBytes.Control(8, 0, new byte[100]), 8),
            Cut(parties, 17, FrameBytes.User(parties.PeerAddress, parties.HostAddress, 40000, 7, new byte[2000]), 1480),
            Cut(parties, 17, FrameBytes.User(parties.PeerAddress, parties.HostAddress, 40000, 9999, new byte[2000]), 1024),
            Cut(parties, 17, FrameBytes.User(parties.PeerAddress, parties.HostAddress, 40000, 4321, new byte[200]), 64),
        ];
    }

    /// <summary>Frames it began with.</summary>
    public int Seeds { get; }

    /// <summary>Datagrams in fragments, each a list of frames.</summary>
    public List<byte[]>[] Datagrams { get; }

    public int Count => _frames.Count;

    public byte[] this[int index] => _frames[index];

    /// <summary>Different behaviours seen.</summary>
    public int Behaviours => _seen.Count;

    /// <summary>Keeps a frame if what came of it is new.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="behaviour">A number that stands for what came of it.</param>
    public void Learn(ReadOnlySpan<byte> frame, ulong behaviour)
    {
        if (_seen.Add(behaviour) && _frames.Count < MostFrames)
        {
            _frames.Add(frame.ToArray());
        }
    }

    private void AddResolution(FuzzParties p)
    {
        _frames.Add(
            FrameBytes.Link(FuzzParties.Everybody, p.PeerStation, 0x0806,
            FrameBytes.Resolution(1, p.PeerStation, p.PeerAddress, new byte[6], p.HostAddress)));
        _frames.Add(
            FrameBytes.Link(p.HostStation, p.PeerStation, 0x0806,
            FrameBytes.Resolution(2, p.PeerStation, p.PeerAddress, p.HostStation, p.HostAddress)));
        _frames.Add(
            FrameBytes.Link(FuzzParties.Everybody, p.PeerStation, 0x0806,
            FrameBytes.Resolution(1, p.PeerStation, 0, new byte[6], p.HostAddress)));
        _frames.Add(
            FrameBytes.Link(FuzzParties.Everybody, p.PeerStation, 0x0806,
            FrameBytes.Resolution(1, p.PeerStation, p.HostAddress, new byte[6], p.HostAddress)));
    }

    private void AddDatagrams(FuzzParties p)
    {
        foreach (ushort port in new ushort[] { 7, 9999, 4321 })
        {
            foreach (int length in new[] { 0, 1, 18, 200, 1472 })
            {
                _frames.Add(ToHost(p, 17, FrameBytes.User(p.PeerAddress, p.HostAddress, 40000, port, new byte[length])));
            }
        }

        _frames.Add(ToHost(p, 17, FrameBytes.User(p.PeerAddress, p.HostAddress, 40000, 7, "options"u8), options: [7, 7, 4, 0, 0, 0, 0, 0]));
        _frames.Add(
            ToHost(p, 17, FrameBytes.User(p.PeerAddress, p.HostAddress, 40000, 7, "route"u8), options: [131, 7, 4, 10, 0, 2, 2, 0]));
        _frames.Add(ToHost(p, 6, new byte[20]));
        byte[] datagram = FrameBytes.Internet(p.PeerAddress, p.HostAddress, 1, FrameBytes.Control(8, 0, new byte[60]));
        _frames.Add(FrameBytes.Link(p.HostStation, p.PeerStation, 0x8100, [0, 0, 8, 0, .. datagram]));
        _frames.Add(FrameBytes.Link(p.HostStation, p.PeerStation, 0x8100, [0, 5, 8, 0, .. datagram]));
    }

    private void AddFragments(FuzzParties p)
    {
        _frames.AddRange(Cut(p, 1, FrameBytes.Control(8, 0, new byte[3000]), 1480));
        for (ushort id = 0; id < 8; id++)
        {
            _frames.Add(ToHost(p, 17, new byte[64], id, flagsAndOffset: 0x2000));
            _frames.Add(ToHost(p, 17, new byte[64], id, flagsAndOffset: 0x2008));
            _frames.Add(ToHost(p, 17, new byte[13], id, flagsAndOffset: 0x0010));
        }

        _frames.Add(ToHost(p, 17, new byte[16], 3, flagsAndOffset: 0x1FFF));
        _frames.Add(ToHost(p, 17, [], 3, flagsAndOffset: 0x2000));
    }

    private void AddControl(FuzzParties p)
    {
        foreach (byte type in new byte[] { 0, 3, 4, 5, 8, 11, 12, 13 })
        {
            byte[] about =
                FrameBytes.Internet(p.HostAddress, p.PeerAddress, 17, FrameBytes.User(p.HostAddress, p.PeerAddress, 7, 40000, []));
            _frames.Add(ToHost(p, 1, FrameBytes.Control(type, 0, [0, 0, 0, 0, .. about])));
        }

        _frames.Add(ToHost(p, 1, FrameBytes.Control(8, 0, new byte[60])));
        _frames.Add(ToHost(p, 1, FrameBytes.Control(8, 0, new byte[1476])));
    }

    /// <summary>A DHCP server's answer; the one who runs the client puts the right transaction in.</summary>
    private void AddConfiguration(FuzzParties p)
    {
        foreach (byte type in new byte[] { 2, 5, 6 })
        {
            byte[] data = FrameBytes.User(p.PeerAddress, uint.MaxValue, 67, 68, DhcpBytes.Answer(type, 0, p));
            _frames.Add(
                FrameBytes.Link(FuzzParties.Everybody, p.PeerStation, 0x0800, FrameBytes.Internet(p.PeerAddress, uint.MaxValue, 17, data)));
        }
    }

    private static List<byte[]> Cut(FuzzParties p, byte protocol, byte[] data, int size)
    {
        var fragments = new List<byte[]>();
        for (int start = 0; start < data.Length; start += size)
        {
            int length = Math.Min(size, data.Length - start);
            ushort place = (ushort)(start / 8 | (start + length < data.Length ? 0x2000 : 0));
            fragments.Add(ToHost(p, protocol, data.AsSpan(start, length), id: 77, flagsAndOffset: place));
        }

        return fragments;
    }

    private static byte[] ToHost(FuzzParties p, byte protocol, ReadOnlySpan<byte> payload, ushort id = 0, ushort flagsAndOffset = 0,
        byte[]? options = null) =>
        FrameBytes.Link(p.HostStation, p.PeerStation, 0x0800,
            FrameBytes.Internet(p.PeerAddress, p.HostAddress, protocol, payload, id, flagsAndOffset, options));
}
