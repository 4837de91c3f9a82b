using System;
using System.Net.NetworkInformation;
using PacketDotNet;
using Reservoir.Network;
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

    [Fact]
    public void AFrameWithAVlanTagIsDropped() =>
        _wire.AssertDropped(DropReason.VlanTagged, Wire.Frame(Wire.HostStation, Wire.PeerStation, 0x8100, new byte[46]));
}
