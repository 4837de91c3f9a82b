using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using PacketDotNet;
using Reservoir.Tests.Fuzzing;
using Xunit;
using Xunit.Abstractions;

namespace Reservoir.Tests.Machine;

/// <summary>Frames twice, in pieces, cut short, in the wrong order and mutated: each is counted, none does harm. One machine for all of
/// them.</summary>
public sealed partial class HostileFrameTests(HostileNetwork network, ITestOutputHelper output) : IClassFixture<HostileNetwork>
{
    private const int Batch = 250;

    /// <summary>Not the peer's own address, in whose name the mutated frames come.</summary>
    private const uint Neighbour = 0x0A00024D;
    private static readonly FuzzParties s_parties = new() { AllReachTheHost = true };
    private readonly EthernetPeer _peer = network.Peer;
    private readonly Machine _machine = network.Machine;

    private static int MutatedFrames => Environment.GetEnvironmentVariable("RESERVOIR_SOAK") is null ? 30_000 : 1_000_000;

    [Fact]
    public void DuplicatedFramesAreEachAnswered()
    {
        byte[] frame = Frames.Ping(11, new byte[40]).Bytes;
        int mark = _peer.HeardCount;
        for (int i = 0; i < 20; i++)
        {
            _peer.Send(frame);
        }

        AssertAlive(12);
        Assert.Equal(20, _peer.Heard(mark).Count(packet => packet.Extract<IcmpV4Packet>() is { Sequence: 11 }));
    }

    [Fact]
    public void DuplicatedFragmentsAreDroppedByName()
    {
        List<byte[]> fragments = Fragments(3000, id: 21);
        ulong dropped = ReadDrops("fragment: has come already");
        int mark = _peer.HeardCount;
        _peer.Send(fragments[0]);
        _peer.Send(fragments[0]);
        _peer.Send(fragments[1]);
        _peer.Send(fragments[0]);
        _peer.Send(fragments[2]);
        AssertJoined(mark, 3000);
        Assert.Equal(dropped + 2, ReadDrops("fragment: has come already"));
    }

