using System;
using Cosmos.HAL.Network;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

public sealed class MACAddressTests
{
    private static readonly byte[] s_station = [0x52, 0x54, 0x00, 0x12, 0x34, 0x56];

    [Fact]
    public void TheFirstByteIsTheMostSignificant() => Assert.Equal(0x525400123456ul, new MACAddress(s_station).ToNumber());

    [Fact]
    public void TheAddressOfOneDeviceIsValid() => Assert.True(new MACAddress(s_station).IsValid());

    [Fact]
    public void BytesBehindTheSixthDoNotCount()
    {
        byte[] longer = [.. s_station, 0xFF, 0xFF];
        Assert.Equal(s_station, new MACAddress(longer).Bytes.ToArray());
    }

    [Fact]
    public void ChangingTheSourceDoesNotChangeTheAddress()
    {
        byte[] source = [.. s_station];
        var address = new MACAddress(source);
        source[0] = 0xFF;
        Assert.Equal(s_station, address.Bytes.ToArray());
    }

    [Fact]
    public void NoAddressAtAllIsNotValid() => Assert.False(new MACAddress(new byte[6]).IsValid());

    [Theory]
    [InlineData(0xFF)] // broadcast
    [InlineData(0x01)] // IPv4 multicast
    [InlineData(0x33)] // IPv6 multicast
    public void AGroupsAddressIsNotValid(byte first)
    {
        byte[] bytes = [.. s_station];
        bytes[0] = first;
        Assert.False(new MACAddress(bytes).IsValid());
    }

    [Fact]
    public void FiveBytesAreRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new MACAddress(s_station.AsSpan(0, 5)));
}
