using System;
using System.Linq;
using System.Net.NetworkInformation;
using Reservoir.Devices;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Tests.Fuzzing;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

/// <summary>The short way of plain frames: they take it, and whatever else comes gets the reason and the answer of the layers.</summary>
public sealed class PlainFrameTests : IDisposable
{
    private const int HeaderBits = 42 * 8;
    private readonly Wire _wire = new();
    private readonly Wire _layered = new();

    public void Dispose()
    {
        _wire.Dispose();
        _layered.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(18)]
    [InlineData(31)]
    [InlineData(1471)]
    [InlineData(1472)]
    public void AWholeDatagramFromOneHostTakesTheShortWay(int length)
    {
        byte[] data = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
        byte[] frame = Wire.Udp(data).Bytes;
        Assert.True(TryReceivePlain(frame, out DropReason reason));
        Assert.Equal(DropReason.None, reason);
        Assert.Equal(data, _wire.Device.Sent.Single()[42..(42 + length)]);
        Assert.Equal(1UL, _wire.Stack.Counters.UdpDatagrams);
    }

    [Fact]
    public void ADatagramWithoutAChecksumAndOneWithFillingTakeItToo()
    {
        byte[] frame = Wire.Udp([1, 2, 3]).Bytes;
        frame[40] = 0;
        frame[41] = 0;
        Assert.True(TryReceivePlain(frame, out _));
        Assert.True(TryReceivePlain([.. frame, .. new byte[15]], out _));
    }

    [Fact]
    public void AFrameThatDoesNotTakeItChangesNothing()
    {
        byte[] frame = Wire.Udp([1, 2, 3], destinationPort: 8).Bytes;
        Assert.False(TryReceivePlain(frame, out _));
        Assert.Empty(_wire.Device.Sent);
        Assert.Equal(0UL, _wire.Stack.Counters.UdpDatagrams);
    }

    [Theory]
    [InlineData("00-00-00-00-00-00", DropReason.LinkSourceInvalid)]
    [InlineData("01-00-00-00-00-00", DropReason.LinkSourceInvalid)]
    [InlineData("FF-FF-FF-FF-FF-FF", DropReason.LinkSourceInvalid)]
    [InlineData("00-00-00-00-00-01", DropReason.None)]
    public void AFrameFromNoSingleStationGetsTheVerdictOfTheLayers(string source, DropReason expected)
    {
        byte[] frame = Wire.Udp(new byte[18]).Bytes;
        PhysicalAddress.Parse(source).GetAddressBytes().CopyTo(frame, 6);
        Assert.Equal(expected, AssertSame(frame, ReceiveChecks.None));
    }

    [Theory]
    [InlineData(ReceiveChecks.None)]
    [InlineData(ReceiveChecks.Ipv4Header)]
    [InlineData(ReceiveChecks.Transport)]
    [InlineData(ReceiveChecks.Ipv4Header | ReceiveChecks.Transport)]
    public void EachChangedBitGetsTheVerdictOfTheLayers(ReceiveChecks checks)
    {
        foreach (int length in new[] { 0, 5, 18, 200 })
        {
            byte[] frame = Wire.Udp(new byte[length]).Bytes;
            for (int bit = 0; bit < frame.Length * 8; bit++)
            {
                byte[] changed = [.. frame];
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                AssertSame(changed, checks);
                if (bit < HeaderBits && changed[14] >> 4 == 4 && (changed[14] & 0xF) >= 5 && changed.Length >= 14 + (changed[14] & 0xF) * 4)
                {
                    AssertSame(Wire.Reseal(changed), checks);
                }
            }
        }
    }

    [Fact]
    public void EachLengthThatADatagramCanClaimGetsTheVerdictOfTheLayers()
    {
        byte[] frame = Wire.Udp(new byte[18]).Bytes;
        for (int total = 0; total < 70; total++)
        {
            for (int claimed = 0; claimed < 70; claimed++)
            {
                foreach (int length in new[] { 41, 42, 59, 60, 61, 64 })
                {
                    byte[] changed = new byte[length];
                    frame.AsSpan(0, Math.Min(length, frame.Length)).CopyTo(changed);
                    changed[17] = (byte)total;
                    changed[39] = (byte)claimed;
                    changed[40] = 0;
                    if (length > 41)
                    {
                        changed[41] = 0;
                    }

                    AssertSame(Wire.Reseal(changed), ReceiveChecks.None);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MutatedFramesGetTheVerdictAndTheAnswerOfTheLayers(ulong seed)
    {
        var parties = new FuzzParties();
        var mutator = new FrameMutator(parties, new FrameCorpus(parties), seed);
        int plain = 0;
        for (int i = 0; i < 40_000; i++)
        {
            ReadOnlySpan<byte> frame = mutator.Next();
            if (!frame.IsEmpty)
            {
                plain += AssertSame(frame.ToArray(), (ReceiveChecks)mutator.Next(4)) == DropReason.None ? 1 : 0;
            }
        }

        Assert.InRange(plain, 1000, 39_000);
    }

    private bool TryReceivePlain(ReadOnlySpan<byte> frame, out DropReason reason)
    {
        BufferHandle none = default;
        return _wire.Stack.TryReceivePlain(frame, ReceiveChecks.None, ref none, out reason);
    }

    private DropReason AssertSame(byte[] frame, ReceiveChecks checks)
    {
        DropReason reason = _wire.Stack.Process(frame, checks);
        BufferHandle none = default;
        DropReason expected = _layered.Stack.ReceiveLayered(frame, checks, ref none);
        bool same = reason == expected && _wire.Device.Sent.Count == _layered.Device.Sent.Count;
        for (int i = 0; same && i < _wire.Device.Sent.Count; i++)
        {
            same = _wire.Device.Sent[i].AsSpan().SequenceEqual(_layered.Device.Sent[i]);
        }

        Assert.True(same, $"{reason} instead of {expected}, or another answer: {Convert.ToHexString(frame)}, {checks}");
        _wire.Device.Sent.Clear();
        _layered.Device.Sent.Clear();
        return reason;
    }
}
