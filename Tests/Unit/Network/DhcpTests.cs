using System;
using System.Linq;
using PacketDotNet;
using Reservoir.Network;
using Reservoir.Network.Dhcp;
using Reservoir.Network.Wire;
using Reservoir.Tests.Fuzzing;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

/// <summary>The client against servers that are decent, silent, odd and hostile.</summary>
public sealed class DhcpTests : IDisposable
{
    private static readonly byte[] s_host = [10, 0, 2, 15];
    private static readonly byte[] s_server = [10, 0, 2, 2];
    private readonly DhcpBench _bench = new();

    private NetworkStack Stack => _bench.Wire.Stack;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void TheFirstQuestionGoesToEverybodyFromNobody()
    {
        _bench.Pass(0);
        byte[] frame = Assert.Single(_bench.Wire.Device.Sent);
        var ip = ((EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, frame)).Extract<IPv4Packet>();
        Assert.Equal("0.0.0.0", ip.SourceAddress.ToString());
        Assert.Equal("255.255.255.255", ip.DestinationAddress.ToString());
        Assert.True(ip.Extract<UdpPacket>().ValidUdpChecksum);
        byte[] question = Assert.Single(_bench.Asked);
        Assert.Equal(300, question.Length);
        Assert.Equal(DhcpMessageType.Discover, DhcpBench.TypeOf(question));
        Assert.Equal(new byte[] { 1, 1, 6, 0 }, question[..4]);
        Assert.Equal(new byte[] { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 }, question[28..34]);
    }

