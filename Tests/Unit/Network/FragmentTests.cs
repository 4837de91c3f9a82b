using System;
using System.Collections.Generic;
using System.Linq;
using PacketDotNet;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Tests.Unit.Core;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

/// <summary>Fragments in every order, shape and number, and what they may not do.</summary>
public sealed class FragmentTests : IDisposable
{
    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Theory]
    [InlineData(9)]
    [InlineData(100)]
    [InlineData(1473)]
    [InlineData(2000)]
    [InlineData(8192)]
    [InlineData(65507)]
    public void AnEchoRequestInFragmentsIsAnsweredInFragments(int length)
    {
        byte[] message = Wire.EchoMessage(length).Bytes;
        List<byte[]> fragments = Cut(message, id: 1, size: length < 1480 ? 8 : 1480);
        GiveAll(fragments);
        byte[] reply = JoinSent();
        Assert.Equal(0, reply[0]);
        Assert.Equal(message[4..], reply[4..]);
        Assert.True(InternetChecksum.Verify(reply));
        Assert.Equal(0, _wire.Stack.Reassembly.Count);
        Assert.Equal(Wire.Datagrams, _wire.Pool.Free);
        Assert.Equal((ulong)fragments.Count, _wire.Stack.Counters.Frames);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheOrderOfFragmentsDoesNotMatter(int seed)
    {
        byte[] message = Wire.EchoMessage(1400).Bytes;
        byte[][] fragments = Cut(message, id: 7, size: 48).ToArray();
        new Random(seed).Shuffle(fragments);
        GiveAll(fragments);
        Assert.Equal(message[4..], JoinSent()[4..]);
    }

    [Fact]
    public void FragmentsInReverseOrderAreJoined()
    {
        byte[] message = Wire.EchoMessage(1000).Bytes;
        List<byte[]> fragments = Cut(message, id: 7, size: 104);
        fragments.Reverse();
        GiveAll(fragments);
        Assert.Equal(message[4..], JoinSent()[4..]);
    }

    [Fact]
    public void AnEchoedUdpDatagramInFragmentsHasARightChecksum()
    {
        byte[] payload = new byte[5000];
        new Random(5).NextBytes(payload);
        byte[] datagram = UdpBytes(payload, destinationPort: 7);
        GiveAll(Cut(datagram, id: 9, size: 1480, protocol: 17));
        byte[] reply = JoinSent();
        Assert.Equal(payload, reply[8..]);
        Assert.Equal(DropReason.None, UdpDatagram.Parse(reply, new Ipv4Address(10, 0, 2, 15), new Ipv4Address(10, 0, 2, 2), out _));
    }

    [Fact]
    public void ADatagramLongerThanAServiceTakesIsDropped()
    {
        int calls = 0;
        Assert.Equal(UdpPortError.None, _wire.Stack.Ports.Add(new CountingService(() => calls++)));
        List<byte[]> fragments = Cut(UdpBytes(new byte[1473], destinationPort: 99), id: 9, size: 1480, protocol: 17);
        Assert.Equal(DropReason.None, _wire.Stack.Process(fragments[0]));
        _wire.AssertDropped(DropReason.UdpTooLong, fragments[1]);
        Assert.Equal(0, calls);
        Assert.Equal(Wire.Datagrams, _wire.Pool.Free);
    }

    [Fact]
    public void ARepeatedFragmentAloneIsDropped()
    {
        byte[] message = Wire.EchoMessage(1400).Bytes;
        List<byte[]> fragments = Cut(message, id: 7, size: 472);
        Assert.Equal(DropReason.None, _wire.Stack.Process(fragments[0]));
        _wire.AssertDropped(DropReason.FragmentDuplicate, fragments[0]);
        Assert.Equal(DropReason.None, _wire.Stack.Process(fragments[2]));
        _wire.AssertDropped(DropReason.FragmentDuplicate, fragments[2]);
        _wire.AssertDropped(DropReason.FragmentDuplicate, fragments[0]);
        Assert.Equal(DropReason.None, _wire.Stack.Process(fragments[1]));
        Assert.Equal(message[4..], JoinSent()[4..]);
    }

    [Fact]
    public void AFragmentThatRepeatsAPlaceWithOtherDataEndsTheDatagram()
    {
        byte[] message = Wire.EchoMessage(1400).Bytes;
        List<byte[]> fragments = Cut(message, id: 7, size: 472);
        Assert.Equal(DropReason.None, _wire.Stack.Process(fragments[0]));
        byte[] other = (byte[])fragments[0].Clone();
        other[^1] ^= 1;
        _wire.AssertDropped(DropReason.FragmentOverlap, other);
        AssertAbandoned(fragments);
    }

    [Theory]
    [InlineData(0, 24)]
    [InlineData(8, 24)]
    [InlineData(16, 8)]
    [InlineData(24, 32)]
    [InlineData(40, 8)]
    public void AFragmentThatOverlapsAnotherEndsTheDatagram(int start, int length)
    {
        // The "teardrop": bytes 16 to 48 are there.
        byte[] message = Wire.EchoMessage(200).Bytes;
        Assert.Equal(DropReason.None, _wire.Stack.Process(Fragment(message, 7, 16, 32, more: true)));
        byte[] lie = new byte[message.Length].Fill(0xEE);
        _wire.AssertDropped(DropReason.FragmentOverlap, Fragment(lie, 7, start, length, more: true));
        AssertAbandoned(Cut(message, id: 7, size: 104));
    }

    [Theory]
    [InlineData(32, 16)]
    [InlineData(96, 8)]
    public void ASecondEndEndsTheDatagram(int start, int length)
    {
        byte[] message = Wire.EchoMessage(200).Bytes;
        Assert.Equal(DropReason.None, _wire.Stack.Process(Fragment(message, 7, 64, 24, more: false)));
        _wire.AssertDropped(DropReason.FragmentOverlap, Fragment(message, 7, start, length, more: false));
        AssertAbandoned(Cut(message, id: 7, size: 104));
    }

    [Fact]
    public void DataBehindTheEndEndTheDatagram()
    {
        byte[] message = Wire.EchoMessage(200).Bytes;
        Assert.Equal(DropReason.None, _wire.Stack.Process(Fragment(message, 7, 64, 24, more: false)));
        _wire.AssertDropped(DropReason.FragmentOverlap, Fragment(message, 7, 88, 8, more: true));
    }

    [Fact]
    public void AnEndBeforeDataThatAreThereEndsTheDatagram()
    {
        byte[] message = Wire.EchoMessage(200).Bytes;
        Assert.Equal(DropReason.None, _wire.Stack.Process(Fragment(message, 7, 64, 24, more: true)));
        _wire.AssertDropped(DropReason.FragmentOverlap, Fragment(message, 7, 8, 20, more: false));
    }

    [Fact]
    public void AFragmentWithoutDataIsDropped()
    {
        byte[] message = Wire.EchoMessage(200).Bytes;
        _wire.AssertDropped(DropReason.FragmentEmpty, Fragment(message, 7, 0, 0, more: true));
        _wire.AssertDropped(DropReason.FragmentEmpty, Fragment(message, 7, 8, 0, more: false));
        Assert.Equal(0, _wire.Stack.Reassembly.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(57)]
    public void AFragmentBeforeTheLastIsAWholeNumberOfEightBytes(int length) =>
        _wire.AssertDropped(DropReason.FragmentLength, Fragment(Wire.EchoMessage(200).Bytes, 7, 8, length, more: true));

    [Theory]
    [InlineData(65528, 8)]
    [InlineData(65512, 4)]
    [InlineData(65504, 16)]
    public void AFragmentThatEndsBeyondTheLongestDatagramIsDropped(int start, int length)
    {
        // The "ping of death".
        _wire.AssertDropped(DropReason.FragmentTooLong, Fragment(new byte[70000], 7, start, length, more: false));
        Assert.Equal(Wire.Datagrams, _wire.Pool.Free);
    }

    [Fact]
    public void DatagramsThatDifferInAnyPartOfTheirIdentityAreNotMixed()
    {
        byte[] a = Wire.EchoMessage(100).Bytes;
        byte[] b = Wire.EchoMessage(100, id: 9).Bytes;
        List<byte[]> first = Cut(a, id: 1, size: 64);
        List<byte[]> second = Cut(b, id: 2, size: 64);
        Assert.Equal(DropReason.None, _wire.Stack.Process(first[0]));
        Assert.Equal(DropReason.None, _wire.Stack.Process(second[0]));
        Assert.Equal(DropReason.None, _wire.Stack.Process(second[1]));
        Assert.Equal(b[4..], JoinSent()[4..]);
        Assert.Equal(DropReason.None, _wire.Stack.Process(first[1]));
        Assert.Equal(a[4..], JoinSent()[4..]);
    }

    [Fact]
    public void ADatagramThatIsNotCompleteInTimeIsGivenUpAndItsSenderTold()
    {
        byte[] message = Wire.EchoMessage(200).Bytes;
        byte[] first = Fragment(message, 7, 0, 64, more: true);
        Assert.Equal(DropReason.None, _wire.Stack.Process(first));
        _wire.Pass(TimeSpan.FromSeconds(29));
        Assert.Empty(_wire.Device.Sent);
        _wire.Pass(TimeSpan.FromSeconds(2));
        var error = ((EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, Assert.Single(_wire.Device.Sent))).Extract<IcmpV4Packet>();
        Assert.Equal(0x0B01, (int)error.TypeCode);
        Assert.Equal(first[14..42], _wire.Device.Sent[0][42..70]);
        Assert.Equal(1UL, _wire.Stack.Reassembly.TimedOut);
        Assert.Equal(Wire.Datagrams, _wire.Pool.Free);
        Assert.Equal(Reservoir.Time.Clock.Forever, _wire.Stack.RunTimers());
    }

    [Fact]
    public void NothingIsToldAboutADatagramWhoseFirstFragmentHasNotCome()
    {
        Assert.Equal(DropReason.None, _wire.Stack.Process(Fragment(Wire.EchoMessage(200).Bytes, 7, 64, 64, more: true)));
        _wire.Pass(TimeSpan.FromSeconds(40));
        Assert.Empty(_wire.Device.Sent);
        Assert.Equal(Wire.Datagrams, _wire.Pool.Free);
    }

    [Fact]
    public void NothingIsToldAboutFragmentsOfAnError()
    {
        byte[] message = Wire.EchoMessage(200).Bytes;
        message[0] = 3;
        Assert.Equal(DropReason.None, _wire.Stack.Process(Fragment(message, 7, 0, 64, more: true)));
        _wire.Pass(TimeSpan.FromSeconds(40));
        Assert.Empty(_wire.Device.Sent);
    }

    [Fact]
    public void OneSourceHasHalfOfThePlacesAndItsOldestDatagramMakesRoom()
    {
        byte[] message = Wire.EchoMessage(200).Bytes;
        Assert.Equal(DropReason.None, _wire.Stack.Process(Fragment(message, 7, 0, 64, more: true, source: "10.0.2.100")));
        for (ushort id = 0; id < 100; id++)
        {
            _wire.Pass(TimeSpan.FromMilliseconds(1));
            Assert.Equal(DropReason.None, _wire.Stack.Process(Fragment(message, id, 0, 64, more: true)));
        }

        Assert.Equal(100UL - Wire.Datagrams / 2, _wire.Stack.Reassembly.Displaced);
        Assert.Equal(DropReason.None,
            _wire.Stack.Process(Fragment(message, 7, 64, message.Length - 64, more: false, source: "10.0.2.100")));
        Assert.Single(_wire.Device.Sent);
        Assert.Equal(Wire.Datagrams / 2, _wire.Stack.Reassembly.Count);
        Assert.Equal(Wire.Datagrams / 2, _wire.Pool.Free);
    }

    [Fact]
    public void WhenAllPlacesAreTakenTheOldestDatagramMakesRoom()
    {
        byte[] message = Wire.EchoMessage(200).Bytes;
        for (int i = 0; i < Wire.Datagrams + 3; i++)
        {
            _wire.Pass(TimeSpan.FromMilliseconds(1));
            Assert.Equal(DropReason.None, _wire.Stack.Process(Fragment(message, 7, 0, 64, more: true, source: $"10.0.2.{100 + i}")));
        }

        Assert.Equal(3UL, _wire.Stack.Reassembly.Displaced);
        Assert.Equal(0, _wire.Pool.Free);
        Assert.Equal(DropReason.None,
            _wire.Stack.Process(Fragment(message, 7, 64, message.Length - 64, more: false, source: "10.0.2.110")));
        Assert.Single(_wire.Device.Sent);
    }

    [Fact]
    public void AnEmptyPoolCostsTheFragmentAndNothingElse()
    {
        while (_wire.Pool.TryRent().Succeeded)
        {
        }

        _wire.AssertDropped(DropReason.FragmentNoPlace, Fragment(Wire.EchoMessage(200).Bytes, 7, 0, 64, more: true));
        Assert.Equal(0, _wire.Stack.Reassembly.Count);
        _wire.AssertAnswered(Wire.Echo(10).Bytes);
    }

    [Fact]
    public void AClosedPortIsToldAboutADatagramInFragmentsOnceAndWithItsFirstHeader()
    {
        List<byte[]> fragments = Cut(UdpBytes(new byte[1600], destinationPort: 4321), id: 9, size: 1480, protocol: 17);
        Assert.Equal(DropReason.None, _wire.Stack.Process(fragments[1]));
        _wire.AssertDropped(DropReason.UdpPortClosed, fragments[0], answers: 1);
        Assert.Equal(fragments[0][14..42], _wire.Device.Sent[^1][42..70]);
    }

    [Fact]
    public void RestartingGivesAllBuffersBack()
    {
        Assert.Equal(DropReason.None, _wire.Stack.Process(Fragment(Wire.EchoMessage(200).Bytes, 7, 0, 64, more: true)));
        _wire.Stack.Restart();
        Assert.Equal(Wire.Datagrams, _wire.Pool.Free);
        Assert.Equal(0, _wire.Stack.Reassembly.Count);
    }

    [Fact]
    public void ABufferThatWasTakenAwayCostsItsDatagramOnly()
    {
        byte[] message = Wire.EchoMessage(200).Bytes;
        Assert.Equal(DropReason.None, _wire.Stack.Process(Fragment(message, 7, 0, 64, more: true)));
        Assert.Equal(1, _wire.Stack.Reassembly.Count);
        Handles.TakeBack(_wire.Pool);
        Assert.Equal(DropReason.FragmentNoPlace, _wire.Stack.Process(Fragment(message, 7, 64, 64, more: true)));
        Assert.Equal(0, _wire.Stack.Reassembly.Count);
        Assert.Equal(Wire.Datagrams, _wire.Pool.Free);
    }

    private static byte[] UdpBytes(byte[] payload, ushort destinationPort)
    {
        byte[] bytes = new byte[8 + payload.Length];
        payload.CopyTo(bytes, 8);
        UdpDatagram.WriteHeader(bytes, new Ipv4Address(10, 0, 2, 2), new Ipv4Address(10, 0, 2, 15), 40000, destinationPort);
        return bytes;
    }

    private static List<byte[]> Cut(byte[] message, ushort id, int size, byte protocol = 1)
    {
        var fragments = new List<byte[]>();
        for (int start = 0; start < message.Length; start += size)
        {
            int length = Math.Min(size, message.Length - start);
            fragments.Add(Fragment(message, id, start, length, start + length < message.Length, protocol: protocol));
        }

        return fragments;
    }

    private static byte[] Fragment(byte[] message, ushort id, int start, int length, bool more, string source = Wire.PeerAddress,
        byte protocol = 1)
    {
        byte[] frame = Wire.Frame(Wire.HostStation, Wire.PeerStation, 0x0800, new byte[20 + length]);
        Assert.True(Ipv4Address.TryParse(System.Text.Encoding.ASCII.GetBytes(source), out Ipv4Address from));
        Ipv4Packet.WriteHeader(frame.AsSpan(14), 0, (Ipv4Protocol)protocol, from, new Ipv4Address(10, 0, 2, 15), length, id,
            (ushort)(start / 8 | (more ? 0x2000 : 0)));
        message.AsSpan(start, length).CopyTo(frame.AsSpan(34));
        return frame;
    }

    private void GiveAll(IEnumerable<byte[]> fragments)
    {
        foreach (byte[] fragment in fragments)
        {
            Assert.Empty(_wire.Device.Sent);
            Assert.Equal(DropReason.None, _wire.Stack.Process(fragment));
        }
    }

    /// <summary>Nothing of the datagram is taken any more, its buffer is back, and when its time is over it can be sent again.</summary>
    private void AssertAbandoned(List<byte[]> fragments)
    {
        Assert.Equal(Wire.Datagrams, _wire.Pool.Free);
        Assert.Equal(1UL, _wire.Stack.Reassembly.Abandoned);
        foreach (byte[] fragment in fragments)
        {
            _wire.AssertDropped(DropReason.FragmentAbandoned, fragment);
        }

        _wire.Pass(TimeSpan.FromSeconds(31));
        Assert.Empty(_wire.Device.Sent);
        GiveAll(fragments);
        Assert.NotEmpty(_wire.Device.Sent);
    }

    /// <summary>Puts together what was sent, in order and without gaps, and forgets it.</summary>
    private byte[] JoinSent()
    {
        var joined = new List<byte>();
        foreach (byte[] frame in _wire.Device.Sent)
        {
            var ip = ((EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, frame)).Extract<IPv4Packet>();
            Assert.True(ip.ValidIPChecksum);
            Assert.Equal(joined.Count, ip.FragmentOffset * 8);
            Assert.Equal(frame != _wire.Device.Sent[^1], (frame[20] & 0x20) != 0);
            joined.AddRange(frame[34..(14 + ip.TotalLength)]);
        }

        _wire.Device.Sent.Clear();
        return joined.ToArray();
    }

    private sealed class CountingService : UdpService
    {
        private readonly Action _received;

        public CountingService(Action received)
            : base(99, "counting")
        {
            _received = received;
        }

        public override DropReason Receive(in UdpDatagram datagram, in UdpReply reply)
        {
            _received();
            return DropReason.None;
        }
    }
}
