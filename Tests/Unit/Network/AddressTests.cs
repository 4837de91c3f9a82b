using System;
using System.Text;
using Reservoir.Devices;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

public sealed class AddressTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.2.15")]
    [InlineData("192.168.100.7")]
    [InlineData("255.255.255.255")]
    public void AnIpv4AddressSurvivesParsingAndFormatting(string text)
    {
        Assert.True(Ipv4Address.TryParse(Encoding.ASCII.GetBytes(text), out Ipv4Address address));
        Span<byte> formatted = stackalloc byte[Ipv4Address.MaximumTextLength];
        Assert.Equal(text, Encoding.ASCII.GetString(formatted.Slice(0, address.Format(formatted))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("10.0.2")]
    [InlineData("10.0.2.")]
    [InlineData(".10.0.2")]
    [InlineData("10..2.15")]
    [InlineData("10.0.2.15.")]
    [InlineData("10.0.2.15.1")]
    [InlineData("10.0.2.256")]
    [InlineData("10.0.2.1000")]
    [InlineData("10.0.2.015")]
    [InlineData("10.0.2.0x1")]
    [InlineData("10.0.2.-1")]
    [InlineData(" 10.0.2.15")]
    [InlineData("10.0.2.15 ")]
    public void WhatIsNoIpv4AddressIsRefused(string text)
    {
        Assert.False(Ipv4Address.TryParse(Encoding.ASCII.GetBytes(text), out Ipv4Address address));
        Assert.True(address.IsZero);
    }

    [Fact]
    public void AnIpv4AddressIsNotFormattedWhereItMightNotFit()
    {
        Assert.Equal(0, new Ipv4Address(1, 2, 3, 4).Format(new byte[Ipv4Address.MaximumTextLength - 1]));
    }

    [Theory]
    [InlineData("0.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    public void ReservedAndGroupAddressesAreNoHosts(string text)
    {
        Assert.True(Ipv4Address.TryParse(Encoding.ASCII.GetBytes(text), out Ipv4Address address));
        Assert.False(address.IsHost);
    }

    [Fact]
    public void AMacAddressSurvivesParsingAndFormatting()
    {
        Assert.True(MacAddress.TryParse("52:54:00:aB:Cd:eF"u8, out MacAddress address));
        Assert.Equal(0x525400ABCDEFUL, address.Value);
        Span<byte> formatted = stackalloc byte[MacAddress.TextLength];
        Assert.Equal(MacAddress.TextLength, address.Format(formatted));
        Assert.Equal("52:54:00:ab:cd:ef", Encoding.ASCII.GetString(formatted));
    }

    [Theory]
    [InlineData("")]
    [InlineData("52:54:00:12:34")]
    [InlineData("52:54:00:12:34:5")]
    [InlineData("52:54:00:12:34:56:")]
    [InlineData("52-54-00-12-34-56")]
    [InlineData("52:54:00:12:34:5g")]
    [InlineData("525:4:00:12:34:56")]
    public void WhatIsNoMacAddressIsRefused(string text)
    {
        Assert.False(MacAddress.TryParse(Encoding.ASCII.GetBytes(text), out MacAddress address));
        Assert.True(address.IsZero);
    }

    [Fact]
    public void AMacAddressIsReadAndWrittenInTheOrderOfTheWire()
    {
        byte[] bytes = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
        MacAddress address = MacAddress.Read(bytes);
        Assert.Equal(0x525400123456UL, address.Value);
        byte[] written = new byte[6];
        address.Write(written);
        Assert.Equal(bytes, written);
    }

    [Fact]
    public void OnlyStationsAreStations()
    {
        Assert.True(new MacAddress(0x525400123456).IsStation);
        Assert.False(default(MacAddress).IsStation);
        Assert.False(MacAddress.Broadcast.IsStation);
        Assert.False(new MacAddress(0x01005E000001).IsStation);
    }

    [Fact]
    public void TheDefaultConfigurationIsThatOfQemusUserNetwork()
    {
        Ipv4Configuration configuration = Ipv4Configuration.Default;
        Assert.Equal(new Ipv4Address(10, 0, 2, 15), configuration.Address);
        Assert.Equal(24, configuration.PrefixLength);
        Assert.Equal(new Ipv4Address(10, 0, 2, 255), configuration.DirectedBroadcast);
        Assert.True(configuration.IsOnLink(new Ipv4Address(10, 0, 2, 2)));
        Assert.False(configuration.IsOnLink(new Ipv4Address(10, 0, 3, 2)));
    }

    [Theory]
    [InlineData("10.0.0.2/24")]
    [InlineData("10.0.0.2/8")]
    [InlineData("192.168.1.1/30")]
    public void AConfigurationSurvivesParsingAndFormatting(string text)
    {
        Assert.True(Ipv4Configuration.TryParse(Encoding.ASCII.GetBytes(text), out Ipv4Configuration configuration));
        Span<byte> formatted = stackalloc byte[Ipv4Configuration.MaximumTextLength];
        Assert.Equal(text, Encoding.ASCII.GetString(formatted.Slice(0, configuration.Format(formatted))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.2")]
    [InlineData("10.0.0.2/")]
    [InlineData("10.0.0.2/7")]
    [InlineData("10.0.0.2/31")]
    [InlineData("10.0.0.2/024")]
    [InlineData("10.0.0.2/24/8")]
    [InlineData("10.0.0.2/2x")]
    [InlineData("10.0.0.0/24")]
    [InlineData("10.0.0.255/24")]
    [InlineData("0.0.0.0/24")]
    [InlineData("127.0.0.1/8")]
    [InlineData("224.0.0.1/24")]
    [InlineData("dhcp")]
    public void WhatIsNoConfigurationIsRefused(string text)
    {
        Assert.False(Ipv4Configuration.TryParse(Encoding.ASCII.GetBytes(text), out _));
    }

    [Fact]
    public void BroadcastNetworkAndOwnAddressesCantBeAnswered()
    {
        Ipv4Configuration configuration = Ipv4Configuration.Default;
        Assert.True(configuration.IsAnswerable(new Ipv4Address(10, 0, 2, 2)));
        Assert.True(configuration.IsAnswerable(new Ipv4Address(8, 8, 8, 8)));
        Assert.False(configuration.IsAnswerable(new Ipv4Address(10, 0, 2, 255)));
        Assert.False(configuration.IsAnswerable(new Ipv4Address(10, 0, 2, 0)));
        Assert.False(configuration.IsAnswerable(new Ipv4Address(10, 0, 2, 15)));
        Assert.False(configuration.IsAnswerable(Ipv4Address.Broadcast));
    }

    [Fact]
    public void WhoCanBeAnsweredIsAHostThatIsNeitherThisOneNorANetworkOrItsBroadcastAddress()
    {
        var random = new Random(1122);
        for (int i = 0; i < 200_000; i++)
        {
            int prefix = random.Next(Ipv4Configuration.ShortestPrefix, Ipv4Configuration.LongestPrefix + 1);
            Ipv4Configuration own = default;
            if (i % 16 != 0 && !Ipv4Configuration.TryCreate(new Ipv4Address((uint)random.NextInt64(1L << 32)), prefix, out own))
            {
                continue;
            }

            Assert.Equal(own.IsSet ? prefix : 0, own.PrefixLength);
            uint hostBits = own.IsSet ? uint.MaxValue >> prefix : 0;
            uint some = (uint)random.NextInt64(1L << 32);
            uint[] candidates =
                [some, own.Address.Value, own.Network.Value, own.DirectedBroadcast.Value, own.Network.Value | (some & hostBits),
                own.Network.Value + 1, own.DirectedBroadcast.Value - 1, own.Network.Value ^ (hostBits + 1)];
            foreach (uint value in candidates)
            {
                var address = new Ipv4Address(value);
                uint top = value >> 24;
                bool isHost = top is not (0 or 127) && top < 224;
                bool isOnLink = (value & ~hostBits) == (own.Address.Value & ~hostBits);
                uint host = value & hostBits;
                Assert.Equal(isHost, address.IsHost);
                Assert.Equal(isHost && address != own.Address && (!isOnLink || (host != 0 && host != hostBits)), own.IsAnswerable(address));
            }
        }
    }
}
