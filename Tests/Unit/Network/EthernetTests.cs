using System;
using System.Net.NetworkInformation;
using PacketDotNet;
using Reservoir.Devices;
using Reservoir.Network.Wire;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

public sealed class EthernetTests : IDisposable
{
    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void AFrameShorterThanItsHeaderIsDropped()
    {
        byte[] frame = Wire.Arp().Bytes;
        for (int length = 0; length < 14; length++)
        {
            _wire.AssertDropped(DropReason.FrameTooShort, frame[..length]);
        }
    }

    [Fact]
    public void AFrameLongerThanEthernetAllowsIsDropped()
    {
        byte[] frame = Wire.Frame(Wire.HostStation, Wire.PeerStation, 0x0800, new byte[1501]);
        _wire.AssertDropped(DropReason.FrameTooLong, frame);
    }

    [Theory]
    [InlineData("FF-FF-FF-FF-FF-FF")]
    [InlineData("01-00-5E-00-00-01")]
    [InlineData("00-00-00-00-00-00")]
    public void AFrameFromNoSingleStationIsDropped(string source)
    {
        EthernetPacket frame = Wire.Echo(10);
        frame.SourceHardwareAddress = PhysicalAddress.Parse(source);
        _wire.AssertDropped(DropReason.LinkSourceInvalid, frame.Bytes);
    }

    [Theory]
    [InlineData("52-54-00-12-34-57")]
    [InlineData("01-00-5E-00-00-01")]
    [InlineData("33-33-00-00-00-01")]
    [InlineData("00-00-00-00-00-00")]
    public void AFrameForAnotherStationIsDropped(string destination)
    {
        EthernetPacket frame = Wire.Echo(10);
        frame.DestinationHardwareAddress = PhysicalAddress.Parse(destination);
        _wire.AssertDropped(DropReason.LinkNotForUs, frame.Bytes);
    }

    [Theory]
    [InlineData(0x0000)]
    [InlineData(0x002E)]
    [InlineData(0x05DC)]
    [InlineData(0x0600)]
    [InlineData(0x0805)]
    [InlineData(0x86DD)]
    [InlineData(0x88CC)]
    [InlineData(0xFFFF)]
    public void AFrameThatCarriesSomethingElseIsDropped(int type) =>
        _wire.AssertDropped(DropReason.EtherTypeUnknown, Wire.Frame(Wire.HostStation, Wire.PeerStation, (ushort)type, new byte[46]));

    [Theory]
    [InlineData(0x0001)]
    [InlineData(0x0800)]
    [InlineData(0x0FFF)]
    [InlineData(0xE005)]
    public void AFrameOfAVlanIsDropped(int tag)
    {
        _wire.AssertDropped(DropReason.VlanTagged, Tagged(Wire.Echo(10).Bytes, tag));
        _wire.AssertDropped(DropReason.VlanTagged, Tagged(Wire.Echo(1472).Bytes, tag));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    [InlineData(1472)]
    public void AFrameWhoseTagOnlyGivesAPriorityIsDealtWithAsIfItHadNone(int length)
    {
        byte[] plain = Wire.Echo(length).Bytes;
        byte[] expected = _wire.AssertAnswered(plain).Bytes;
        foreach (int tag in new[] { 0x0000, 0x1000, 0xE000, 0xF000 })
        {
            Assert.Equal(expected, _wire.AssertAnswered(Tagged(plain, tag)).Bytes);
        }

        Assert.Equal(EthernetType.Arp, _wire.AssertAnswered(Tagged(Wire.Arp().Bytes, 0xA000)).Type);
    }

    [Fact]
    public void ChecksumsBehindATagAreComputedWhateverTheDeviceSays()
    {
        byte[] frame = Tagged(Wire.Udp(new byte[] { 1, 2, 3 }).Bytes, 0);
        frame[^1] ^= 1;
        Assert.Equal(DropReason.UdpChecksum, _wire.Stack.Process(frame, ReceiveChecks.Ipv4Header | ReceiveChecks.Transport));
    }

    [Fact]
    public void AFrameWithATagMayBeLongerByTheTagAndNoMore()
    {
        byte[] longest = Tagged(Wire.Frame(Wire.HostStation, Wire.PeerStation, 0x88CC, new byte[1500]), 0);
        _wire.AssertDropped(DropReason.EtherTypeUnknown, longest);
        _wire.AssertDropped(DropReason.FrameTooLong, [.. longest, 0]);
    }

    [Fact]
    public void ATagThatIsCutShortOrFollowedByAnotherIsDropped()
    {
        byte[] frame = Tagged(Wire.Echo(10).Bytes, 0);
        for (int length = 14; length < 18; length++)
        {
            _wire.AssertDropped(DropReason.FrameTooShort, frame[..length]);
        }

        _wire.AssertDropped(DropReason.VlanTagged, Tagged(frame, 0));
    }

    private static byte[] Tagged(byte[] frame, int tag) => [.. frame[..12], 0x81, 0x00, (byte)(tag >> 8), (byte)tag, .. frame[12..]];
}