    [Theory]
    [InlineData("255.255.255.255")]
    [InlineData("10.0.2.15")]
    public void AnAddressIsAskedForCheckedAndThenInUse(string destination)
    {
        _bench.Pass(0);
        Assert.Equal(DropReason.None, _bench.Give(_bench.Answer(DhcpMessageType.Offer), destination: destination));
        byte[] request = _bench.Asked[^1];
        Assert.Equal(DhcpMessageType.Request, DhcpBench.TypeOf(request));
        Assert.Equal(s_host, DhcpBench.Option(request, 50));
        Assert.Equal(s_server, DhcpBench.Option(request, 54));
        Assert.Equal(DropReason.None, _bench.Give(_bench.Answer(DhcpMessageType.Ack), destination: destination));
        Assert.False(Stack.Configuration.IsSet);
        _bench.Pass(0.5);
        Assert.Equal(DropReason.ArpNotForUs, _bench.Wire.Give(Wire.Arp()));

        _bench.Pass(0.2);
        Assert.Equal(DhcpState.Bound, _bench.Client.State);
        Assert.Equal(new Ipv4Address(10, 0, 2, 15), Stack.Configuration.Address);
        Assert.Equal(24, Stack.Configuration.PrefixLength);
        Assert.Equal(new Ipv4Address(10, 0, 2, 2), Stack.Router);
        Assert.Equal(new Ipv4Address(10, 0, 2, 2), _bench.Client.Lease.FirstNameServer);
        Assert.Equal(new Ipv4Address(9, 9, 9, 9), _bench.Client.Lease.SecondNameServer);
        _bench.Wire.AssertAnswered(Wire.Echo(10).Bytes);
        Assert.Contains("dhcp: 10.0.2.15/24 from 10.0.2.2", _bench.Messages.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ASilentNetworkIsAskedAgainAfterTimesThatDouble()
    {
        double[] expected = [4, 8, 16, 32, 64, 64];
        _bench.Pass(0);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(i + 1, _bench.Asked.Count);
            _bench.Pass(expected[i] - 1.1);
            Assert.Equal(i + 1, _bench.Asked.Count);
            double waited = expected[i] - 1.1;
            while (_bench.Asked.Count == i + 1)
            {
                _bench.Pass(0.1);
                waited += 0.1;
                Assert.InRange(waited, 0, expected[i] + 1.2);
            }
        }

        Assert.Single(_bench.Asked.Select(message => Convert.ToHexString(message[4..8])).Distinct());
        Assert.True(_bench.Asked[^1][9] > 60, "it does not say how long it has been asking");
    }

    [Fact]
    public void NothingIsAskedWhileTheCableIsOut()
    {
        _bench.Wire.Device.IsLinkUp = false;
        _bench.Pass(60);
        Assert.Empty(_bench.Asked);
        _bench.Wire.Device.IsLinkUp = true;
        _bench.Pass(0.2);
        Assert.Single(_bench.Asked);
    }

    [Fact]
    public void AServerThatOffersAndThenFallsSilentIsGivenUpAfterFourRequests()
    {
        _bench.Pass(0);
        Assert.Equal(DropReason.None, _bench.Give(_bench.Answer(DhcpMessageType.Offer)));
        _bench.Pass(70);
        Assert.Equal(4, _bench.Asked.Count(message => DhcpBench.TypeOf(message) == DhcpMessageType.Request));
        Assert.Equal(DhcpMessageType.Discover, DhcpBench.TypeOf(_bench.Asked[^1]));
    }

    [Fact]
    public void ARefusalBeginsAnewAfterAPauseThatGrows()
    {
        _bench.Pass(0);
        for (int pause = 1; pause <= 8; pause *= 2)
        {
            Assert.Equal(DropReason.None, _bench.Give(_bench.Answer(DhcpMessageType.Offer)));
            Assert.Equal(DropReason.None, _bench.Give(_bench.Answer(DhcpMessageType.Nak)));
            Assert.Equal(DhcpState.Init, _bench.Client.State);
            _bench.Pass(pause - 0.1);
            Assert.Equal(DhcpState.Init, _bench.Client.State);
            _bench.Pass(0.2);
            Assert.Equal(DhcpState.Selecting, _bench.Client.State);
        }

        Assert.Equal(4UL, _bench.Client.Refusals);
    }

    [Fact]
    public void AnAddressThatAnotherHostHasIsDeclined()
    {
        _bench.Pass(0);
        _bench.Give(_bench.Answer(DhcpMessageType.Offer));
        _bench.Give(_bench.Answer(DhcpMessageType.Ack));
        Assert.Equal(DropReason.ArpNotForUs,
            _bench.Wire.Give(
            Wire.Arp(PacketDotNet.ArpOperation.Response, sender: "10.0.2.15", target: "0.0.0.0", destination: Wire.HostStation)));
        _bench.Pass(1);
        Assert.Equal(DhcpMessageType.Decline, DhcpBench.TypeOf(_bench.Asked[^1]));
        Assert.Equal(s_host, DhcpBench.Option(_bench.Asked[^1], 50));
        Assert.False(Stack.Configuration.IsSet);
        Assert.Equal(1UL, _bench.Client.Declined);
        int asked = _bench.Asked.Count;
        _bench.Pass(8);
        Assert.Equal(asked, _bench.Asked.Count);
        _bench.Pass(3);
        Assert.Equal(DhcpMessageType.Discover, DhcpBench.TypeOf(_bench.Asked[^1]));
    }

    [Fact]
    public void ALeaseIsRenewedWithItsServerAtHalfTime()
    {
        _bench.Bind(lease: 1000);
        _bench.Pass(490);
        Assert.Equal(DhcpState.Bound, _bench.Client.State);
        _bench.Pass(11);
        Assert.Equal(DhcpState.Renewing, _bench.Client.State);

        // The server's station is not known yet: the request follows the answer to who it is.
        Assert.Equal(DropReason.None, _bench.Wire.Give(Wire.Arp(PacketDotNet.ArpOperation.Response, destination: Wire.HostStation)));
        byte[] request = _bench.Asked[^1];
        Assert.Equal(DhcpMessageType.Request, DhcpBench.TypeOf(request));
        Assert.Equal(s_host, request[12..16]);
        Assert.Null(DhcpBench.Option(request, 50));
        Assert.Null(DhcpBench.Option(request, 54));
        Assert.Equal("10.0.2.2",
            ((EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, _bench.Wire.Device.Sent[^1])).Extract<IPv4Packet>(
            ).DestinationAddress.ToString());
        Assert.Equal(DropReason.None, _bench.Give(_bench.Answer(DhcpMessageType.Ack, 1000), destination: Wire.HostAddress));
        Assert.Equal(DhcpState.Bound, _bench.Client.State);
        _bench.Pass(490);
        Assert.Equal(DhcpState.Bound, _bench.Client.State);
    }

    [Fact]
    public void ALeaseThatNobodyRenewsIsRebroadcastAndThenGivenUp()
    {
        _bench.Bind(lease: 1000);
        _bench.Pass(880);
        Assert.Equal(DhcpState.Rebinding, _bench.Client.State);
        byte[] frame = _bench.Wire.Device.Sent[^1];
        Assert.Equal(new byte[] { 255, 255, 255, 255, 255, 255 }, frame[..6]);
        Assert.Equal(s_host, frame[26..30]);
        Assert.True(Stack.Configuration.IsSet);
        _bench.Pass(125);
        Assert.False(Stack.Configuration.IsSet);
        Assert.Equal(1UL, _bench.Client.Expired);
        Assert.Equal(DropReason.ArpNotForUs, _bench.Wire.Give(Wire.Arp()));
        _bench.Wire.AssertDropped(DropReason.Ipv4NotForUs, Wire.Echo(1).Bytes);
        Assert.Equal(DhcpMessageType.Discover, DhcpBench.TypeOf(_bench.Asked[^1]));
        Assert.Equal(s_host, DhcpBench.Option(_bench.Asked[^1], 50));
    }

    [Fact]
    public void AnyServerMayAnswerARebindingClient()
    {
        _bench.Bind(lease: 1000);
        _bench.Pass(880);
        byte[] ack = _bench.Answer(DhcpMessageType.Ack, 1000);
        ack[DhcpBytes.Options + 8] = 3;
        Assert.Equal(DropReason.None, _bench.Give(ack, source: "10.0.2.3", destination: Wire.HostAddress));
        Assert.Equal(DhcpState.Bound, _bench.Client.State);
        Assert.Equal(new Ipv4Address(10, 0, 2, 3), _bench.Client.Lease.Server);
    }

    [Fact]
    public void ARefusalOfARenewalTakesTheAddressAway()
    {
        _bench.Bind(lease: 1000);
        _bench.Pass(501);
        _bench.Wire.Give(Wire.Arp(PacketDotNet.ArpOperation.Response, destination: Wire.HostStation));
        Assert.Equal(DropReason.None, _bench.Give(_bench.Answer(DhcpMessageType.Nak)));
        Assert.False(Stack.Configuration.IsSet);
    }

    [Fact]
    public void ALeaseForEverIsNeverRenewed()
    {
        _bench.Bind(lease: DhcpLease.Infinite);
        int asked = _bench.Asked.Count;
        Assert.Equal(Clock.Forever, Stack.RunTimers());
        _bench.Pass(1_000_000);
        Assert.Equal(asked, _bench.Asked.Count);
        Assert.True(Stack.Configuration.IsSet);
    }

    [Theory]
    [InlineData(0, 0, 500, 875)]
    [InlineData(100, 200, 100, 200)]
    [InlineData(900, 200, 199, 200)]
    [InlineData(100, 5000, 100, 875)]
    [InlineData(uint.MaxValue, uint.MaxValue, 500, 875)]
    public void TimesInTheWrongOrderAreReplacedByTheUsualOnes(uint renewal, uint rebinding, uint expectedRenewal, uint expectedRebinding)
    {
        byte[] times = [58, 4, .. DhcpBytes.Bytes(renewal), 59, 4, .. DhcpBytes.Bytes(rebinding)];
        _bench.Bind(1000, times);
        Assert.Equal(expectedRenewal, _bench.Client.Lease.RenewalSeconds);
        Assert.Equal(expectedRebinding, _bench.Client.Lease.RebindingSeconds);
    }

    [Theory]
    [InlineData(0, 0xFFFFFF00)]
    [InlineData(9, 0xFFFFFF00)]
    [InlineData(3600, 0xFFFFFF0F)]
    [InlineData(3600, 0x00FFFFFF)]
    [InlineData(3600, 0xFFFFFFFF)]
    [InlineData(3600, 0xFFFFFFFE)]
    [InlineData(3600, 0xFE000000)]
    [InlineData(3600, 0xFFFFFFF0)]
    public void AnOfferThatCantBeUsedIsNotTaken(uint lease, uint mask)
    {
        // With the last mask the address is the network's broadcast address.
        _bench.Pass(0);
        Assert.Equal(DropReason.DhcpUnusable, _bench.Give(_bench.Answer(DhcpMessageType.Offer, lease, mask)));
        Assert.Equal(DhcpState.Selecting, _bench.Client.State);
    }

    [Theory]
    [InlineData("00000000")]
    [InlineData("7F000001")]
    [InlineData("E0000001")]
    [InlineData("FFFFFFFF")]
    [InlineData("0A0002FF")]
    [InlineData("0A000202")]
    public void AnAddressThatIsNoFreeHostsIsNotTaken(string address)
    {
        _bench.Pass(0);
        byte[] offer = _bench.Answer(DhcpMessageType.Offer);
        Convert.FromHexString(address).CopyTo(offer, DhcpBytes.YourAddress);
        Assert.Equal(DropReason.DhcpUnusable, _bench.Give(offer));
    }

    [Fact]
    public void AnAnswerToAnotherClientOrQuestionIsDropped()
    {
        _bench.Pass(0);
        byte[] offer = _bench.Answer(DhcpMessageType.Offer);
        offer[4]++;
        Assert.Equal(DropReason.DhcpNotForUs, _bench.Give(offer));
        offer[4]--;
        offer[33]++;
        Assert.Equal(DropReason.DhcpNotForUs, _bench.Give(offer));
        offer[33]--;
        Assert.Equal(DropReason.DhcpFormat, _bench.Give(offer, port: 68));
        Assert.Equal(DropReason.None, _bench.Give(offer));
    }

    [Fact]
    public void AnAnswerThatIsNotExpectedIsDropped()
    {
        _bench.Pass(0);
        Assert.Equal(DropReason.DhcpUnexpected, _bench.Give(_bench.Answer(DhcpMessageType.Ack)));
        Assert.Equal(DropReason.DhcpUnexpected, _bench.Give(_bench.Answer(DhcpMessageType.Nak)));
        Assert.Equal(DropReason.None, _bench.Give(_bench.Answer(DhcpMessageType.Offer)));
        Assert.Equal(DropReason.DhcpUnexpected, _bench.Give(_bench.Answer(DhcpMessageType.Offer)));

        byte[] foreign = _bench.Answer(DhcpMessageType.Ack);
        foreign[DhcpBytes.Options + 8] = 3;
        Assert.Equal(DropReason.DhcpUnexpected, _bench.Give(foreign));
        byte[] other = _bench.Answer(DhcpMessageType.Ack);
        other[DhcpBytes.YourAddress + 3] = 99;
        Assert.Equal(DropReason.DhcpUnusable, _bench.Give(other));
        Assert.Equal(DropReason.None, _bench.Give(_bench.Answer(DhcpMessageType.Ack)));
    }

    [Fact]
    public void AClientThatHasItsAddressListensToNoBroadcast()
    {
        _bench.Bind();
        Assert.Equal(DropReason.Ipv4Broadcast, _bench.Give(_bench.Answer(DhcpMessageType.Nak)));
        Assert.Equal(DropReason.DhcpUnexpected, _bench.Give(_bench.Answer(DhcpMessageType.Nak), destination: Wire.HostAddress));
        Assert.True(Stack.Configuration.IsSet);
    }

    [Fact]
    public void NothingElseIsTakenWithoutAnAddress()
    {
        _bench.Pass(0);
        _bench.Wire.AssertDropped(DropReason.Ipv4NotForUs, Wire.Echo(1).Bytes);
        _bench.Wire.AssertDropped(DropReason.Ipv4NotForUs, Wire.Udp(new byte[5]).Bytes);
        _bench.Wire.AssertDropped(DropReason.ArpNotForUs, Wire.Arp().Bytes);
        _bench.Wire.AssertDropped(DropReason.ArpNotForUs, Wire.Arp(target: "0.0.0.0").Bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("35")]
    [InlineData("3501")]
    [InlineData("350102")]
    [InlineData("35020202FF")]
    [InlineData("3500FF")]
    [InlineData("350102350102FF")]
    [InlineData("350102FEFF")]
    [InlineData("3501020103FFFFFFFF")]
    [InlineData("350102330300000EFF")]
    [InlineData("3501020300FF")]
    [InlineData("35010203050A000202FFFF")]
    [InlineData("350102340104FF")]
    [InlineData("350102340100FF")]
    [InlineData("35010234020101FF")]
    [InlineData("350102340101340101FF")]
    [InlineData("FF")]
    [InlineData("350100FF")]
    public void OptionsThatMakeNoSenseDropTheMessage(string options)
    {
        _bench.Pass(0);
        byte[] message = _bench.Message(Convert.FromHexString(options));
        Assert.Equal(DropReason.DhcpOptions, _bench.Give(message[..(DhcpBytes.Options + options.Length / 2)]));
    }

    [Fact]
    public void EveryTruncatedOfferIsDropped()
    {
        _bench.Pass(0);
        byte[] offer = _bench.Answer(DhcpMessageType.Offer);
        int end = Array.LastIndexOf(offer, (byte)255);
        for (int length = 0; length <= end; length++)
        {
            Assert.Equal(length < DhcpBytes.Options ? DropReason.DhcpTruncated : DropReason.DhcpOptions, _bench.Give(offer[..length]));
        }

        Assert.Equal(DropReason.None, _bench.Give(offer[..(end + 1)]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(236)]
    [InlineData(239)]
    public void AMessageThatIsNoServersAnswerIsDropped(int offset)
    {
        _bench.Pass(0);
        byte[] offer = _bench.Answer(DhcpMessageType.Offer);
        offer[offset]++;
        Assert.Equal(DropReason.DhcpFormat, _bench.Give(offer));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void OptionsGoOnInTheFieldsForNames(byte overload)
    {
        _bench.Pass(0);
        byte[] offer = _bench.Message([53, 1, 2, 52, 1, overload, 255]);
        byte[] first = [54, 4, .. s_server, 51, 4, 0, 0, 14, 16, 255];
        byte[] second = [1, 4, 255, 255, 255, 0, 255];
        if (overload == 3)
        {
            first.CopyTo(offer, DhcpBytes.File);
            second.CopyTo(offer, DhcpBytes.Name);
        }
        else
        {
            byte[] both = [.. first[..^1], .. second];
            both.CopyTo(offer, overload == 1 ? DhcpBytes.File : DhcpBytes.Name);
        }

        Assert.Equal(DropReason.None, _bench.Give(offer));
        Assert.Equal(3600U, _bench.Client.Lease.Seconds);
        Assert.Equal(24, _bench.Client.Lease.Configuration.PrefixLength);
    }

    [Fact]
    public void OverloadedFieldsHaveToEndAndMayNotGoOnElsewhere()
    {
        _bench.Pass(0);
        byte[] endless = _bench.Message([53, 1, 2, 52, 1, 1, 255]);
        Assert.Equal(DropReason.DhcpOptions, _bench.Give(endless));
        byte[] circle = _bench.Message([53, 1, 2, 52, 1, 1, 255]);
        new byte[] { 52, 1, 2, 255 }.CopyTo(circle, DhcpBytes.File);
        Assert.Equal(DropReason.DhcpOptions, _bench.Give(circle));
    }

    [Fact]
    public void AServerWithoutAMaskGivesThatOfTheAddressesClass()
    {
        _bench.Pass(0);
        Assert.Equal(DropReason.None, _bench.Give(_bench.Message([53, 1, 2, 54, 4, .. s_server, 51, 4, 0, 0, 14, 16, 255])));
        Assert.Equal(8, _bench.Client.Lease.Configuration.PrefixLength);
    }

    [Fact]
    public void ARouterThatIsNotOnTheLinkIsNoRouter()
    {
        _bench.Pass(0);
        byte[] options = [53, 1, 2, 54, 4, .. s_server, 51, 4, 0, 0, 14, 16, 1, 4, 255, 255, 255, 0, 3, 4, 192, 0, 2, 1, 255];
        Assert.Equal(DropReason.None, _bench.Give(_bench.Message(options)));
        Assert.True(_bench.Client.Lease.Router.IsZero);
    }

    [Fact]
    public void AThreadThatIsStartedAgainAsksForTheAddressItHad()
    {
        _bench.Bind();
        Stack.Restart();
        Assert.False(Stack.Configuration.IsSet);
        _bench.Pass(0);
        Assert.Equal(DhcpMessageType.Discover, DhcpBench.TypeOf(_bench.Asked[^1]));
        Assert.Equal(s_host, DhcpBench.Option(_bench.Asked[^1], 50));
    }

    [Fact]
    public void WithoutAClientThePortIsClosed()
    {
        using var wire = new Wire();
        wire.AssertDropped(DropReason.UdpPortClosed, Wire.Udp(new byte[300], 67, 68).Bytes, answers: 1);
        wire.AssertDropped(DropReason.Ipv4Broadcast, Wire.Udp(new byte[300], 67, 68, destination: "255.255.255.255").Bytes);
    }
}