    [Fact]
    public void ReorderedFragmentsAreJoined()
    {
        List<byte[]> fragments = Fragments(20_000, id: 22);
        new Random(22).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(fragments));
        int mark = _peer.HeardCount;
        fragments.ForEach(fragment => _peer.Send(fragment));
        AssertJoined(mark, 20_000);
    }

    [Fact]
    public void TruncatedFramesAreDroppedByName()
    {
        byte[] whole = Frames.Udp(7, new byte[200]).Bytes;
        ulong dropped = ReadDrops("IPv4: impossible total length");
        int mark = _peer.HeardCount;
        for (int length = 60; length < whole.Length; length++)
        {
            _peer.Send(whole.AsSpan(0, length));
        }

        AssertAlive(13);
        Assert.Equal(dropped + (ulong)(whole.Length - 60), ReadDrops("IPv4: impossible total length"));
        Assert.DoesNotContain(_peer.Heard(mark), packet => packet.Extract<UdpPacket>() is { SourcePort: 7 });
    }

    [Fact]
    public void MutatedFramesGetOneVerdictEachAndCostNoBuffer()
    {
        string pools = ReadPool("nic-receive");
        var mutator = new FrameMutator(s_parties, new FrameCorpus(s_parties), seed: 2026);
        (ulong taken, ulong lost, ulong verdicts) = ReadCounts();
        ulong sent = 0;
        for (int frames = 0; frames < MutatedFrames; frames += Batch)
        {
            for (int i = 0; i < Batch; i++)
            {
                _peer.Send(mutator.Next());
            }

            // The machine sets the pace: each batch ends with a question that has to be answered.
            AssertAlive((ushort)(1000 + frames / Batch));
            _peer.Forget();
            sent += Batch + 1;
        }

        (ulong takenAfter, ulong lostAfter, ulong verdictsAfter) = ReadCounts();
        Assert.Equal(sent, takenAfter - taken + lostAfter - lost);
        Assert.Equal(takenAfter - taken, verdictsAfter - verdicts);
        Assert.Equal(pools, ReadPool("nic-receive"));
        AssertFragmentsRunOut();
        Assert.Contains(" passed, 0 failed", _machine.Command("selftest"), StringComparison.Ordinal);
        Assert.Contains("sound", _machine.Command("pool reassembly audit"), StringComparison.Ordinal);
        AssertAlive(14);
        output.WriteLine(
            $"figures: {sent:N0} frames = {takenAfter - taken:N0} taken + {lostAfter - lost:N0} dropped by the card, "
            + $"{verdictsAfter - verdicts:N0} verdicts, 0 buffers lost, 0 exceptions");
    }

    private static List<byte[]> Fragments(int length, ushort id)
    {
        byte[] data = new byte[4 + length];
        for (int i = 4; i < data.Length; i++)
        {
            data[i] = (byte)(i * 7);
        }

        byte[] echo = FrameBytes.Control(8, 0, data);
        var fragments = new List<byte[]>();
        for (int start = 0; start < echo.Length; start += 1480)
        {
            int piece = Math.Min(1480, echo.Length - start);
            ushort place = (ushort)(start / 8 | (start + piece < echo.Length ? 0x2000 : 0));
            byte[] datagram = FrameBytes.Internet(Neighbour, s_parties.HostAddress, 1, echo.AsSpan(start, piece), id, place);
            fragments.Add(FrameBytes.Link(s_parties.HostStation, s_parties.PeerStation, 0x0800, datagram));
        }

        return fragments;
    }

    private void AssertAlive(ushort sequence) =>
        _peer.Ask(Frames.Ping(sequence, new byte[32]).Bytes, packet =>
            packet.Extract<IcmpV4Packet>() is { TypeCode: IcmpV4TypeCode.EchoReply } reply && reply.Sequence == sequence && reply.Id == 77);

    /// <summary>The answer comes in fragments, in order; together they are the data that were sent.</summary>
    private void AssertJoined(int mark, int length)
    {
        _peer.WaitFor(packet => IsFragment(packet) && (packet.Bytes[20] & 0x20) == 0, mark);
        byte[] joined =
            [.. _peer.Heard(mark).Where(IsFragment).SelectMany(packet =>
            packet.Bytes[34..(14 + packet.Extract<IPv4Packet>().TotalLength)])];
        Assert.Equal(8 + length, joined.Length);
        Assert.Equal(0, joined[0]);
        Assert.Equal(0, FrameBytes.Checksum(joined));
        Assert.All(Enumerable.Range(8, length), i => Assert.Equal((byte)((i - 4) * 7), joined[i]));
    }

    private static bool IsFragment(EthernetPacket packet) =>
        packet.Type == EthernetType.IPv4 && ((packet.Bytes[20] & 0x3F) | packet.Bytes[21]) != 0;

    /// <summary>Datagrams that nobody completes are given up after half a minute, and their buffers are back; only the long run waits for
    /// it.</summary>
    private void AssertFragmentsRunOut()
    {
        DateTime deadline = DateTime.UtcNow + Patience.Long;
        while (Environment.GetEnvironmentVariable("RESERVOIR_SOAK") is not null && !Empty().IsMatch(ReadPool("reassembly")))
        {
            Assert.True(DateTime.UtcNow < deadline, "datagrams are still in the making");
        }

        Match inTheMaking = Making().Match(_machine.Command("net"));
        Match pool = InUse().Match(ReadPool("reassembly"));
        Assert.True(Parse(pool.Groups[1]) <= Parse(inTheMaking.Groups[1]), "a buffer of no datagram is in use");
    }

    private (ulong Taken, ulong Lost, ulong Verdicts) ReadCounts()
    {
        string text = _machine.Command("net");
        Match taken = Taken().Match(text);
        Match lost = Lost().Match(text);
        Match verdicts = Verdicts().Match(text);
        Assert.True(taken.Success && lost.Success && verdicts.Success, text);
        return (Parse(taken.Groups[1]), Parse(lost.Groups[1]), Parse(verdicts.Groups[1]));
    }

    private ulong ReadDrops(string reason)
    {
        Match count = Regex.Match(_machine.Command("net drops"), $@"(\d+)\s+{Regex.Escape(reason)}");
        Assert.True(count.Success, reason);
        return Parse(count.Groups[1]);
    }

    /// <summary>A pool's kind, size, count, and how many buffers are in use and free.</summary>
    private string ReadPool(string name)
    {
        Match line = Regex.Match(_machine.Command("pools"), $@"{name}\s+\S+\s+\d+\s+\d+\s+\d+\s+\d+");
        Assert.True(line.Success, name);
        return line.Value;
    }

    private static ulong Parse(Group group) => ulong.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"protocols: taken (\d+)")]
    private static partial Regex Taken();

    [GeneratedRegex(@"card:\s+received \d+, dropped (\d+)")]
    private static partial Regex Lost();

    [GeneratedRegex(@"in all (\d+)")]
    private static partial Regex Verdicts();

    [GeneratedRegex(@"begun (\d+) of")]
    private static partial Regex Making();

    [GeneratedRegex(@"reassembly\s+\S+\s+\d+\s+\d+\s+(\d+)")]
    private static partial Regex InUse();

    [GeneratedRegex(@"reassembly\s+\S+\s+\d+\s+\d+\s+0\s")]
    private static partial Regex Empty();
}
