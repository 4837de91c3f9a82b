using System;
using System.Collections.Generic;
using PacketDotNet;
using Reservoir.Network;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

/// <summary>Whatever the bytes are: no exception, exactly one verdict, at most one answer, and that to one other station.</summary>
public sealed class HostileFrameTests : IDisposable
{
    private const int Mutations = 100_000;
    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    public static TheoryData<int> Seeds => new() { 1, 20, 300, 4000 };

    [Fact]
    public void NoTruncatedFrameIsTaken()
    {
        foreach (byte[] frame in ValidFrames())
        {
            for (int length = 0; length < frame.Length; length++)
            {
                GiveHostile(frame[..length]);
            }
        }

        Assert.Equal(0UL, _wire.Stack.Counters.Taken);
        _wire.AssertAnswered(ValidFrames()[0]);
    }

    [Fact]
    public void EveryValueOfEveryHeaderByteIsSurvived()
    {
        foreach (byte[] frame in ValidFrames())
        {
            for (int offset = 0; offset < Math.Min(frame.Length, 64); offset++)
            {
                byte honest = frame[offset];
                for (int value = 0; value <= byte.MaxValue; value++)
                {
                    frame[offset] = (byte)value;
                    GiveHostile(frame);
                    if (offset >= 14 && frame[12] == 8 && frame[13] == 0 && 14 + (frame[14] & 0xF) * 4 <= frame.Length
                        && (frame[14] & 0xF) >= 5)
                    {
                        byte[] resealed = (byte[])frame.Clone();
                        GiveHostile(Wire.Reseal(resealed));
                    }
                }

                frame[offset] = honest;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void RandomMutationsAreSurvived(int seed)
    {
        var random = new Random(seed);
        List<byte[]> valid = ValidFrames();
        for (int i = 0; i < Mutations / 4; i++)
        {
            byte[] frame = (byte[])valid[random.Next(valid.Count)].Clone();
            for (int changes = random.Next(1, 9); changes > 0; changes--)
            {
                int reach = random.Next(3) == 0 ? frame.Length : Math.Min(frame.Length, 60);
                frame[random.Next(12, reach)] = (byte)(random.Next(2) == 0 ? random.Next(256) : Interesting(random));
            }

            int length = random.Next(4) == 0 ? random.Next(frame.Length + 1) : frame.Length;
            frame = frame[..length];
            bool reseal = random.Next(2) == 0 && frame.Length >= 34 && (frame[14] & 0xF) >= 5 && 14 + (frame[14] & 0xF) * 4 <= frame.Length;
            GiveHostile(reseal ? Wire.Reseal(frame) : frame);
        }

        Assert.Equal((ulong)(Mutations / 4), _wire.Stack.Counters.Frames);
    }

    [Fact]
    public void PureNoiseIsDroppedWithoutAnAnswer()
    {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] frame = new byte[random.Next(0, 2048)];
            random.NextBytes(frame);
            Assert.NotEqual(DropReason.None, _wire.Stack.Process(frame));
        }

        Assert.Empty(_wire.Device.Sent);
        Assert.Equal(20_000UL, _wire.Stack.Counters.Dropped);
    }

    [Fact]
    public void NoFrameAllocates()
    {
        FakeNetworkCard quiet = _wire.Device;
        quiet.KeepsFrames = false;
        NetworkStack stack = _wire.Stack;
        List<byte[]> frames = ValidFrames();
        frames.AddRange(new[] { new byte[5], new byte[60], new byte[2000] });
        // More than once: what the host's runtime does at first use and when it compiles again is not the stack's.
        for (int i = 0; i < 100; i++)
        {
            foreach (byte[] frame in frames)
            {
                stack.Process(frame);
            }
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            for (int k = 0; k < frames.Count; k++)
            {
                stack.Process(frames[k]);
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(quiet.TakeStatistics().FramesSent > 1000);
    }

    [Fact]
    public void EveryReasonHasATextOfItsOwn()
    {
        var texts = new HashSet<string>();
        foreach (DropReason reason in Enum.GetValues<DropReason>())
        {
            string text = System.Text.Encoding.UTF8.GetString(DropReasonText.Describe(reason));
            Assert.InRange(text.Length, 2, DropReasonText.LongestText);
            Assert.True(texts.Add(text), text);
        }

        Assert.Equal(DropReasonText.Count, texts.Count);
        Assert.Equal("?", System.Text.Encoding.UTF8.GetString(DropReasonText.Describe((DropReason)200)));
    }

    private static List<byte[]> ValidFrames() => new()
    {
        Wire.Echo(56).Bytes,
        Wire.Echo(1472).Bytes,
        Wire.Udp(new byte[] { 1, 2, 3, 4, 5 }).Bytes,
        Wire.Udp(new byte[1472]).Bytes,
        Wire.Arp().Bytes,
        Wire.Arp(PacketDotNet.ArpOperation.Response, destination: Wire.HostStation).Bytes,
    };

    private static int Interesting(Random random) => random.Next(6) switch
    {
        0 => 0,
        1 => 1,
        2 => 0x7F,
        3 => 0x80,
        4 => 0xFE,
        _ => 0xFF,
    };

    private void GiveHostile(byte[] frame)
    {
        int sent = _wire.Device.Sent.Count;
        ulong frames = _wire.Stack.Counters.Frames;
        DropReason verdict = _wire.Stack.Process(frame);
        Assert.Equal(frames + 1, _wire.Stack.Counters.Frames);
        bool mayAnswer = verdict is DropReason.None or DropReason.UdpPortClosed or DropReason.Ipv4ProtocolUnknown or DropReason.ArpConflict;
        Assert.InRange(_wire.Device.Sent.Count - sent, 0, mayAnswer ? 1 : 0);
        if (_wire.Device.Sent.Count > sent)
        {
            byte[] answer = _wire.Device.Sent[^1];
            Assert.InRange(answer.Length, 60, 1514);
            Assert.Equal(verdict == DropReason.ArpConflict ? 1 : 0, answer[0] & 1);
            if (answer[12] == 8 && answer[13] == 0)
            {
                Ipv4Address to = Ipv4Address.Read(answer.AsSpan(30));
                Assert.True(Ipv4Configuration.Default.IsAnswerable(to));
            }
        }

        _wire.Device.Sent.Clear();
    }
}
